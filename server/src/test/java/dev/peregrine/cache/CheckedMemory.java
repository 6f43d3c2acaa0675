package dev.peregrine.cache;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Memory for tests: whoever uses it after it was given back gets an exception instead of a crash,
/// and what was not given back can be counted.
final class CheckedMemory implements MemorySource {
  private final Map<Long, Arena> arenas = new ConcurrentHashMap<>();
  private final AtomicLong mapped = new AtomicLong();
  private final AtomicLong most = new AtomicLong();
  private volatile boolean isExhausted;

  @Override
  @SuppressWarnings("MustBeClosedChecker") // closed when the memory is given back
  public @Nullable ByteBuffer map(int bytes) {
    if (isExhausted) {
      return null;
    }
    Arena arena = Arena.ofShared();
    MemorySegment segment = arena.allocate(bytes);
    arenas.put(segment.address(), arena);
    most.accumulateAndGet(mapped.addAndGet(bytes), Math::max);
    return segment.asByteBuffer();
  }

  @Override
  public void unmap(ByteBuffer memory) {
    Arena arena = arenas.remove(MemorySegment.ofBuffer(memory.duplicate().clear()).address());
    if (arena == null) {
      throw new IllegalStateException("given back twice");
    }
    mapped.addAndGet(-memory.capacity());
    arena.close();
  }

  long mappedBytes() {
    return mapped.get();
  }

  long mostMappedBytes() {
    return most.get();
  }

  /// Hands out nothing any more.
  void exhaust() {
    isExhausted = true;
  }
}
