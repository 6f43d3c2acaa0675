package dev.peregrine.init;

import java.io.ByteArrayOutputStream;

/// Cuts what comes on a connection into syslog messages: those with their length in front, and
/// those that end with NUL or a line end (RFC 6587 §3.4). Pure.
final class SyslogFrames {
  /// Longest message; more is cut into several.
  static final int MAX_BYTES = 64 << 10;

  private static final int MAX_DIGITS = 5;

  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private int counted; // what is still to come of a message with its length in front
  private int length; // of the digits read so far; -1: no digits in this message

  /// What is made of a message.
  interface Reader {
    byte[] line(byte[] bytes, int length);
  }

  /// The lines of the messages that are complete now.
  byte[] add(byte[] bytes, int count, Reader reader) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(count + 64);
    for (int i = 0; i < count; i++) {
      add(bytes[i], reader, out);
    }
    return out.toByteArray();
  }

  /// The line of a message without an end.
  byte[] end(Reader reader) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    flush(reader, out);
    return out.toByteArray();
  }

  private void add(byte b, Reader reader, ByteArrayOutputStream out) {
    if (counted > 0) {
      message.write(b);
      counted--;
      if (counted == 0 || message.size() == MAX_BYTES) {
        flush(reader, out);
      }
      return;
    }
    boolean isDigit = b >= '0' && b <= '9';
    if (b == 0 || b == '\n') {
      flush(reader, out);
    } else if (b == ' ' && length > 0 && message.size() == digits(length)) {
      counted = length;
      message.reset();
      length = 0;
    } else {
      boolean isLeading = message.size() < MAX_DIGITS && length >= 0;
      length = isDigit && isLeading && (length > 0 || b != '0') ? length * 10 + b - '0' : -1;
      message.write(b);
      if (message.size() == MAX_BYTES) {
        flush(reader, out);
      }
    }
  }

  private static int digits(int number) {
    return Integer.toString(number).length();
  }

  private void flush(Reader reader, ByteArrayOutputStream out) {
    if (message.size() > 0) {
      out.writeBytes(reader.line(message.toByteArray(), message.size()));
    }
    message.reset();
    length = 0;
  }
}
