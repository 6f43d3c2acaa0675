package dev.peregrine.admin.api;

import java.util.List;
import java.util.Optional;

/// What the cache made of one request and why: the answer to `POST /v1/cache/explain`.
///
/// @param url what was asked for
/// @param status status of the answer
/// @param verdict the outcome in one sentence
/// @param isStored whether a response to this request is stored now
/// @param ageSeconds age of the stored response
/// @param lifetimeSeconds age up to which it is fresh
/// @param facts what led to it, in order
/// @param remedies what would change it
public record CacheExplanation(
    String url,
    int status,
    String verdict,
    boolean isStored,
    Optional<Long> ageSeconds,
    Optional<Long> lifetimeSeconds,
    List<Fact> facts,
    List<String> remedies) {
  public CacheExplanation {
    facts = List.copyOf(facts);
    remedies = List.copyOf(remedies);
  }

  /// One thing that matters.
  ///
  /// @param name what it is, one or two words
  /// @param text how it is
  public record Fact(String name, String text) {}
}
