package dev.peregrine.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Messages as bytes, in buffers outside the heap like those that sockets are read into.
final class Wire {
  private Wire() {}

  static ByteBuffer buffer(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
