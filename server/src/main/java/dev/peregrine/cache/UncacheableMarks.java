package dev.peregrine.cache;

import java.util.concurrent.atomic.AtomicLongArray;

/// The keys whose responses proved not storable lately: requests for them do not wait for each
/// other.
///
/// A fixed table without locks: each slot has 40 bits of a key's hash and the second at which the
/// mark ends. A mark that is pushed out too early, or seen where there is none (once in 2⁵²), costs
/// a request to the app and nothing else.
final class UncacheableMarks {
  private static final int SLOTS = 4096;
  private static final int WAYS = 4;
  private static final int SECONDS_BITS = 24;
  private static final long SECONDS_MASK = (1L << SECONDS_BITS) - 1;
  private static final long NANOS = 1_000_000_000;

  private final AtomicLongArray slots = new AtomicLongArray(SLOTS);
  private final long startNanos;

  UncacheableMarks(long startNanos) {
    this.startNanos = startNanos;
  }

  /// Marks a key for some seconds.
  void mark(long hash, long nowNanos, int seconds) {
    int set = set(hash);
    long now = second(nowNanos);
    int chosen = set;
    for (int i = set; i < set + WAYS; i++) {
      long slot = slots.getPlain(i);
      if (isOf(slot, hash)) {
        chosen = i;
        break;
      }
      if (secondsLeft(slot, now) < secondsLeft(slots.getPlain(chosen), now)) {
        chosen = i;
      }
    }
    slots.setOpaque(chosen, (hash & ~SECONDS_MASK) | ((now + seconds) & SECONDS_MASK));
  }

  /// Whether a key is marked.
  boolean isMarked(long hash, long nowNanos) {
    int set = set(hash);
    for (int i = set; i < set + WAYS; i++) {
      long slot = slots.getOpaque(i);
      if (isOf(slot, hash)) {
        return secondsLeft(slot, second(nowNanos)) > 0;
      }
    }
    return false;
  }

  /// Takes all marks away.
  void clear() {
    for (int i = 0; i < SLOTS; i++) {
      slots.setOpaque(i, 0);
    }
  }

  /// Takes one mark away.
  void clear(long hash) {
    int set = set(hash);
    for (int i = set; i < set + WAYS; i++) {
      if (isOf(slots.getOpaque(i), hash)) {
        slots.setOpaque(i, 0);
      }
    }
  }

  private long second(long nanos) {
    return (nanos - startNanos) / NANOS;
  }

  private static int set(long hash) {
    return (int) (hash & (SLOTS / WAYS - 1)) * WAYS;
  }

  private static boolean isOf(long slot, long hash) {
    return ((slot ^ hash) & ~SECONDS_MASK) == 0;
  }

  /// Right for marks of less than 97 days, whatever the time since the start.
  private static long secondsLeft(long slot, long now) {
    long left = (slot - now) & SECONDS_MASK;
    return left > SECONDS_MASK / 2 ? 0 : left;
  }
}
