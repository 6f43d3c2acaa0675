package dev.peregrine.log;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/// What one source prints, made into whole lines that carry its name. One thread at a time uses it.
///
/// As text a line is the prefix and the very bytes of the source; as JSON it is an object with
/// `time`, `source` and `message`, in which bytes that are no UTF-8 are replaced. A line longer
/// than [#MAX_LINE_BYTES] becomes several.
public final class NamedLines {
  /// Longest line, without prefix and line end.
  public static final int MAX_LINE_BYTES = 64 << 10;

  private static final int KEPT_CAPACITY = 4096;

  private final Shape shape;
  private final String name;
  private final byte[] prefix;
  private final Clock clock;
  private LineBuffer partial = new LineBuffer(256);

  /// How lines are written.
  public enum Shape {
    TEXT,
    JSON
  }

  /// @param name of the source, for JSON
  /// @param prefix of each line, for text
  public NamedLines(Shape shape, String name, String prefix, Clock clock) {
    this.shape = shape;
    this.name = name;
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    this.clock = clock;
  }

  /// Takes what the source printed; the result is the lines that are complete now.
  public byte[] add(byte[] bytes, int length) {
    LineBuffer out = new LineBuffer(length + 256);
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        append(bytes, start, i, out);
        endLine(out);
        start = i + 1;
      }
    }
    append(bytes, start, length, out);
    return out.toByteArray();
  }

  /// The last line, if the source left it without an end.
  public byte[] end() {
    LineBuffer out = new LineBuffer(256);
    if (partial.length() > 0) {
      endLine(out);
    }
    return out.toByteArray();
  }

  private void append(byte[] bytes, int from, int to, LineBuffer out) {
    int start = from;
    while (partial.length() + (to - start) > MAX_LINE_BYTES) {
      int count = MAX_LINE_BYTES - partial.length();
      partial.put(bytes, start, count);
      start += count;
      endLine(out);
    }
    partial.put(bytes, start, to - start);
  }

  private void endLine(LineBuffer out) {
    switch (shape) {
      case TEXT -> out.put(prefix).put(partial.array(), 0, partial.length());
      case JSON -> {
        String message = new String(partial.array(), 0, partial.length(), StandardCharsets.UTF_8);
        json(out, clock, name).put(",\"message\":").json(message).put('}');
      }
    }
    out.put('\n');
    partial.clear();
    if (partial.array().length > KEPT_CAPACITY) {
      partial = new LineBuffer(256);
    }
  }

  private static LineBuffer json(LineBuffer out, Clock clock, String source) {
    String time = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    return out.put("{\"time\":\"").put(time).put("\",\"source\":").json(source);
  }

  /// One line that did not come as bytes of a source: as text `lead` and the message, as JSON the
  /// `pairs`, names and values in turn, without those that are empty. The last one is the message.
  public static byte[] line(Shape shape, Clock clock, String lead, String... pairs) {
    LineBuffer out = new LineBuffer(160);
    String message = pairs[pairs.length - 1];
    switch (shape) {
      case TEXT -> out.put(printable(lead + message));
      case JSON -> {
        json(out, clock, "syslog");
        for (int i = 0; i + 1 < pairs.length; i += 2) {
          if (!pairs[i + 1].isEmpty()) {
            out.put(',').json(pairs[i]).put(':').json(pairs[i + 1]);
          }
        }
        out.put('}');
      }
    }
    return out.put('\n').toByteArray();
  }

  /// The text in UTF-8, with a caret form for control characters, so that it stays one line.
  private static byte[] printable(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        out.append("\\n");
      } else if (Character.isISOControl(c) && c != '\t') {
        out.append("\\x")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }
}
