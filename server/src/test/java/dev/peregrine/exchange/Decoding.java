package dev.peregrine.exchange;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import com.aayushatharva.brotli4j.decoder.DirectDecompress;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.peregrine.http.ContentCoding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;

/// Reads coded content as a client does.
final class Decoding {
  private Decoding() {}

  /// All of a whole content.
  static byte[] whole(ContentCoding coding, byte[] coded) throws IOException {
    if (coding == ContentCoding.BR) {
      DirectDecompress result = DirectDecompress.decompress(coded);
      if (result.getResultStatus() != DecoderJNI.Status.DONE) {
        throw new EOFException("decoder: " + result.getResultStatus());
      }
      return result.getDecompressedData();
    }
    try (InputStream in = decoder(coding, coded)) {
      return in.readAllBytes();
    }
  }

  /// What can be read of a short content that has only begun.
  static byte[] begun(ContentCoding coding, byte[] coded) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (coding == ContentCoding.BR) {
      brotli(coded, out);
      return out.toByteArray();
    }
    try (InputStream in = decoder(coding, coded)) {
      // Octet by octet, since an array is lost with the exception.
      int octet = in.read();
      while (octet >= 0) {
        out.write(octet);
        octet = in.read();
      }
    } catch (IOException _) {
      // The rest is still to come.
    }
    return out.toByteArray();
  }

  private static InputStream decoder(ContentCoding coding, byte[] coded) throws IOException {
    InputStream in = new ByteArrayInputStream(coded);
    return switch (coding) {
      case GZIP -> new GZIPInputStream(in);
      case ZSTD -> new ZstdInputStreamNoFinalizer(in);
      case IDENTITY -> in;
      case BR -> throw new IllegalArgumentException("br has no stream");
    };
  }

  private static void brotli(byte[] coded, ByteArrayOutputStream out) throws IOException {
    DecoderJNI.Wrapper decoder = new DecoderJNI.Wrapper(Math.max(1, coded.length));
    decoder.getInputBuffer().put(coded);
    decoder.push(coded.length);
    while (decoder.hasOutput()) {
      ByteBuffer piece = decoder.pull();
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      out.writeBytes(bytes);
    }
    decoder.destroy();
  }
}
