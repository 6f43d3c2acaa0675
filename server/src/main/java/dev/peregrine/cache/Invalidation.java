package dev.peregrine.cache;

import java.util.List;

/// What an answered request puts out of date. Source: RFC 9111 §4.4, RFC 9875 §3.
///
/// @param resources URLs whose stored responses go, whatever their cookies and variants: compare
///   with [CacheKey#isSameResource]
/// @param groups members of these groups go: compare with [StoredHead#groups]
public record Invalidation(List<CacheKey> resources, List<String> groups) {
  /// Nothing.
  public static final Invalidation NONE = new Invalidation(List.of(), List.of());

  public Invalidation {
    resources = List.copyOf(resources);
    groups = List.copyOf(groups);
  }
}
