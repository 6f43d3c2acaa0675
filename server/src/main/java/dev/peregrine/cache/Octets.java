package dev.peregrine.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that grow.
final class Octets {
  private byte[] bytes;
  private int size;

  Octets(int capacity) {
    bytes = new byte[capacity];
  }

  int size() {
    return size;
  }

  Octets put(int octet) {
    ensure(1);
    bytes[size++] = (byte) octet;
    return this;
  }

  Octets put(byte[] from, int start, int end) {
    ensure(end - start);
    System.arraycopy(from, start, bytes, size, end - start);
    size += end - start;
    return this;
  }

  Octets put(String text) {
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    return put(latin, 0, latin.length);
  }

  /// Appends the length in four bytes, then the bytes.
  Octets putCounted(byte[] from, int start, int end) {
    return putInt(end - start).put(from, start, end);
  }

  Octets putInt(int value) {
    ensure(Integer.BYTES);
    writeInt(bytes, size, value);
    size += Integer.BYTES;
    return this;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  static void writeInt(byte[] into, int at, int value) {
    into[at] = (byte) (value >>> 24);
    into[at + 1] = (byte) (value >>> 16);
    into[at + 2] = (byte) (value >>> 8);
    into[at + 3] = (byte) value;
  }

  static int readInt(byte[] from, int at) {
    return (from[at] & 0xff) << 24
        | (from[at + 1] & 0xff) << 16
        | (from[at + 2] & 0xff) << 8
        | (from[at + 3] & 0xff);
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
