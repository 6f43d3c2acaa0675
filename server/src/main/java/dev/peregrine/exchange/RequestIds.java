package dev.peregrine.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Names of requests: what the client sent if it is harmless, else 128 random bits in hexadecimal.
final class RequestIds {
  private static final int MAX_LENGTH = 128;

  private RequestIds() {}

  static String of(@Nullable String sent) {
    return sent != null && isSane(sent) ? sent : make();
  }

  /// Appends the field line.
  static void line(ByteBuf out, String requestId) {
    ByteBufUtil.writeAscii(out, "X-Request-Id: ");
    ByteBufUtil.writeAscii(out, requestId);
    out.writeByte('\r').writeByte('\n');
  }

  private static String make() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
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
