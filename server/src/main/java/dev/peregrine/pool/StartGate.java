package dev.peregrine.pool;

import java.util.concurrent.TimeUnit;

/// Says when the next worker may be started, so that an app that does not start does not eat the
/// machine.
///
/// As long as starts succeed there is no limit. From the first failure on there is one start at a
/// time, after 0.1 s, 0.2 s, 0.4 s and so on, with at most two starts in a second and five in ten.
/// After the fifth failure in a row the gate is *failing*: one start each ten seconds. A worker
/// that proves itself opens the gate again. Several workers that fail together count once: a
/// failure counts only if its worker was started after the failure before. Pure: time is a
/// parameter; guarded by the pool's lock.
final class StartGate {
  static final int FAILURES_UNTIL_FAILING = 5;

  private static final long FIRST_DELAY = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_DELAY = TimeUnit.SECONDS.toNanos(10);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int STARTS_IN_A_SECOND = 2;
  private static final int STARTS_IN_TEN = 5;

  private final long[] starts = new long[STARTS_IN_TEN];
  private int startCount;
  private int failures;
  private long lastFailure;
  private boolean isProven;

  /// Whether so many starts failed that requests are better refused than kept waiting.
  boolean isFailing() {
    return failures >= FAILURES_UNTIL_FAILING;
  }

  /// Whether the last start failed, or the last worker died young.
  boolean hasFailed() {
    return failures > 0;
  }

  /// How many workers may be starting at once.
  int parallel(int limit) {
    if (failures > 0) {
      return 1;
    }
    return isProven ? limit : Math.min(limit, STARTS_IN_A_SECOND);
  }

  /// How many nanoseconds the next start has to wait; 0 if it may be now.
  long delay(long now) {
    if (isProven) {
      return 0;
    }
    long delay = 0;
    if (failures > 0) {
      delay = Math.max(delay, lastFailure + backoff() - now);
    }
    if (isFailing() && startCount > 0) {
      delay = Math.max(delay, startBefore(1) + LONGEST_DELAY - now);
    }
    if (startCount >= STARTS_IN_A_SECOND) {
      delay = Math.max(delay, startBefore(STARTS_IN_A_SECOND) + SECOND - now);
    }
    if (startCount >= STARTS_IN_TEN) {
      delay = Math.max(delay, startBefore(STARTS_IN_TEN) + LONGEST_DELAY - now);
    }
    return delay;
  }

  void started(long now) {
    if (!isProven) {
      starts[startCount % STARTS_IN_TEN] = now;
      startCount++;
    }
  }

  /// A worker reached readiness: that proves the app if nothing spoke against it.
  void ready() {
    if (failures == 0) {
      isProven = true;
    }
  }

  /// A worker has served a request, or stayed alive for a while; that says nothing if it was
  /// started before the last failure.
  void proven(long startedAt) {
    if (failures == 0 || startedAt - lastFailure >= 0) {
      reset();
      isProven = true;
    }
  }

  /// A worker failed to start or died young. One that took all its time to fail is not waited for
  /// again: the gate is failing at once.
  void failed(long startedAt, long now, boolean isSlow) {
    boolean isNews = failures == 0 || startedAt - lastFailure >= 0;
    if (isSlow) {
      failures = Math.max(failures, FAILURES_UNTIL_FAILING);
    } else if (isNews) {
      failures++;
    }
    if (isNews) {
      lastFailure = now;
    }
    isProven = false;
  }

  /// Forgets all failures: somebody says that the cause is gone.
  void reset() {
    failures = 0;
    startCount = 0;
    isProven = false;
  }

  private long backoff() {
    return Math.min(LONGEST_DELAY, FIRST_DELAY << Math.min(failures - 1, 10));
  }

  private long startBefore(int count) {
    return starts[(startCount - count) % STARTS_IN_TEN];
  }
}
