package dev.peregrine.http;

import java.nio.charset.StandardCharsets;

/// The byte classes of HTTP's grammar, as one table. Sources: RFC 9110 §5.6, RFC 3986 §2 and
/// §3.2.2, RFC 5234 appendix B.1.
public final class Grammar {
  private static final int TOKEN = 1;
  private static final int TARGET = 2;
  private static final int REG_NAME = 4;
  private static final byte[] CLASSES = classes();
  private static final byte[] LOWER = lower();
  private static final byte[] HEX = hex();

  private Grammar() {}

  /// `tchar`: a byte of a method or of a field name.
  public static boolean isToken(byte octet) {
    return (CLASSES[octet & 0xff] & TOKEN) != 0;
  }

  /// A byte that may stand in a request target: visible ASCII but `#`.
  public static boolean isTarget(byte octet) {
    return (CLASSES[octet & 0xff] & TARGET) != 0;
  }

  /// A byte of a registered name, `%` excepted.
  static boolean isRegName(byte octet) {
    return (CLASSES[octet & 0xff] & REG_NAME) != 0;
  }

  /// `DIGIT`.
  public static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  /// `SP` or `HTAB`.
  public static boolean isWhitespace(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  /// Value of a `HEXDIG` in either case, negative for every other byte.
  public static int hexValue(byte octet) {
    return HEX[octet & 0xff];
  }

  /// The byte with an ASCII capital letter made small.
  public static byte lower(byte octet) {
    return LOWER[octet & 0xff];
  }

  /// Whether `bytes[start, end)` is `lowerCase`, letter case set aside.
  public static boolean equalsIgnoreCase(byte[] bytes, int start, int end, byte[] lowerCase) {
    int length = lowerCase.length;
    if (end - start != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (LOWER[bytes[start + i] & 0xff] != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  /// Whether `bytes[start, end)` is `lowerCase`, letter case set aside.
  public static boolean equalsIgnoreCase(byte[] bytes, int start, int end, String lowerCase) {
    int length = lowerCase.length();
    if (end - start != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (LOWER[bytes[start + i] & 0xff] != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the whole of `text` is a token.
  public static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7e || !isToken((byte) text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// `bytes[start, end)` made fit for a log: visible ASCII as it is, the rest as `\xHH`, at most 64
  /// bytes of it.
  public static String escaped(byte[] bytes, int start, int end) {
    StringBuilder text = new StringBuilder();
    int stop = Math.min(end, start + 64);
    for (int i = start; i < stop; i++) {
      byte octet = bytes[i];
      if (octet > 0x20 && octet < 0x7f && octet != '\\' && octet != '"') {
        text.append((char) octet);
      } else {
        text.append(String.format("\\x%02x", octet & 0xff));
      }
    }
    return stop < end ? text.append("...").toString() : text.toString();
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int i = 0x21; i < 0x7f; i++) {
      classes[i] = TARGET;
    }
    classes['#'] = 0;
    mark(
        classes,
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        TOKEN | REG_NAME);
    mark(classes, "!#$%&'*+-.^_`|~", TOKEN);
    mark(classes, "-._~!$&'()*+,;=", REG_NAME);
    return classes;
  }

  private static void mark(byte[] classes, String members, int flags) {
    for (byte member : members.getBytes(StandardCharsets.ISO_8859_1)) {
      classes[member] |= (byte) flags;
    }
  }

  private static byte[] lower() {
    byte[] lower = new byte[256];
    for (int i = 0; i < 256; i++) {
      lower[i] = (byte) (i >= 'A' && i <= 'Z' ? i + 32 : i);
    }
    return lower;
  }

  private static byte[] hex() {
    byte[] hex = new byte[256];
    for (int i = 0; i < 256; i++) {
      hex[i] = (byte) (i < 128 ? Character.digit(i, 16) : -1);
    }
    return hex;
  }
}
