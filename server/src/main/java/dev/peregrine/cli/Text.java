package dev.peregrine.cli;

import dev.peregrine.admin.api.Status;
import java.io.PrintStream;
import java.util.Locale;

/// Words for people.
final class Text {
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private Text() {}

  /// Prints why a worker did not start.
  static void print(Status.StartFailed failure, PrintStream out) {
    out.println(
        "peregrine: worker "
            + printable(failure.worker())
            + " did not start ("
            + printable(failure.category())
            + ", error id "
            + printable(failure.id())
            + "): "
            + printable(failure.summary()));
    if (!failure.remedy().isEmpty()) {
      out.println("  " + printable(failure.remedy()));
    }
    failure.output().forEach(line -> out.println("  | " + printable(line)));
  }

  /// Text from outside, unable to steer the terminal.
  static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point ->
            out.appendCodePoint(point == '\t' ? ' ' : Character.isISOControl(point) ? '?' : point));
    return out.toString();
  }

  /// A number of bytes in its largest unit.
  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double size = bytes;
    int unit = -1;
    while (size >= 1024 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, size < 10 ? "%.1f %s" : "%.0f %s", size, UNITS[unit]);
  }
}
