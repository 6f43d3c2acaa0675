package dev.peregrine.exchange;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/// Compression as `zstd`. Source: RFC 8878.
final class ZstdCoder implements Coder {
  /// Room that is made for output at a time.
  private static final int ROOM = 4096;

  /// Tables for content that passes through fit in a processor's cache, which costs no measurable
  /// part of the ratio.
  private static final int STREAM_HASH_LOG = 15;

  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final int level;
  private final int windowLog;
  private final boolean isForStreams;

  private ZstdCoder(int level, int windowLog, boolean isForStreams) {
    this.level = level;
    this.windowLog = windowLog;
    this.isForStreams = isForStreams;
    configure();
  }

  static ZstdCoder forStreams() {
    return new ZstdCoder(3, 17, true);
  }

  static ZstdCoder forStorage() {
    return new ZstdCoder(12, 20, false);
  }

  private void configure() {
    context.setLevel(level).setWindowLog(windowLog);
    if (isForStreams) {
      context.setHashLog(STREAM_HASH_LOG).setChainLog(STREAM_HASH_LOG - 1);
    }
  }

  @Override
  public void code(ByteBuffer input, Step step, ByteBuf out) {
    EndDirective directive =
        switch (step) {
          case GO_ON -> EndDirective.CONTINUE;
          case FLUSH -> EndDirective.FLUSH;
          case FINISH -> EndDirective.END;
        };
    boolean isWhole;
    do {
      out.ensureWritable(ROOM);
      ByteBuffer room = out.nioBuffer(out.writerIndex(), out.writableBytes());
      int before = room.position();
      isWhole = context.compressByteBufferStream(room, input, directive);
      out.writerIndex(out.writerIndex() + room.position() - before);
    } while (step == Step.GO_ON ? input.hasRemaining() : !isWhole);
  }

  @Override
  public boolean reset() {
    context.reset();
    configure();
    return true;
  }

  @Override
  public void end() {
    context.close();
  }
}
