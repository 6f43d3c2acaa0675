package dev.peregrine.pool;

/// Where an applicant stands who has to wait.
public enum Priority {
  /// At the end of the queue, if there is room.
  NORMAL,
  /// Before everybody of normal priority and not counted against the limit: a request that has
  /// waited already and lost its worker.
  RETRY
}
