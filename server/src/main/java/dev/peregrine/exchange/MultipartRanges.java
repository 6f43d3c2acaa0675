package dev.peregrine.exchange;

import dev.peregrine.http.ByteRanges.ByteRange;
import dev.peregrine.listen.ClientStream;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Several parts of one representation in one response. Source: RFC 9110 §14.6.
final class MultipartRanges {
  private static final String BOUNDARY = "peregrine-part-7f3c19a2e85d4b60";
  private static final byte[] LAST = ascii("\r\n--" + BOUNDARY + "--\r\n");

  private final List<ByteRange> ranges;
  private final List<byte[]> heads = new ArrayList<>();
  private long length = LAST.length;

  /// Parts of a representation of that media type and size.
  MultipartRanges(String mediaType, List<ByteRange> ranges, long size) {
    this.ranges = ranges;
    for (ByteRange range : ranges) {
      byte[] head =
          ascii(
              "\r\n--"
                  + BOUNDARY
                  + "\r\nContent-Type: "
                  + mediaType
                  + "\r\nContent-Range: "
                  + contentRange(range, size)
                  + "\r\n\r\n");
      heads.add(head);
      length += head.length + range.length();
    }
  }

  static String contentRange(ByteRange range, long size) {
    return "bytes " + range.first() + "-" + range.last() + "/" + size;
  }

  String mediaType() {
    return "multipart/byteranges; boundary=" + BOUNDARY;
  }

  /// Length of the whole content.
  long length() {
    return length;
  }

  /// Writes the content; `part` writes the bytes of one range.
  void write(ClientStream stream, Consumer<ByteRange> part) {
    for (int i = 0; i < ranges.size(); i++) {
      stream.write(Unpooled.wrappedBuffer(heads.get(i)));
      part.accept(ranges.get(i));
    }
    stream.write(Unpooled.wrappedBuffer(LAST));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
