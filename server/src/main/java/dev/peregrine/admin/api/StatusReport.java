package dev.peregrine.admin.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A [Status] as a person reads it: a few lines, then one row a worker.
public final class StatusReport {
  private static final String BOLD = "1";
  private static final String RED = "31";
  private static final String GREEN = "32";
  private static final String YELLOW = "33";
  private static final String DIM = "2";

  private final Status status;
  private final boolean isColoured;
  private final StringBuilder out = new StringBuilder();

  private StatusReport(Status status, boolean isColoured) {
    this.status = status;
    this.isColoured = isColoured;
  }

  /// The report without colours.
  public static String plain(Status status) {
    return new StatusReport(status, false).text();
  }

  /// The report with the colours of an ANSI terminal.
  public static String coloured(Status status) {
    return new StatusReport(status, true).text();
  }

  private String text() {
    Status.Server server = status.server();
    line(
        paint(BOLD, "Peregrine " + clean(server.version())),
        clean(server.name()),
        "pid " + server.pid(),
        paint(server.state().equals("running") ? GREEN : YELLOW, clean(server.state())),
        "up " + time(server.uptimeSeconds()),
        bytes(server.residentBytes()));
    row("App", clean(status.app().root()));
    String runtime = status.app().runtime();
    row(
        "Runtime",
        clean(runtime.isEmpty() ? status.app().type() : runtime)
            + ", "
            + clean(server.environment()));
    row("Listening", clean(String.join("  ", status.listeners())));
    traffic();
    pool();
    workers();
    failure();
    for (String problem : status.problems()) {
      out.append(paint(YELLOW, "! ")).append(clean(problem)).append('\n');
    }
    return out.toString();
  }

  private void traffic() {
    Status.Requests requests = status.requests();
    StringBuilder text = new StringBuilder();
    text.append(requests.total()).append(" requests, ").append(requests.active()).append(" active");
    for (Map.Entry<String, Long> entry : new TreeMap<>(requests.byStatus()).entrySet()) {
      if (entry.getValue() > 0) {
        text.append(", ").append(clean(entry.getKey())).append(' ').append(entry.getValue());
      }
    }
    if (requests.retried() > 0) {
      text.append(", retried ").append(requests.retried());
    }
    row("Traffic", text.toString());
    row(
        "Clients",
        status.connections().open()
            + " of "
            + status.connections().limit()
            + " connections, "
            + status.connections().accepted()
            + " accepted");
  }

  private void pool() {
    Status.Pool pool = status.pool();
    String colour =
        switch (pool.state()) {
          case "running", "serving", "idle" -> GREEN;
          case "failing" -> RED;
          default -> YELLOW;
        };
    String text =
        paint(colour, clean(pool.state()))
            + String.format(
                Locale.ROOT,
                ", %d of %d workers (at least %d), queue %d of %d",
                status.workers().size(),
                pool.max(),
                pool.min(),
                pool.queued(),
                pool.queueLimit());
    if (pool.restarts() > 0) {
      text += ", restarts " + pool.restarts();
    }
    if (pool.retrySeconds().isPresent()) {
      text += ", next attempt in " + time(pool.retrySeconds().get());
    }
    row("Pool", text);
  }

  private void workers() {
    if (status.workers().isEmpty()) {
      return;
    }
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"Worker", "PID", "State", "Busy", "Requests", "Memory", "Up"});
    for (Status.Worker worker : status.workers()) {
      String concurrency = worker.concurrency() == 0 ? "" : "/" + worker.concurrency();
      rows.add(
          new String[] {
            clean(worker.name()),
            Long.toString(worker.pid()),
            clean(worker.state()),
            worker.busy() + concurrency,
            Long.toString(worker.requests()),
            bytes(worker.residentBytes()),
            time(worker.uptimeSeconds())
          });
    }
    out.append('\n');
    table(rows);
  }

  /// Writes rows with aligned columns: text to the left, the numbers after column 2 to the right.
  private void table(List<String[]> rows) {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    boolean isHead = true;
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String padding = " ".repeat(widths[i] - row[i].length());
        boolean isNumber = i == 1 || i > 2;
        line.append(i == 0 ? "" : "  ").append(isNumber ? padding + row[i] : row[i] + padding);
      }
      String text = line.toString().stripTrailing();
      out.append(isHead ? paint(DIM, text) : text).append('\n');
      isHead = false;
    }
  }

  private void failure() {
    status
        .lastStartFailure()
        .ifPresent(failed -> {
          out.append('\n').append(paint(RED, "Last failed start: "));
          out.append(clean(failed.summary())).append('\n');
          row("  Error id", clean(failed.id()) + " (" + failed.at() + ")");
          row("  What to do", clean(failed.remedy()));
          List<String> output = failed.output();
          for (String line : output.subList(Math.max(0, output.size() - 10), output.size())) {
            out.append(paint(DIM, "  | ")).append(clean(line)).append('\n');
          }
        });
  }

  private void line(String... parts) {
    out.append(String.join("  ", parts)).append('\n');
  }

  private void row(String label, String text) {
    if (!text.isEmpty()) {
      out.append(paint(DIM, label + " ".repeat(Math.max(1, 11 - label.length()))))
          .append(text)
          .append('\n');
    }
  }

  private String paint(String code, String text) {
    return isColoured ? "\033[" + code + "m" + text + "\033[0m" : text;
  }

  /// Text from outside never steers the terminal.
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> {
          int type = Character.getType(point);
          boolean isPlain =
              type != Character.CONTROL
                  && type != Character.FORMAT
                  && type != Character.LINE_SEPARATOR
                  && type != Character.PARAGRAPH_SEPARATOR
                  && type != Character.SURROGATE;
          clean.appendCodePoint(isPlain ? point : point == '\t' ? ' ' : '\uFFFD');
        });
    return clean.toString();
  }

  static String bytes(long bytes) {
    double mebibytes = bytes / 1048576.0;
    return mebibytes >= 1024
        ? String.format(Locale.ROOT, "%.1f GB", mebibytes / 1024)
        : String.format(Locale.ROOT, "%.0f MB", mebibytes);
  }

  static String time(double seconds) {
    Duration time = Duration.ofMillis(Math.round(seconds * 1000));
    if (time.toDays() > 0) {
      return time.toDays() + "d " + time.toHoursPart() + "h";
    }
    if (time.toHours() > 0) {
      return time.toHours() + "h " + time.toMinutesPart() + "m";
    }
    if (time.toMinutes() > 0) {
      return time.toMinutes() + "m " + time.toSecondsPart() + "s";
    }
    return String.format(Locale.ROOT, seconds < 10 ? "%.1fs" : "%.0fs", seconds);
  }
}
