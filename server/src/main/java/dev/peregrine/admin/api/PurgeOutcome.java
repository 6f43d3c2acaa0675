package dev.peregrine.admin.api;

import java.util.List;

/// What purging did: the answer to `POST /v1/cache/purge`.
///
/// @param purged each purge asked for
public record PurgeOutcome(List<Purged> purged) {
  public PurgeOutcome {
    purged = List.copyOf(purged);
  }

  /// One purge.
  ///
  /// @param kind `url`, `tag`, `prefix` or `all`
  /// @param what what was purged, as the store calls it
  /// @param responses number of stored responses that it was about
  public record Purged(String kind, String what, long responses) {}
}
