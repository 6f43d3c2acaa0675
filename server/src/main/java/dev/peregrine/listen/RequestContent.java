package dev.peregrine.listen;

import dev.peregrine.http.Framing;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Violation;
import dev.peregrine.http.h1.ChunkedDecoder;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The content of one request as it is cut out of the connection's bytes, and its pace.
final class RequestContent {
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int WORTH_DRAINING_BYTES = 64 * 1024;

  private final @Nullable ChunkedDecoder decoder;
  private long remaining;
  private boolean isComplete;
  private boolean isAnnounced;
  private boolean isPaused;
  private long receivedBytes;
  private long sinceNanos;
  private long pausedNanos;
  private long resumedNanos;

  RequestContent(Framing framing, HeadLimits limits, long nowNanos) {
    this.sinceNanos = nowNanos;
    this.resumedNanos = nowNanos;
    switch (framing) {
      case Framing.None _, Framing.UntilClose _ -> {
        decoder = null;
        isComplete = true;
      }
      case Framing.Length(var length) -> {
        decoder = null;
        remaining = length;
        isComplete = length == 0;
      }
      case Framing.Chunked _ -> decoder = new ChunkedDecoder(limits);
    }
  }

  boolean isComplete() {
    return isComplete;
  }

  /// Whether the end has been told.
  boolean isAnnounced() {
    return isAnnounced;
  }

  /// Whether none of it has come and some will.
  boolean isUntouched() {
    return !isComplete && receivedBytes == 0;
  }

  boolean isPaused() {
    return isPaused;
  }

  /// Whether what is left is little enough to be read and dropped, to keep the connection.
  boolean isWorthDraining() {
    return isComplete || (decoder == null && remaining <= WORTH_DRAINING_BYTES);
  }

  void pause() {
    if (!isPaused) {
      isPaused = true;
      pausedNanos = System.nanoTime();
    }
  }

  void resume(long nowNanos) {
    if (isPaused) {
      isPaused = false;
      sinceNanos += nowNanos - pausedNanos;
      resumedNanos = nowNanos;
    }
  }

  void forgive(long nanos) {
    sinceNanos += nanos;
    resumedNanos += nanos;
  }

  boolean isTooSlow(long nowNanos, long lastReadNanos, ListenConfig config) {
    if (isComplete || isPaused) {
      return false;
    }
    long idleSince = lastReadNanos - resumedNanos > 0 ? lastReadNanos : resumedNanos;
    long waited = nowNanos - sinceNanos;
    return nowNanos - idleSince > config.contentTimeout().toNanos()
        || (waited > GRACE_NANOS && receivedBytes * 1e9 / waited < config.minContentRate());
  }

  /// Cuts the next piece out of `held`.
  Step next(@Nullable ByteBuf held) {
    if (isComplete) {
      isAnnounced = true;
      return Step.End.END;
    }
    if (held == null || !held.isReadable()) {
      return Step.NeedMore.NEED_MORE;
    }
    return decoder == null ? nextOfLength(held) : nextChunk(decoder, held);
  }

  private Step nextOfLength(ByteBuf held) {
    int length = (int) Math.min(remaining, held.readableBytes());
    remaining -= length;
    receivedBytes += length;
    isComplete = remaining == 0;
    return new Step.Data(held.readRetainedSlice(length));
  }

  private Step nextChunk(ChunkedDecoder chunks, ByteBuf held) {
    ByteBuffer in = held.internalNioBuffer(held.readerIndex(), held.readableBytes());
    int start = in.position();
    int index = held.readerIndex();
    ChunkedDecoder.Event event = chunks.next(in);
    held.skipBytes(in.position() - start);
    return switch (event) {
      case NEED_MORE -> Step.NeedMore.NEED_MORE;
      case DATA -> {
        receivedBytes += chunks.dataLength();
        yield new Step.Data(
            held.retainedSlice(index + chunks.dataStart() - start, chunks.dataLength()));
      }
      case END -> {
        isComplete = true;
        isAnnounced = true;
        yield Step.End.END;
      }
      case REJECTED -> new Step.Bad(chunks.violation());
    };
  }

  /// What a look at the bytes gave.
  sealed interface Step {
    /// A piece of content; the taker owns the buffer.
    record Data(ByteBuf data) implements Step {}

    /// All content has come.
    enum End implements Step {
      END
    }

    /// More bytes are needed.
    enum NeedMore implements Step {
      NEED_MORE
    }

    /// The framing is broken.
    record Bad(Violation violation) implements Step {}
  }
}
