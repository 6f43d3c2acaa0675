package dev.peregrine.exchange;

import java.util.concurrent.atomic.AtomicLong;

/// The memory that buffered content may take, over all exchanges; content that gets none goes to a
/// file at once. On any thread.
final class BufferMemory {
  private static final long MOST = 64L << 20;

  private final AtomicLong left;

  BufferMemory(long bytes) {
    left = new AtomicLong(bytes);
  }

  /// A share of what the virtual machine has.
  static BufferMemory ofThisMachine() {
    return new BufferMemory(Math.min(MOST, Runtime.getRuntime().maxMemory() / 4));
  }

  /// Takes that many bytes, or none and answers `false`.
  boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    left.addAndGet(bytes);
    return false;
  }

  void giveBack(long bytes) {
    left.addAndGet(bytes);
  }
}
