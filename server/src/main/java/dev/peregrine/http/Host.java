package dev.peregrine.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The value of `Host`, or the authority of a target: `uri-host [ ":" port ]`. Sources: RFC 9110
/// §7.2, RFC 3986 §3.2.2.
public final class Host {
  private Host() {}

  /// Whether `bytes[start, end)` is a host that is not empty, with a port from 1 to 65535 or
  /// without port and colon. An IP literal is IPv6 without a zone; there is no user information.
  public static boolean isValid(byte[] bytes, int start, int end) {
    if (start == end) {
      return false;
    }
    int hostEnd = bytes[start] == '[' ? literalEnd(bytes, start, end) : nameEnd(bytes, start, end);
    if (hostEnd <= start) {
      return false;
    }
    return hostEnd == end || (bytes[hostEnd] == ':' && isPort(bytes, hostEnd + 1, end));
  }

  /// The canonical form of `bytes[start, end)`, which is valid: in lower case.
  public static String canonical(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1)
        .toLowerCase(Locale.ROOT);
  }

  private static int nameEnd(byte[] bytes, int start, int end) {
    int i = start;
    while (i < end && bytes[i] != ':') {
      if (bytes[i] == '%') {
        if (end - i < 3
            || Grammar.hexValue(bytes[i + 1]) < 0
            || Grammar.hexValue(bytes[i + 2]) < 0) {
          return -1;
        }
        i += 3;
      } else if (Grammar.isRegName(bytes[i])) {
        i++;
      } else {
        return -1;
      }
    }
    return i;
  }

  private static int literalEnd(byte[] bytes, int start, int end) {
    int close = start + 1;
    while (close < end && bytes[close] != ']') {
      close++;
    }
    return close < end && IpAddress.isIpv6(bytes, start + 1, close) ? close + 1 : -1;
  }

  private static boolean isPort(byte[] bytes, int start, int end) {
    int port = 0;
    for (int i = start; i < end; i++) {
      if (!Grammar.isDigit(bytes[i])) {
        return false;
      }
      port = port * 10 + bytes[i] - '0';
      if (port > 65535) {
        return false;
      }
    }
    return port > 0;
  }
}
