package dev.peregrine.pool;

import dev.peregrine.pool.WorkerSource.Vitals;
import java.time.Duration;

/// The signs of life of one worker, and the verdict on them.
///
/// A worker is *frozen* when it has been stopped by a signal for a while, or when a ping stays
/// unanswered for the heartbeat timeout while the process uses next to no processor time. One that
/// computes without answering (a single-threaded app at work) gets six times as long. Guarded by
/// the pool's lock.
final class Pulse {
  private static final int PATIENCE_WITH_BUSY = 6;
  private static final long OVERDUE = Duration.ofSeconds(2).toNanos();
  private static final long STOPPED_LIMIT = Duration.ofSeconds(5).toNanos();
  private static final long TICKS_PER_SECOND = 100;

  private long lastHeard;
  private long pingId;
  private boolean isWaiting;
  private long pingedAt;
  private long ticksAtPing;
  private boolean isOverdue;
  private boolean isStopped;
  private long stoppedAt;
  long residentBytes;

  /// Whether the worker owes an answer for longer than is usual.
  boolean isOverdue() {
    return isOverdue;
  }

  void heard(long now) {
    lastHeard = now;
    isWaiting = false;
    isOverdue = false;
  }

  void pong(long id, long now) {
    if (isWaiting && id == pingId) {
      heard(now);
    }
  }

  /// Forgets what is pending, because the server itself was asleep meanwhile.
  void forgive(long now) {
    heard(now);
    stoppedAt = now;
  }

  /// Notes how the process looks from outside; says whether it is stopped.
  boolean observe(Vitals vitals, long now) {
    residentBytes = vitals.residentBytes();
    if (vitals.isStopped() && !isStopped) {
      stoppedAt = now;
    }
    isStopped = vitals.isStopped();
    if (isWaiting && now - pingedAt >= OVERDUE) {
      isOverdue = true;
    }
    return isStopped;
  }

  /// Whether it is time for a ping.
  boolean isPingDue(long interval, long now) {
    return !isWaiting && now - lastHeard >= interval;
  }

  /// Notes that a ping is sent and returns its number.
  long ping(Vitals vitals, long now) {
    isWaiting = true;
    pingedAt = now;
    ticksAtPing = vitals.cpuTicks();
    return ++pingId;
  }

  boolean isFrozen(Vitals vitals, long timeout, long now) {
    if (isStopped && now - stoppedAt >= Math.min(timeout, STOPPED_LIMIT)) {
      return true;
    }
    long silence = now - pingedAt;
    if (!isWaiting || silence < timeout) {
      return false;
    }
    long seconds = Math.max(1, silence / Duration.ofSeconds(1).toNanos());
    boolean isBusy = (vitals.cpuTicks() - ticksAtPing) * 10 >= seconds * TICKS_PER_SECOND;
    return !isBusy || silence >= PATIENCE_WITH_BUSY * timeout;
  }
}
