package dev.peregrine.exchange;

import dev.peregrine.listen.ClientStream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Response content that its client has not taken yet: memory first, then a file; on one event
/// loop.
///
/// Order: what is in memory is older than what is in the file. Content goes to the file from the
/// moment when memory is full until everything has been taken; then both start anew.
final class ResponseBuffer {
  private static final int REGION_BYTES = 1 << 20;

  /// What may wait for the disk, in memory.
  private static final long PENDING_BYTES = 1 << 20;

  private final int memoryBytes;
  private final long highWatermarkBytes;
  private final SpoolFile file;
  private final BufferMemory shared;
  private final ArrayDeque<ByteBuf> memory = new ArrayDeque<>();
  private long inMemory;
  private boolean isSpooling;
  private long takenFromFile;

  ResponseBuffer(int memoryBytes, long highWatermarkBytes, SpoolFile file, BufferMemory shared) {
    this.memoryBytes = memoryBytes;
    this.highWatermarkBytes = highWatermarkBytes;
    this.file = file;
    this.shared = shared;
  }

  boolean isEmpty() {
    return memory.isEmpty() && !isSpooling;
  }

  /// Whether the worker has to wait.
  boolean isFull() {
    return isSpooling
        && (file.pendingBytes() > PENDING_BYTES
            || file.writtenBytes() + file.pendingBytes() >= highWatermarkBytes);
  }

  /// Takes the buffer.
  void add(ByteBuf data) {
    int length = data.readableBytes();
    if (!isSpooling && inMemory + length <= memoryBytes && shared.take(length)) {
      inMemory += length;
      memory.add(data);
    } else {
      isSpooling = true;
      file.append(data);
    }
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
    shared.giveBack(inMemory);
    inMemory = 0;
    file.close();
  }
}
