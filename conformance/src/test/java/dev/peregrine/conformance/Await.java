package dev.peregrine.conformance;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waiting for a condition that some other process will bring about.
final class Await {
  static final Duration LIMIT = Duration.ofSeconds(30);

  private Await() {}

  /// Returns once the condition holds; fails, naming it, when the limit has passed.
  static void until(String what, Condition condition) {
    until(what, LIMIT, condition);
  }

  static void until(String what, Duration limit, Condition condition) {
    if (!holdsWithin(limit, condition)) {
      throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
    }
  }

  static boolean holdsWithin(Duration limit, Condition condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(10_000_000);
    }
    return true;
  }

  private static boolean holds(Condition condition) {
    try {
      return condition.holds();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// A question about the outside world.
  interface Condition {
    boolean holds() throws Exception;
  }
}
