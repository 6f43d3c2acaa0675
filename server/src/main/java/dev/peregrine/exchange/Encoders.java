package dev.peregrine.exchange;

import dev.peregrine.http.ContentCoding;
import dev.peregrine.log.EventLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The source of all encoders: knows which codings are at hand, bounds their memory together, and
/// keeps a few coders for use again. For all event loops at once; never waits.
///
/// The libraries of native code are loaded in the background when coding is first wanted, so that a
/// server that compresses nothing pays nothing; until then, and where they cannot be loaded,
/// everybody gets `gzip`.
final class Encoders {
  /// What all coders in use may take; beyond, responses go out as they are.
  private static final int MEMORY_BYTES = 32 << 20;

  private static final int SPARE = 4;
  private static final List<ContentCoding> STREAM_ORDER =
      List.of(ContentCoding.ZSTD, ContentCoding.BR, ContentCoding.GZIP);
  private static final List<ContentCoding> STORE_ORDER =
      List.of(ContentCoding.BR, ContentCoding.ZSTD, ContentCoding.GZIP);
  private static final int STORE_PIECE = 64 * 1024;

  private final Executor executor;
  private final EventLog log;
  private final AtomicBoolean isLoadAsked = new AtomicBoolean();
  private final AtomicInteger memory = new AtomicInteger(MEMORY_BYTES);
  private final Queue<Coder> spareZstd = new ArrayBlockingQueue<>(SPARE);
  private final Queue<Coder> spareGzip = new ArrayBlockingQueue<>(SPARE);
  private volatile List<ContentCoding> streamOrder = List.of(ContentCoding.GZIP);
  private volatile List<ContentCoding> storeOrder = List.of(ContentCoding.GZIP);

  /// The executor runs what touches the disk.
  Encoders(Executor executor, EventLog log) {
    this.executor = executor;
    this.log = log;
  }

  /// Codings for content that passes through, the cheapest first: `zstd` takes a quarter of the
  /// time of the others for content a tenth larger.
  List<ContentCoding> forStreams() {
    load();
    return streamOrder;
  }

  /// Codings for content that is coded once and sent often, the smallest first.
  List<ContentCoding> forStorage() {
    load();
    return storeOrder;
  }

  /// A new encoder of one of the codings of `forStreams`; `null` while too many are in use.
  @Nullable StreamEncoder open(ContentCoding coding, ByteBufAllocator allocator) {
    int bytes = bytes(coding);
    if (memory.addAndGet(-bytes) < 0) {
      memory.addAndGet(bytes);
      return null;
    }
    try {
      return new StreamEncoder(coding, streamCoder(coding), allocator, this);
    } catch (RuntimeException | OutOfMemoryError e) {
      memory.addAndGet(bytes);
      throw e;
    }
  }

  /// Compresses with all effort, for storage; not on an event loop, since a megabyte takes a
  /// second. Gives the pieces to `sink`, which copies them; `false` if the result is not smaller,
  /// and then the pieces are worth nothing.
  static boolean compress(
      ByteBuffer content,
      ContentCoding coding,
      ByteBufAllocator allocator,
      Consumer<ByteBuffer> sink) {
    Coder coder = storeCoder(coding, content.remaining());
    ByteBuf out = allocator.directBuffer(STORE_PIECE);
    try {
      int left = content.remaining();
      ByteBuffer source = content.duplicate();
      while (left > 0 && source.hasRemaining()) {
        ByteBuffer piece =
            source.slice(source.position(), Math.min(STORE_PIECE, source.remaining()));
        source.position(source.position() + piece.remaining());
        coder.code(piece, source.hasRemaining() ? Coder.Step.GO_ON : Coder.Step.FINISH, out);
        left -= out.readableBytes();
        if (left > 0) {
          sink.accept(out.nioBuffer());
        }
        out.clear();
      }
      return left > 0;
    } finally {
      out.release();
      coder.end();
    }
  }

  void takeBack(ContentCoding coding, Coder coder) {
    memory.addAndGet(bytes(coding));
    if (!coder.reset() || !spares(coding).offer(coder)) {
      coder.end();
    }
  }

  private Queue<Coder> spares(ContentCoding coding) {
    return coding == ContentCoding.ZSTD ? spareZstd : spareGzip;
  }

  private Coder streamCoder(ContentCoding coding) {
    return switch (coding) {
      case GZIP -> Objects.requireNonNullElseGet(spareGzip.poll(), () -> new GzipCoder(6));
      case ZSTD -> Objects.requireNonNullElseGet(spareZstd.poll(), ZstdCoder::forStreams);
      case BR -> new BrotliCoder(4, 17);
      case IDENTITY -> throw new IllegalArgumentException("identity needs no encoder");
    };
  }

  /// Effort by what a second hit is worth: the best of `br` takes 1 ms a KiB.
  private static Coder storeCoder(ContentCoding coding, int length) {
    return switch (coding) {
      case GZIP -> new GzipCoder(9);
      case ZSTD -> ZstdCoder.forStorage();
      case BR -> length <= STORE_PIECE ? new BrotliCoder(10, 18) : new BrotliCoder(6, 20);
      case IDENTITY -> throw new IllegalArgumentException("identity needs no encoder");
    };
  }

  /// What an encoder for streams takes outside the heap.
  private static int bytes(ContentCoding coding) {
    return switch (coding) {
      case GZIP -> 272 * 1024;
      case ZSTD -> 640 * 1024;
      case BR -> 1024 * 1024;
      case IDENTITY -> 0;
    };
  }

  private void load() {
    if (!isLoadAsked.get() && isLoadAsked.compareAndSet(false, true)) {
      executor.execute(() -> {
        List<ContentCoding> loaded = NativeCoders.load(log);
        streamOrder = STREAM_ORDER.stream().filter(loaded::contains).toList();
        storeOrder = STORE_ORDER.stream().filter(loaded::contains).toList();
      });
    }
  }
}
