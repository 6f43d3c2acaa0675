package dev.peregrine.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what no other process tells of.
final class Waiting {
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private Waiting() {}

  /// Waits until a condition holds; returns whether it did within the time.
  static boolean until(BooleanSupplier condition, Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    return true;
  }

  /// Whether a process is there.
  static boolean isAlive(long pid) {
    return Files.exists(Path.of("/proc", Long.toString(pid)));
  }
}
