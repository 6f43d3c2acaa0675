package dev.peregrine.init;

import java.util.Map;
import java.util.TreeMap;

/// Which exit code of the container stands for which of the main command.
///
/// @param replaced codes that are replaced
record ExitCodes(Map<Integer, Integer> replaced) {
  /// Nothing is replaced.
  static final ExitCodes AS_THEY_ARE = new ExitCodes(Map.of());

  static final int MAX = 255;

  ExitCodes {
    replaced = Map.copyOf(replaced);
  }

  ExitCodes with(int from, int to) {
    Map<Integer, Integer> more = new TreeMap<>(replaced);
    more.put(from, to);
    return new ExitCodes(more);
  }

  int of(int code) {
    return replaced.getOrDefault(code, code);
  }
}
