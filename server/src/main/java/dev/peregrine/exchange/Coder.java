package dev.peregrine.exchange;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/// The state of one compression, with memory outside the heap that `end` frees. Not thread-safe.
sealed interface Coder permits GzipCoder, ZstdCoder, BrotliCoder {
  /// What is asked of a coder beside taking input.
  enum Step {
    /// Nothing: it may keep input back until more has come.
    GO_ON,
    /// Everything it was given has to be readable from its output.
    FLUSH,
    /// The content ends here.
    FINISH
  }

  /// Consumes all of the input and appends what comes of it.
  void code(ByteBuffer input, Step step, ByteBuf out);

  /// Makes it as good as new; `false` if that cannot be done.
  boolean reset();

  /// Frees its memory; called once.
  void end();
}
