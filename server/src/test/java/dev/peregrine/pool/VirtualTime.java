package dev.peregrine.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/// Time that passes only when the test says so; everything runs on the test's thread.
final class VirtualTime implements Timing {
  private static final long START = 1_000_000_000_000L;

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private final RandomGenerator random;
  private long now = START;
  private long sequence;
  private Runnable afterEach = () -> {};

  VirtualTime(RandomGenerator random) {
    this.random = random;
  }

  /// Runs a check after every event.
  void afterEach(Runnable check) {
    this.afterEach = check;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant now() {
    return Instant.ofEpochSecond(0, now);
  }

  Duration elapsed() {
    return Duration.ofNanos(now - START);
  }

  @Override
  public void soon(Runnable action) {
    after(Duration.ofNanos(random.nextLong(2_000_000)), action);
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    Due due = new Due(now + Math.max(0, delay.toNanos()), sequence++, action);
    queue.add(due);
    return () -> queue.remove(due);
  }

  /// Lets time pass and everything happen that is due.
  void pass(Duration time) {
    long end = now + time.toNanos();
    for (Due due = queue.peek(); due != null && due.at <= end; due = queue.peek()) {
      queue.remove(due);
      now = Math.max(now, due.at);
      due.action.run();
      afterEach.run();
    }
    now = end;
  }

  /// Lets time pass in which nothing happens, as when the process is stopped.
  void sleep(Duration time) {
    now += time.toNanos();
  }

  private record Due(long at, long sequence, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
