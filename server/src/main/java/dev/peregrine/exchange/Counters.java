package dev.peregrine.exchange;

import java.util.concurrent.atomic.LongAdder;

/// Counters of the exchanges, written by all event loops.
public final class Counters {
  final LongAdder retried = new LongAdder();

  /// Requests sent to a worker again since the start.
  public long retried() {
    return retried.sum();
  }
}
