package dev.peregrine.pool;

/// The pool's counters. Guarded by the pool's lock.
final class Tally {
  long leases;
  long waited;
  long withdrawn;
  long refusedFull;
  long refusedTimeout;
  long refusedFailed;
  long starts;
  long startFailures;
  long exits;
  long restarts;

  PoolStatus.Counters counters() {
    return new PoolStatus.Counters(
        leases,
        waited,
        withdrawn,
        refusedFull,
        refusedTimeout,
        refusedFailed,
        starts,
        startFailures,
        exits,
        restarts);
  }
}
