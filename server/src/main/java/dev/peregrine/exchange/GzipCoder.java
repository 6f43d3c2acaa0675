package dev.peregrine.exchange;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Compression as `gzip`. Source: RFC 1952.
final class GzipCoder implements Coder {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  /// Room that is made for output at a time.
  private static final int ROOM = 4096;

  private final Deflater deflater;
  private final CRC32 checksum = new CRC32();
  private boolean isBegun;

  GzipCoder(int level) {
    deflater = new Deflater(level, true);
  }

  @Override
  public void code(ByteBuffer input, Step step, ByteBuf out) {
    if (!isBegun) {
      isBegun = true;
      out.writeBytes(HEADER);
    }
    checksum.update(input.duplicate());
    deflater.setInput(input);
    if (step == Step.FINISH) {
      deflater.finish();
    }
    int mode = step == Step.FLUSH ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH;
    int room;
    int written;
    do {
      out.ensureWritable(ROOM);
      room = out.writableBytes();
      written = deflater.deflate(out.nioBuffer(out.writerIndex(), room), mode);
      out.writerIndex(out.writerIndex() + written);
    } while (written == room);
    if (step == Step.FINISH) {
      out.writeIntLE((int) checksum.getValue());
      out.writeIntLE((int) deflater.getBytesRead());
    }
  }

  @Override
  public boolean reset() {
    deflater.reset();
    checksum.reset();
    isBegun = false;
    return true;
  }

  @Override
  public void end() {
    deflater.end();
  }
}
