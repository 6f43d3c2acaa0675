package dev.peregrine.process;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for a condition that nobody signals, such as a change in `/proc`.
final class Eventually {
  private Eventually() {}

  static void await(String what, BooleanSupplier condition) {
    await(what, 10, condition);
  }

  static void await(String what, int seconds, BooleanSupplier condition) {
    long deadline = System.nanoTime() + seconds * 1_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + seconds + " s: " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
