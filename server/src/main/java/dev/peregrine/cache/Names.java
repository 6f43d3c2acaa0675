package dev.peregrine.cache;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Names to be found among bytes; one that ends in `*` stands for all that begin like it.
final class Names {
  private final byte[][] names;

  Names(List<String> names) {
    this.names =
        names.stream()
            .map(name -> name.getBytes(StandardCharsets.ISO_8859_1))
            .toArray(byte[][]::new);
  }

  boolean isEmpty() {
    return names.length == 0;
  }

  /// Whether `bytes[start, end)` is one of them.
  boolean contains(byte[] bytes, int start, int end) {
    for (byte[] name : names) {
      boolean isPrefix = name[name.length - 1] == '*';
      int length = isPrefix ? name.length - 1 : name.length;
      boolean fits = isPrefix ? end - start >= length : end - start == length;
      int i = 0;
      while (fits && i < length) {
        fits = bytes[start + i] == name[i];
        i++;
      }
      if (fits) {
        return true;
      }
    }
    return false;
  }
}
