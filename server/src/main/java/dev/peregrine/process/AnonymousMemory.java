package dev.peregrine.process;

import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Mapping;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Memory straight from the kernel, outside the heap and outside the limit of direct buffers: it
/// costs nothing until it is touched, and goes back at once when it is given back.
public final class AnonymousMemory {
  private AnonymousMemory() {}

  /// Maps that many bytes, all zero; `null` if the kernel refuses.
  public static @Nullable ByteBuffer map(int bytes) {
    long address = Mapping.map(bytes);
    return address < 0 ? null : Mapping.segment(address, bytes).asByteBuffer();
  }

  /// Gives back what [#map] returned. The buffer and all views of it must not be used any more:
  /// nothing but the owner's care prevents it.
  public static void unmap(ByteBuffer buffer) {
    int error = Mapping.unmap(MemorySegment.ofBuffer(buffer.clear()).address(), buffer.capacity());
    if (error < 0) {
      throw new IllegalArgumentException("munmap failed: " + Errno.describe(-error));
    }
  }
}
