package dev.peregrine.cache;

import java.nio.ByteBuffer;
import java.util.BitSet;

/// One piece of memory outside the heap, shared out in runs of granules. Guarded by the lock of its
/// [ContentMemory], but for the buffers.
final class MemoryRegion {
  /// Bytes of the unit that memory is shared out in.
  static final int GRANULE = 64;

  /// All of it, to write to.
  final ByteBuffer memory;

  /// All of it, to read from.
  final ByteBuffer readable;

  /// Its place in the table of its memory.
  final int slot;

  /// Whether it is being emptied: content is put here only if there is no other place. Read without
  /// the lock.
  volatile boolean isClosing;

  private final BitSet used;
  private final int granules;
  private int usedGranules;

  /// No run is longer than this; exact after a vain search.
  private int longestRun;

  MemoryRegion(ByteBuffer memory, int slot) {
    this.memory = memory;
    this.readable = memory.asReadOnlyBuffer();
    this.slot = slot;
    this.granules = memory.capacity() / GRANULE;
    this.used = new BitSet(granules);
    this.longestRun = granules;
  }

  static int granules(int bytes) {
    return Math.max(1, Math.ceilDiv(bytes, GRANULE));
  }

  int size() {
    return memory.capacity();
  }

  int usedBytes() {
    return usedGranules * GRANULE;
  }

  boolean isEmpty() {
    return usedGranules == 0;
  }

  /// Upper bound of the run that can be taken.
  int longestRun() {
    return longestRun;
  }

  /// Takes the first run of `count` granules; negative if there is none.
  int take(int count) {
    int longest = 0;
    int start = used.nextClearBit(0);
    while (start < granules) {
      int next = used.nextSetBit(start);
      int end = next < 0 ? granules : next;
      if (end - start >= count) {
        used.set(start, start + count);
        usedGranules += count;
        return start;
      }
      longest = Math.max(longest, end - start);
      start = used.nextClearBit(end);
    }
    longestRun = longest;
    return -1;
  }

  /// Gives a run back.
  void give(int start, int count) {
    used.clear(start, start + count);
    usedGranules -= count;
    int next = used.nextSetBit(start);
    int end = next < 0 ? granules : next;
    longestRun = Math.max(longestRun, end - 1 - used.previousSetBit(start));
  }
}
