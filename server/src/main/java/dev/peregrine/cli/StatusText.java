package dev.peregrine.cli;

import dev.peregrine.admin.api.Status;
import java.io.PrintStream;
import java.util.Locale;

/// Parts of a status for people.
final class StatusText {
  private StatusText() {}

  /// Prints why a worker did not start.
  static void failure(Status.StartFailed failure, PrintStream out) {
    out.printf(
        "! %s did not start at %s (%s, id %s): %s%n",
        failure.worker(), failure.at(), failure.category(), failure.id(), failure.summary());
    if (!failure.remedy().isEmpty()) {
      out.println("  " + failure.remedy());
    }
    failure.output().forEach(line -> out.println("  | " + line));
  }

  /// A span of time in its two largest units.
  static String span(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return String.format(Locale.ROOT, whole < 10 ? "%.1fs" : "%.0fs", seconds);
    }
    if (whole < 3_600) {
      return whole / 60 + "m" + whole % 60 + "s";
    }
    return whole < 86_400
        ? whole / 3_600 + "h" + whole % 3_600 / 60 + "m"
        : whole / 86_400 + "d" + whole % 86_400 / 3_600 + "h";
  }

  /// A number of bytes in its largest unit.
  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double size = bytes;
    String unit = "";
    for (String next : new String[] {"KiB", "MiB", "GiB", "TiB"}) {
      if (size < 1024) {
        break;
      }
      size /= 1024;
      unit = next;
    }
    return String.format(Locale.ROOT, size < 10 ? "%.1f %s" : "%.0f %s", size, unit);
  }
}
