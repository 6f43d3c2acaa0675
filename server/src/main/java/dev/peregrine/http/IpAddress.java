package dev.peregrine.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The text forms of IP addresses, read without asking any resolver. Sources: RFC 3986 §3.2.2, RFC
/// 4291 §2.2.
final class IpAddress {
  private static final int GROUPS = 8;

  private IpAddress() {}

  /// Whether `bytes[start, end)` is an IPv6 address without zone.
  static boolean isIpv6(byte[] bytes, int start, int end) {
    return ipv6(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1)) != null;
  }

  /// The 4 or 16 bytes of the address; `null` if `text` is none.
  static byte @Nullable [] parse(String text) {
    return text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text);
  }

  private static byte @Nullable [] ipv4(String text) {
    byte[] address = new byte[4];
    int position = 0;
    for (int part = 0; part < 4; part++) {
      int start = position;
      int value = 0;
      while (position < text.length() && isDigit(text.charAt(position)) && position - start < 3) {
        value = value * 10 + text.charAt(position) - '0';
        position++;
      }
      boolean leadingZero = position - start > 1 && text.charAt(start) == '0';
      if (position == start || value > 255 || leadingZero) {
        return null;
      }
      address[part] = (byte) value;
      if (part < 3 && (position >= text.length() || text.charAt(position++) != '.')) {
        return null;
      }
    }
    return position == text.length() ? address : null;
  }

  private static byte @Nullable [] ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      int[] groups = groups(text);
      return groups != null && groups.length == GROUPS ? join(groups, new int[0]) : null;
    }
    if (text.indexOf("::", gap + 1) >= 0 || text.substring(0, gap).indexOf('.') >= 0) {
      return null;
    }
    int[] head = groups(text.substring(0, gap));
    int[] tail = groups(text.substring(gap + 2));
    return head != null && tail != null && head.length + tail.length < GROUPS
        ? join(head, tail)
        : null;
  }

  /// The 16-bit groups of a run without `::`; an IPv4 address may stand for the last two.
  private static int @Nullable [] groups(String run) {
    if (run.isEmpty()) {
      return new int[0];
    }
    String[] parts = run.split(":", -1);
    byte[] embedded = run.indexOf('.') >= 0 ? ipv4(parts[parts.length - 1]) : null;
    int[] groups = new int[embedded == null ? parts.length : parts.length + 1];
    int plain = embedded == null ? parts.length : parts.length - 1;
    for (int i = 0; i < plain; i++) {
      int group = group(parts[i]);
      if (group < 0) {
        return null;
      }
      groups[i] = group;
    }
    if (embedded != null) {
      groups[plain] = (embedded[0] & 0xff) << 8 | (embedded[1] & 0xff);
      groups[plain + 1] = (embedded[2] & 0xff) << 8 | (embedded[3] & 0xff);
    }
    return groups;
  }

  private static int group(String part) {
    if (part.isEmpty() || part.length() > 4) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < part.length(); i++) {
      int digit = part.charAt(i) < 128 ? Character.digit(part.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static byte[] join(int[] head, int[] tail) {
    byte[] address = new byte[2 * GROUPS];
    for (int i = 0; i < head.length; i++) {
      put(address, i, head[i]);
    }
    for (int i = 0; i < tail.length; i++) {
      put(address, GROUPS - tail.length + i, tail[i]);
    }
    return address;
  }

  private static void put(byte[] address, int group, int value) {
    address[2 * group] = (byte) (value >>> 8);
    address[2 * group + 1] = (byte) value;
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }
}
