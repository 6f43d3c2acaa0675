package dev.peregrine.pool;

import dev.peregrine.log.EventLog;
import java.time.Duration;

/// The workers of one app.
@SuppressWarnings("DoNotCallSuggester")
public final class Pool implements AutoCloseable {
  private final PoolConfig config;
  private final WorkerSource source;
  private final Timing timing;
  private final EventLog log;

  public Pool(PoolConfig config, WorkerSource source, Timing timing, EventLog log) {
    this.config = config;
    this.source = source;
    this.timing = timing;
    this.log = log;
  }

  /// Begins to start workers.
  public void start() {
    log.info("pool.start");
    throw new UnsupportedOperationException(config + " " + source + " " + timing);
  }

  /// Asks for a slot; the answer may come before this returns.
  public void checkout(Applicant applicant, Priority priority) {
    throw new UnsupportedOperationException();
  }

  /// Takes back a wish; `false` if it was answered already or is being answered now.
  public boolean withdraw(Applicant applicant) {
    throw new UnsupportedOperationException();
  }

  /// Replaces all workers and waits for the outcome; `resist` keeps the old ones if a new one
  /// fails.
  public RestartResult restart(boolean resist) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /// The pool at this moment.
  public PoolStatus status() {
    throw new UnsupportedOperationException();
  }

  /// Starts no further worker and waits until nobody holds or wants a slot; `false` if the limit
  /// passed before.
  public boolean drain(Duration limit) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /// Refuses whoever waits and ends all workers; returns when none is left.
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  void giveBack(Lease lease, Lease.Outcome outcome) {
    throw new UnsupportedOperationException();
  }
}
