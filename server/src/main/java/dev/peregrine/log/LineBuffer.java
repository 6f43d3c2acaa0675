package dev.peregrine.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing byte buffer that writes text from outside in escaped form, so that a line stays a line
/// and no terminal is ever steered by it. Owned by one thread at a time.
final class LineBuffer {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;

  LineBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  byte[] array() {
    return bytes;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  void clear() {
    length = 0;
    if (bytes.length > 1 << 20) {
      bytes = new byte[1 << 16];
    }
  }

  LineBuffer put(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  LineBuffer put(byte[] source, int offset, int count) {
    room(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
    return this;
  }

  LineBuffer put(byte[] source) {
    return put(source, 0, source.length);
  }

  /// Writes text of our own making, ASCII only.
  LineBuffer put(String ascii) {
    room(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[length++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  LineBuffer put(long number) {
    return put(Long.toString(number));
  }

  /// Writes a value of a `key=value` pair: bare if it is one plain word, else quoted and escaped.
  LineBuffer value(String text) {
    return isWord(text) ? put(text) : put('"').escaped(text).put('"');
  }

  /// Writes text with line ends, quotes and backslashes escaped as in Java, and the code point in
  /// braces for all else that is not plainly printable.
  LineBuffer escaped(String text) {
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      switch (point) {
        case '\n' -> put("\\n");
        case '\r' -> put("\\r");
        case '\t' -> put("\\t");
        case '"' -> put("\\\"");
        case '\\' -> put("\\\\");
        default -> {
          if (isPrintable(point)) {
            utf8(point);
          } else {
            put("\\u{").put(Integer.toHexString(point)).put('}');
          }
        }
      }
    }
    return this;
  }

  /// Writes text of the wire, one character a byte, with `\xNN` for all but printable ASCII.
  LineBuffer wire(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
        put(c);
      } else if (c <= 0xff) {
        put("\\x").hex(c >> 4).hex(c);
      } else {
        put("\\u{").put(Integer.toHexString(c)).put('}');
      }
    }
    return this;
  }

  /// Writes a JSON string with its quotes.
  LineBuffer json(String text) {
    put('"');
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      switch (point) {
        case '\n' -> put("\\n");
        case '\r' -> put("\\r");
        case '\t' -> put("\\t");
        case '"' -> put("\\\"");
        case '\\' -> put("\\\\");
        default -> {
          if (isPrintable(point)) {
            utf8(point);
          } else {
            jsonEscape(point);
          }
        }
      }
    }
    return put('"');
  }

  private void jsonEscape(int point) {
    for (char unit : Character.toChars(point)) {
      put("\\u").hex(unit >> 12).hex(unit >> 8).hex(unit >> 4).hex(unit);
    }
  }

  private LineBuffer hex(int nibble) {
    room(1);
    bytes[length++] = HEX[nibble & 15];
    return this;
  }

  private void utf8(int point) {
    if (point < 0x80) {
      put((char) point);
    } else {
      put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= 0x20 || c >= 0x7f || c == '"' || c == '=' || c == '\\') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// Neither a control (C0, DEL, C1), a format character (bidirectional overrides), a separator of
  /// lines, a lone surrogate, nor unassigned.
  private static boolean isPrintable(int point) {
    if (point < 0x7f) {
      return point >= 0x20;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}
