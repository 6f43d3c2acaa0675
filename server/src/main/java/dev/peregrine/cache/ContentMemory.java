package dev.peregrine.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The memory that stored content lives in, outside the garbage-collected heap, within a budget.
///
/// Memory is mapped in regions of up to 2 MiB and shared out in runs of 64 bytes, first fit in the
/// order of the regions: the first ones stay dense, the last ones become empty and are given back.
/// Content beyond a quarter of a region gets a region of its own. Charged to the budget is what is
/// mapped, not what is used, and what the store's objects cost in the heap: so the gaps count too.
/// The objects have a limit of their own within the budget.
///
/// Beyond the budget, memory is still handed out up to the slack (1/32), and `onPressure` is
/// called: the store then empties the sparsest regions. Beyond the slack, nothing is handed out.
///
/// Any thread may call; one short lock, without I/O, guards the table. Mapping, a system call of a
/// microsecond, happens under it; unmapping, which is dear, does not.
final class ContentMemory {
  private static final int PAGE = 4096;
  private static final int MAX_REGION = 2 << 20;
  private static final int MIN_REGION = 64 << 10;
  private static final int SLACK_PART = 32;

  private final MemorySource source;
  private final Runnable onPressure;
  private final long budget;
  private final long heapBudget;
  private final int regionSize;
  private final AtomicLong heapBytes = new AtomicLong();

  /// Changed under the lock, read without.
  private final AtomicLong mappedBytes = new AtomicLong();

  private final LongAdder refusals = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private @Nullable MemoryRegion[] regions = new @Nullable MemoryRegion[8];
  private int[] room = new int[8];
  private int slots;
  private long usedBytes;
  private boolean isClosed;

  ContentMemory(MemorySource source, long budget, long heapBudget, Runnable onPressure) {
    this.source = source;
    this.budget = budget;
    this.heapBudget = heapBudget;
    this.onPressure = onPressure;
    this.regionSize = Math.clamp(budget / SLACK_PART, MIN_REGION, MAX_REGION) / PAGE * PAGE;
  }

  /// Memory for content of that length, held once by the caller; `null` if there is none now.
  @Nullable StoredContent allocate(int length) {
    int granules = MemoryRegion.granules(length);
    StoredContent content;
    boolean isPressed;
    lock.lock();
    try {
      content = fromRegions(granules, length);
      isPressed = content == null || isBeyond(0);
    } finally {
      lock.unlock();
    }
    if (isPressed) {
      onPressure.run();
    }
    if (content == null) {
      refusals.increment();
    }
    return content;
  }

  /// Number of times that there was no memory.
  long refusals() {
    return refusals.sum();
  }

  /// Charges objects in the heap; `false` if that would exceed a budget and its slack.
  boolean tryChargeHeap(long bytes) {
    long heapSlack = heapBudget / SLACK_PART;
    boolean isCharged = !isBeyond(bytes - slack()) && !isHeapBeyond(bytes - heapSlack);
    if (isCharged) {
      heapBytes.addAndGet(bytes);
    } else {
      refusals.increment();
    }
    if (isBeyond(0) || isHeapBeyond(0)) {
      onPressure.run();
    }
    return isCharged;
  }

  /// Takes back what [#tryChargeHeap] charged.
  void creditHeap(long bytes) {
    heapBytes.addAndGet(-bytes);
  }

  /// What is charged to the budget now.
  long chargedBytes() {
    return mappedBytes.get() + heapBytes.get();
  }

  /// Bytes charged for objects in the heap.
  long heapBytes() {
    return heapBytes.get();
  }

  /// Bytes in use, of those mapped.
  long usedBytes() {
    lock.lock();
    try {
      return usedBytes;
    } finally {
      lock.unlock();
    }
  }

  /// Closes the sparsest regions until, once they are empty, `bytes` of the budget are free.
  /// Returns whether any region is closing: what is stored there has to go.
  boolean closeSparsest(long bytes) {
    lock.lock();
    try {
      long free = budget - mappedBytes.get() - heapBytes.get();
      List<MemoryRegion> open = new ArrayList<>();
      for (int slot = 0; slot < slots; slot++) {
        MemoryRegion region = regions[slot];
        if (region != null && region.isClosing) {
          free += region.size();
        } else if (region != null) {
          open.add(region);
        }
      }
      boolean isAnyClosing = free > budget - mappedBytes.get() - heapBytes.get();
      open.sort(Comparator.comparingLong(ContentMemory::filling));
      for (MemoryRegion region : open) {
        if (free >= bytes) {
          break;
        }
        region.isClosing = true;
        room[region.slot] = 0;
        free += region.size();
        isAnyClosing = true;
      }
      return isAnyClosing;
    } finally {
      lock.unlock();
    }
  }

