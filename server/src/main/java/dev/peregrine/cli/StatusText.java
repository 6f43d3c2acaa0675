package dev.peregrine.cli;

import dev.peregrine.admin.api.Status;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A status for people.
final class StatusText {
  private StatusText() {}

  /// Prints everything.
  static void print(Status status, PrintStream out) {
    Status.Server server = status.server();
    out.printf(
        "%s  %s for %s, pid %d, %s, Peregrine %s%n",
        server.name(),
        server.state(),
        span(server.uptimeSeconds()),
        server.pid(),
        server.environment(),
        server.version());
    status.listeners().forEach(listener -> out.println("  " + listener));
    out.printf(
        "  app          %s (%s)%n",
        status.app().root(),
        status.app().runtime().isEmpty() ? status.app().type() : status.app().runtime());
    out.printf("  memory       %s (the server alone)%n", bytes(server.residentBytes()));
    out.printf(
        "  connections  %d of %d, %d so far%n",
        status.connections().open(), status.connections().limit(), status.connections().accepted());
    out.println("  requests     " + requests(status.requests()));
    pool(status, out);
    status.lastStartFailure().ifPresent(failure -> failure(failure, out));
    status.problems().forEach(problem -> out.println("! " + problem));
  }

  private static String requests(Status.Requests requests) {
    Map<String, Long> classes = new TreeMap<>(requests.byStatus());
    String detail =
        classes.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return requests.total()
        + " so far"
        + (detail.isEmpty() ? "" : " (" + detail + ")")
        + ", "
        + requests.active()
        + " now"
        + (requests.retried() == 0 ? "" : ", " + requests.retried() + " tried twice");
  }

  private static void pool(Status status, PrintStream out) {
    Status.Pool pool = status.pool();
    out.printf(
        "  pool         %s, %d workers (%d to %d)%s, queue %d%s%s%n",
        pool.state(),
        status.workers().size(),
        pool.min(),
        pool.max(),
        pool.starting() == 0 ? "" : ", " + pool.starting() + " starting",
        pool.queued(),
        pool.queueLimit() == Integer.MAX_VALUE ? "" : " of " + pool.queueLimit(),
        pool.retrySeconds().map(seconds -> ", next try in " + span(seconds)).orElse(""));
    if (status.workers().isEmpty()) {
      return;
    }
    out.printf(
        "%n%-14s %8s  %-9s %7s %10s %10s %10s%n",
        "WORKER", "PID", "STATE", "BUSY", "REQUESTS", "MEMORY", "UP");
    for (Status.Worker worker : status.workers()) {
      String busy = worker.busy() + (worker.concurrency() == 0 ? "" : "/" + worker.concurrency());
      out.printf(
          "%-14s %8d  %-9s %7s %10d %10s %10s%n",
          worker.name(),
          worker.pid(),
          worker.state(),
          busy,
          worker.requests(),
          bytes(worker.residentBytes()),
          span(worker.uptimeSeconds()));
    }
  }

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
