package dev.peregrine.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;

/// The last lines of an output, bounded in number and length. Any thread may call it.
public final class RecentLines {
  private static final int MAX_LINE_BYTES = 2048;

  private final int limit;
  private final ArrayDeque<String> lines = new ArrayDeque<>();

  /// Keeps the last `limit` lines.
  public RecentLines(int limit) {
    this.limit = limit;
  }

  /// Remembers a line given as bytes without its line end; bytes that are not UTF-8 are replaced.
  public void add(byte[] bytes, int offset, int length) {
    int kept = Math.min(length, MAX_LINE_BYTES);
    String text = new String(bytes, offset, kept, StandardCharsets.UTF_8);
    add(kept < length ? text + "…" : text);
  }

  /// Remembers a line.
  public synchronized void add(String line) {
    if (lines.size() == limit) {
      lines.remove();
    }
    lines.add(line);
  }

  /// The lines, oldest first.
  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }
}
