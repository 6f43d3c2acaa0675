package dev.peregrine.cache;

/// What becomes of a purged response.
public enum PurgeStrength {
  /// It is gone.
  HARD,
  /// It is stale from now on: still there to be validated, or to serve as stale where that is
  /// allowed.
  SOFT
}
