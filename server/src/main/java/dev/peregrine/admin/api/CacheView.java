package dev.peregrine.admin.api;

import java.util.List;
import java.util.Optional;

/// What the response cache holds and does: the answer to `GET /v1/cache`.
///
/// @param store how full it is
/// @param hitRatio hits among the requests that might be, lately
/// @param requests requests that might be answered from the cache, by how they were
/// @param bypasses requests that might not, by the reason
/// @param refusals responses not stored, by the reason
/// @param work what was done since the start
/// @param top the responses with most hits, the first one first
public record CacheView(
    Store store,
    HitRatio hitRatio,
    List<Count> requests,
    List<Count> bypasses,
    List<Count> refusals,
    Work work,
    List<Top> top) {
  public CacheView {
    requests = List.copyOf(requests);
    bypasses = List.copyOf(bypasses);
    refusals = List.copyOf(refusals);
    top = List.copyOf(top);
  }

  /// How full it is.
  ///
  /// @param keys keys under which something is stored
  /// @param entries responses, each variant counted
  /// @param bytes what counts against the budget
  /// @param contentBytes the part of it that is content
  /// @param maxBytes the budget
  public record Store(long keys, long entries, long bytes, long contentBytes, long maxBytes) {}

  /// Hits among requests, 0 to 1; empty if there were no requests.
  ///
  /// @param minute of the last minute
  /// @param quarterHour of the last 15 minutes
  /// @param hour of the last hour
  public record HitRatio(
      Optional<Double> minute, Optional<Double> quarterHour, Optional<Double> hour) {}

  /// A number since the start.
  ///
  /// @param name name of what was counted, such as `miss_absent`
  /// @param words the same in words
  /// @param number how many
  /// @param spared whether the app was spared a request
  public record Count(String name, String words, long number, boolean spared) {}

  /// What was done since the start.
  ///
  /// @param stored responses stored
  /// @param evicted responses that had to make room
  /// @param refusedForRoom contents for which there was no room at the moment
  /// @param refreshed responses refreshed in the background
  /// @param savedBytes bytes of content that the app did not have to make
  public record Work(
      long stored, long evicted, long refusedForRoom, long refreshed, long savedBytes) {}

  /// One response.
  ///
  /// @param url its URL
  /// @param status its status
  /// @param hits answers given from it
  /// @param bytes what it costs
  /// @param ageSeconds its age
  /// @param freshSeconds how long it is still fresh; below 0 since when it is not
  public record Top(
      String url, int status, long hits, long bytes, long ageSeconds, long freshSeconds) {}
}