  /// Gives empty regions back.
  void trim() {
    for (MemoryRegion region = empty(); region != null; region = empty()) {
      source.unmap(region.memory);
    }
  }

  /// Hands out nothing any more. What is in use stays until it is released; [#trim] then.
  void close() {
    lock.lock();
    try {
      isClosed = true;
    } finally {
      lock.unlock();
    }
    trim();
  }

  /// Gives memory back; called once for each [StoredContent].
  void free(StoredContent content) {
    give(content.region(), content.start(), content.granules());
  }

  /// Gives back a part of what was allocated.
  void give(MemoryRegion region, int start, int granules) {
    boolean isLast;
    lock.lock();
    try {
      region.give(start, granules);
      usedBytes -= (long) granules * MemoryRegion.GRANULE;
      if (!region.isClosing) {
        room[region.slot] = region.longestRun();
      }
      isLast = isClosed && region.isEmpty();
    } finally {
      lock.unlock();
    }
    if (isLast) {
      trim();
    }
  }

  private @Nullable StoredContent fromRegions(int granules, int length) {
    if (isClosed) {
      return null;
    }
    for (int slot = 0; slot < slots; slot++) {
      MemoryRegion region = regions[slot];
      if (room[slot] >= granules && region != null) {
        StoredContent content = from(region, granules, length);
        if (content != null) {
          return content;
        }
      }
    }
    MemoryRegion region = newRegion(granules);
    return region == null ? fromClosing(granules, length) : from(region, granules, length);
  }

  private @Nullable StoredContent fromClosing(int granules, int length) {
    for (int slot = 0; slot < slots; slot++) {
      MemoryRegion region = regions[slot];
      if (region != null && region.isClosing && region.longestRun() >= granules) {
        StoredContent content = from(region, granules, length);
        if (content != null) {
          return content;
        }
      }
    }
    return null;
  }

  private @Nullable StoredContent from(MemoryRegion region, int granules, int length) {
    int start = region.take(granules);
    if (start >= 0) {
      region.isClosing = false;
      usedBytes += (long) granules * MemoryRegion.GRANULE;
    }
    room[region.slot] = region.isClosing ? 0 : region.longestRun();
    return start < 0 ? null : new StoredContent(this, region, start, length);
  }

  private @Nullable MemoryRegion newRegion(int granules) {
    int bytes = granules * MemoryRegion.GRANULE;
    int size = bytes <= regionSize / 4 ? regionSize : Math.ceilDiv(bytes, PAGE) * PAGE;
    if (isBeyond(size - slack())) {
      return null;
    }
    var memory = source.map(size);
    if (memory == null) {
      return null;
    }
    MemoryRegion region = new MemoryRegion(memory, freeSlot());
    regions[region.slot] = region;
    room[region.slot] = region.longestRun();
    mappedBytes.addAndGet(size);
    return region;
  }

  private int freeSlot() {
    for (int slot = 0; slot < slots; slot++) {
      if (regions[slot] == null) {
        return slot;
      }
    }
    if (slots == regions.length) {
      regions = Arrays.copyOf(regions, slots * 2);
      room = Arrays.copyOf(room, slots * 2);
    }
    return slots++;
  }

  private @Nullable MemoryRegion empty() {
    lock.lock();
    try {
      for (int slot = 0; slot < slots; slot++) {
        MemoryRegion region = regions[slot];
        if (region != null && region.isEmpty()) {
          regions[slot] = null;
          room[slot] = 0;
          mappedBytes.addAndGet(-region.size());
          return region;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private long slack() {
    return budget / SLACK_PART;
  }

  private boolean isBeyond(long further) {
    return mappedBytes.get() + heapBytes.get() + further > budget;
  }

  private boolean isHeapBeyond(long further) {
    return heapBytes.get() + further > heapBudget;
  }

  private static long filling(MemoryRegion region) {
    return (long) region.usedBytes() * 1024 / region.size();
  }
}
