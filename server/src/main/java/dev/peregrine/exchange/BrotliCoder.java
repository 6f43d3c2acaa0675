package dev.peregrine.exchange;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Compression as `br`. Source: RFC 7932.
final class BrotliCoder implements Coder {
  private static final int INPUT_BYTES = 16 * 1024;

  private final EncoderJNI.Wrapper encoder;

  /// A coder that keeps `2^windowLog` bytes in view.
  BrotliCoder(int quality, int windowLog) {
    try {
      encoder = new EncoderJNI.Wrapper(INPUT_BYTES, quality, windowLog, Encoder.Mode.GENERIC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void code(ByteBuffer input, Step step, ByteBuf out) {
    ByteBuffer window = encoder.getInputBuffer();
    while (input.hasRemaining()) {
      int length = Math.min(window.capacity(), input.remaining());
      window.clear();
      window.put(0, input, input.position(), length);
      input.position(input.position() + length);
      push(Operation.PROCESS, length, out);
    }
    switch (step) {
      case GO_ON -> {}
      case FLUSH -> push(Operation.FLUSH, 0, out);
      case FINISH -> push(Operation.FINISH, 0, out);
    }
  }

  private void push(Operation operation, int length, ByteBuf out) {
    encoder.push(operation, length);
    while (true) {
      if (!encoder.isSuccess()) {
        throw new IllegalStateException("the brotli encoder failed at " + operation);
      }
      if (encoder.hasMoreOutput()) {
        out.writeBytes(encoder.pull());
      } else if (encoder.hasRemainingInput()) {
        encoder.push(operation, 0);
      } else {
        return;
      }
    }
  }

  @Override
  public boolean reset() {
    return false;
  }

  @Override
  public void end() {
    encoder.destroy();
  }
}
