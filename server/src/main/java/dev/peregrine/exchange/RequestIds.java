package dev.peregrine.exchange;

import dev.peregrine.http.FieldName;
import dev.peregrine.listen.ClientStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Names of requests: what the client sent if it is harmless, else 128 random bits in hexadecimal.
final class RequestIds {
  private static final int MAX_LENGTH = 128;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private static final byte[] NAME = "X-Request-Id: ".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] CRLF = {'\r', '\n'};

  private RequestIds() {}

  private static String of(@Nullable String sent) {
    return sent != null && isSane(sent) ? sent : make();
  }

  /// The name of the stream's request, which is told to the stream.
  static String given(ClientStream stream) {
    String id = of(stream.head().fields().first(FieldName.X_REQUEST_ID));
    stream.requestId(id);
    return id;
  }

  /// Appends the field line.
  static void line(ByteBuf out, String requestId) {
    ByteBufUtil.writeAscii(out.writeBytes(NAME), requestId);
    out.writeBytes(CRLF);
  }

  static String make() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] digits = new byte[32];
    put(digits, 0, random.nextLong());
    put(digits, 16, random.nextLong());
    return new String(digits, StandardCharsets.ISO_8859_1);
  }

  private static void put(byte[] digits, int start, long bits) {
    for (int i = 0; i < 16; i++) {
      digits[start + i] = HEX[(int) (bits >>> (60 - 4 * i)) & 15];
    }
  }

  private static boolean isSane(String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean isWord = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!isWord && "-_.:+/=@".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
