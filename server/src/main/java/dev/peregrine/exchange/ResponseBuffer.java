package dev.peregrine.exchange;

import dev.peregrine.listen.ClientStream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Response content that its client has not taken yet: memory first, then a file; on one event
/// loop.
///
/// Order: what is in memory is older than what is in the file. Content goes to the file from the
/// moment when memory is full until everything has been taken; then both start anew. When the disk
/// fails, what it did not take and all that comes stays in memory, behind the file, and the worker
/// has to wait for the client.
final class ResponseBuffer {
  private static final int REGION_BYTES = 1 << 20;

  /// What may wait for the disk, in memory.
  private static final long PENDING_BYTES = 1 << 20;

  private final int memoryBytes;
  private final long highWatermarkBytes;
  private final SpoolFile file;
  private final BufferMemory shared;
  private final ArrayDeque<ByteBuf> memory = new ArrayDeque<>();
  private final ArrayDeque<ByteBuf> behindFile = new ArrayDeque<>();
  private long inMemory;
  private long behindFileBytes;
  private boolean hasDiskFailed;
  private boolean isSpooling;
  private long takenFromFile;

  ResponseBuffer(int memoryBytes, long highWatermarkBytes, SpoolFile file, BufferMemory shared) {
    this.memoryBytes = memoryBytes;
    this.highWatermarkBytes = highWatermarkBytes;
    this.file = file;
    this.shared = shared;
  }

  boolean isEmpty() {
    return memory.isEmpty() && !isSpooling && behindFile.isEmpty();
  }

  /// Whether the worker has to wait.
  boolean isFull() {
    if (hasDiskFailed) {
      return isSpooling || behindFileBytes + inMemory >= memoryBytes;
    }
    return isSpooling
        && (file.pendingBytes() > PENDING_BYTES
            || file.writtenBytes() + file.pendingBytes() >= highWatermarkBytes);
  }

  /// Takes the buffer.
  void add(ByteBuf data) {
    int length = data.readableBytes();
    if (hasDiskFailed) {
      behindFileBytes += length;
      behindFile.add(data);
    } else if (!isSpooling && inMemory + length <= memoryBytes && shared.take(length)) {
      inMemory += length;
      memory.add(data);
    } else {
      isSpooling = true;
      file.append(data);
    }
  }

  /// Does without the disk from now on.
  void diskFailed() {
    hasDiskFailed = true;
    file.takeBack().forEach(this::add);
  }

  /// Gives the client as much as it takes now.
  void drainTo(ClientStream stream) {
    while (stream.isWritable()) {
      @Nullable ByteBuf data = memory.poll();
      if (data != null) {
        inMemory -= data.readableBytes();
        shared.giveBack(data.readableBytes());
        stream.write(data);
      } else if (file.writtenBytes() > takenFromFile) {
        long length = Math.min(REGION_BYTES, file.writtenBytes() - takenFromFile);
        stream.write(file.region(takenFromFile, length));
        takenFromFile += length;
      } else if (hasDiskFailed && !behindFile.isEmpty()) {
        ByteBuf next = behindFile.remove();
        behindFileBytes -= next.readableBytes();
        stream.write(next);
      } else {
        break;
      }
      stream.flush();
    }
    if (isSpooling
        && file.pendingBytes() == 0
        && takenFromFile == file.writtenBytes()
        && file.isUnsent()) {
      isSpooling = false;
      takenFromFile = 0;
      file.rewind();
    }
  }

  void close() {
    for (ByteBuf data : memory) {
      data.release();
    }
    memory.clear();
    behindFile.forEach(ByteBuf::release);
    behindFile.clear();
    shared.giveBack(inMemory);
    inMemory = 0;
    file.close();
  }
}
