package dev.peregrine.exchange;

import dev.peregrine.http.ContentCoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/// One content on its way through a coder, on one event loop. Results belong to the caller and may
/// be empty. `close` is called once, at whatever point the content ends.
final class StreamEncoder {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ContentCoding coding;
  private final Coder coder;
  private final ByteBufAllocator allocator;
  private final Encoders owner;
  private boolean isPending;

  StreamEncoder(ContentCoding coding, Coder coder, ByteBufAllocator allocator, Encoders owner) {
    this.coding = coding;
    this.coder = coder;
    this.allocator = allocator;
    this.owner = owner;
  }

  /// Takes the buffer; gives what is ready to be sent.
  ByteBuf encode(ByteBuf data) {
    ByteBuf out = allocator.directBuffer(Math.max(64, data.readableBytes() / 2));
    try {
      for (ByteBuffer piece : data.nioBuffers()) {
        coder.code(piece, Coder.Step.GO_ON, out);
      }
      isPending |= data.isReadable();
      return out;
    } catch (RuntimeException | OutOfMemoryError e) {
      out.release();
      throw e;
    } finally {
      data.release();
    }
  }

  /// Whether the client could not yet read all that was taken.
  boolean isPending() {
    return isPending;
  }

  /// Gives what the client lacks of what was taken.
  ByteBuf flush() {
    isPending = false;
    return step(Coder.Step.FLUSH);
  }

  /// Gives the end of the coded content.
  ByteBuf finish() {
    isPending = false;
    return step(Coder.Step.FINISH);
  }

  void close() {
    owner.takeBack(coding, coder);
  }

  private ByteBuf step(Coder.Step step) {
    ByteBuf out = allocator.directBuffer(64);
    try {
      coder.code(NOTHING, step, out);
      return out;
    } catch (RuntimeException | OutOfMemoryError e) {
      out.release();
      throw e;
    }
  }
}
