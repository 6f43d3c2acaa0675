package dev.peregrine.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// A string as the operating system knows it: bytes without NUL, in no particular encoding.
///
/// Arguments, environment values and paths pass through Peregrine in this shape, so that no byte of
/// them is changed by the encoding of the JVM.
public final class RawString {
  private final byte[] bytes;

  private RawString(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("string for a process has a NUL byte (expected none)");
      }
    }
    this.bytes = bytes;
  }

  /// The UTF-8 bytes of a text.
  public static RawString of(String text) {
    return new RawString(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A copy of these bytes.
  public static RawString of(byte[] bytes) {
    return new RawString(bytes.clone());
  }

  /// The very bytes of a path, whatever the locale: a URI of a path escapes its bytes.
  public static RawString of(Path path) {
    String escaped = path.toAbsolutePath().toUri().getRawPath();
    ByteArrayOutputStream out = new ByteArrayOutputStream(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '%') {
        out.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
        i += 2;
      } else {
        out.write(c);
      }
    }
    byte[] bytes = out.toByteArray();
    boolean isPadded = bytes.length > 1 && bytes[bytes.length - 1] == '/';
    return new RawString(isPadded ? Arrays.copyOf(bytes, bytes.length - 1) : bytes);
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawString that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// The bytes read as UTF-8, bytes that are none replaced: for messages only.
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
