package dev.peregrine.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/// The content of a stored response: bytes outside the garbage-collected heap, written once, read
/// by any number of threads without a lock.
///
/// It is counted who holds it: whoever made it, the store, and every reader between [#tryRetain]
/// and [#release]. With the last release the memory is free for other content at once, so a view
/// from [#buffer] must not be used after it.
public final class StoredContent {
  private static final VarHandle HOLDERS;

  static {
    try {
      HOLDERS = MethodHandles.lookup().findVarHandle(StoredContent.class, "holders", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Bytes of the heap that the object itself takes.
  static final int HEAP_BYTES = 32;

  private final ContentMemory memory;
  private final MemoryRegion region;
  private final int start;
  private int length;
  private volatile int holders = 1;

  StoredContent(ContentMemory memory, MemoryRegion region, int start, int length) {
    this.memory = memory;
    this.region = region;
    this.start = start;
    this.length = length;
  }

  /// Holds it once more; `false` if it is gone already.
  public boolean tryRetain() {
    int now = holders;
    while (now > 0) {
      int seen = (int) HOLDERS.compareAndExchange(this, now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  /// Lets it go; to be called once for each time it was held.
  public void release() {
    int before = (int) HOLDERS.getAndAdd(this, -1);
    if (before == 1) {
      memory.free(this);
    } else if (before < 1) {
      throw new IllegalStateException("content released more often than held");
    }
  }

  /// Number of bytes.
  public int length() {
    return length;
  }

  /// A new read-only view of all bytes, direct memory.
  public ByteBuffer buffer() {
    return region.readable.slice(start * MemoryRegion.GRANULE, length);
  }

  /// Copies bytes to the position of `target`, which moves; as [#buffer], but without a new object.
  public void copyTo(ByteBuffer target, int from, int count) {
    if ((from | count) < 0 || from + count > length) {
      throw new IndexOutOfBoundsException(from + " + " + count + " of " + length);
    }
    int position = target.position();
    target.put(position, region.readable, start * MemoryRegion.GRANULE + from, count);
    target.position(position + count);
  }

  MemoryRegion region() {
    return region;
  }

  int start() {
    return start;
  }

  int granules() {
    return MemoryRegion.granules(length);
  }

  /// Bytes of memory that it takes outside the heap.
  int bytes() {
    return granules() * MemoryRegion.GRANULE;
  }

  /// Whether it lies in memory that is being emptied.
  boolean isInTheWay() {
    return region.isClosing;
  }

  /// Writes bytes before anybody else has seen the content.
  void put(int offset, ByteBuffer source) {
    region.memory.put(
        start * MemoryRegion.GRANULE + offset, source, source.position(), source.remaining());
  }

  /// Gives back what lies beyond `newLength`, before anybody else has seen the content.
  void shorten(int newLength) {
    int kept = MemoryRegion.granules(newLength);
    int surplus = granules() - kept;
    length = newLength;
    if (surplus > 0) {
      memory.give(region, start + kept, surplus);
    }
  }
}
