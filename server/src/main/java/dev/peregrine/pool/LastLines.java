package dev.peregrine.pool;

import dev.peregrine.log.RecentLines;
import java.util.List;

/// The last lines that a process wrote, whatever the pieces they came in. One writer at a time, any
/// reader.
final class LastLines {
  private static final int LINES = 50;
  private static final int MAX_LINE_BYTES = 2048;

  private final RecentLines lines = new RecentLines(LINES);
  private final byte[] partial = new byte[MAX_LINE_BYTES];
  private int partialLength;

  synchronized void write(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        flush();
      } else if (partialLength < MAX_LINE_BYTES) {
        partial[partialLength++] = bytes[i];
      }
    }
  }

  private void flush() {
    lines.add(partial, 0, partialLength);
    partialLength = 0;
  }

  /// The lines, oldest first; an unfinished one counts.
  synchronized List<String> lines() {
    if (partialLength > 0) {
      flush();
    }
    return lines.lines();
  }
}
