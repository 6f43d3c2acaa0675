package dev.peregrine.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The whole content of one request, in memory first and in a file when it outgrows that, ready to
/// be sent more than once; on one event loop.
final class RequestBuffer {
  private static final long PENDING_BYTES = 512 * 1024;
  private static final int REGION_BYTES = 1 << 20;

  private final int memoryBytes;
  private final ByteBufAllocator allocator;
  private final SpoolFile file;
  private final BufferMemory shared;
  private @Nullable ByteBuf memory;
  private long inMemoryBytes;
  private boolean isSpooled;
  private long size;

  /// The file is opened only if it is needed.
  RequestBuffer(int memoryBytes, ByteBufAllocator allocator, SpoolFile file, BufferMemory shared) {
    this.memoryBytes = memoryBytes;
    this.allocator = allocator;
    this.file = file;
    this.shared = shared;
  }

  /// Takes the buffer.
  void add(ByteBuf data) {
    int length = data.readableBytes();
    size += length;
    if (!isSpooled && size <= memoryBytes && shared.take(length)) {
      inMemoryBytes += length;
      ByteBuf inMemory = memory;
      if (inMemory == null) {
        inMemory = allocator.directBuffer(Math.max(length, 512), Integer.MAX_VALUE);
        memory = inMemory;
      }
      inMemory.writeBytes(data);
      data.release();
      return;
    }
    isSpooled = true;
    ByteBuf inMemory = memory;
    if (inMemory != null) {
      memory = null;
      file.append(inMemory);
      forget();
    }
    file.append(data);
  }

  long size() {
    return size;
  }

  /// Whether the client sends faster than the disk takes.
  boolean isCongested() {
    return file.pendingBytes() > PENDING_BYTES;
  }

  /// Whether everything added can be replayed.
  boolean isSettled() {
    return file.pendingBytes() == 0;
  }

  /// Hands the content over as buffers and file regions, which the taker releases.
  void replay(Consumer<Object> taker) {
    ByteBuf inMemory = memory;
    if (inMemory != null) {
      taker.accept(inMemory.retainedDuplicate());
      return;
    }
    for (long position = 0; position < size; position += REGION_BYTES) {
      taker.accept(file.region(position, Math.min(REGION_BYTES, size - position)));
    }
  }

  void close() {
    ByteBuf inMemory = memory;
    memory = null;
    if (inMemory != null) {
      inMemory.release();
    }
    forget();
    file.close();
  }

  private void forget() {
    shared.giveBack(inMemoryBytes);
    inMemoryBytes = 0;
  }
}
