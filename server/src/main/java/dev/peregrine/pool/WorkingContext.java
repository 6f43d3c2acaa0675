package dev.peregrine.pool;

import dev.peregrine.log.EventLog;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the parts of one pool share: its configuration, its time, its counters, and the list of
/// things to do once the lock is left. Guarded by the pool's lock.
final class WorkingContext {
  private final Pool pool;
  private final PoolConfig config;
  private final Timing timing;
  private final EventLog log;
  private final Deferred deferred = new Deferred();
  private final Tally tally = new Tally();
  private Phase phase = Phase.OPEN;

  WorkingContext(Pool pool, PoolConfig config, Timing timing, EventLog log) {
    this.pool = pool;
    this.config = config;
    this.timing = timing;
    this.log = log;
  }

  PoolConfig config() {
    return config;
  }

  Timing timing() {
    return timing;
  }

  long now() {
    return timing.nanoTime();
  }

  Deferred deferred() {
    return deferred;
  }

  Tally tally() {
    return tally;
  }

  Phase phase() {
    return phase;
  }

  void enter(Phase phase) {
    this.phase = phase;
  }

  /// Runs a change of the pool later, under its lock.
  void after(Duration delay, Runnable change) {
    timing.after(delay, () -> pool.exclusively(_ -> change.run()));
  }

  void info(String event, @Nullable Object... fields) {
    deferred.call(() -> log.info(event, fields));
  }

  void warn(String event, @Nullable Object... fields) {
    deferred.call(() -> log.warn(event, fields));
  }

  void error(String event, @Nullable Object... fields) {
    deferred.call(() -> log.error(event, fields));
  }

  /// How far the pool is from its end.
  enum Phase {
    OPEN,
    /// Nothing is started any more; whoever waits or holds a slot may finish.
    DRAINING,
    CLOSED
  }
}
