package dev.peregrine.init;

import dev.peregrine.log.JsonLine;
import dev.peregrine.process.ProcessSnapshot;
import dev.peregrine.process.posix.Posix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/// What init shows of itself: its services, the tree of all processes, what was reaped, memory and
/// times; as text and as JSON.
final class StatusReport {
  private final Host host;
  private final Supervisor supervisor;
  private final LongSupplier clock;

  StatusReport(Host host, Supervisor supervisor, LongSupplier clock) {
    this.host = host;
    this.supervisor = supervisor;
    this.clock = clock;
  }

  /// Everything as text.
  String text() {
    List<ProcessSnapshot> all = ProcessSnapshot.all();
    StringBuilder out = new StringBuilder(1024);
    out.append("init ").append(supervisor.isStopping() ? "stopping" : "running");
    out.append(", pid ").append(Posix.pid());
    out.append(", up ").append(shown(Duration.ofNanos(clock.getAsLong())));
    host.startTime().ifPresent(time -> out.append(", started in ").append(shown(time)));
    out.append(", ").append(mebibytes(own(all))).append(" MiB\n");
    out.append("processes ").append(all.size());
    out.append(", zombies ").append(all.stream().filter(ProcessSnapshot::isZombie).count());
    out.append(", orphans reaped ").append(host.orphans()).append("\n\n");
    if (!supervisor.services().isEmpty()) {
      out.append(services(supervisor.services())).append('\n');
    }
    tree(all, children(all, 0, all), "", out);
    return out.toString();
  }

  private static long own(List<ProcessSnapshot> all) {
    int pid = Posix.pid();
    return all.stream()
        .filter(process -> process.pid() == pid)
        .mapToLong(ProcessSnapshot::residentBytes)
        .sum();
  }

  /// Services as a table.
  String services(Collection<Service> services) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"SERVICE", "STATE", "PID", "SINCE", "STARTS", "LAST END", "NOTE"});
    for (Service service : services) {
      rows.add(
          new String[] {
            service.name(),
            state(service),
            service.pid() == 0 ? "-" : Integer.toString(service.pid()),
            shown(Duration.ofNanos(clock.getAsLong() - service.since())),
            Integer.toString(service.runs()),
            service.lastEnd().isEmpty() ? "-" : service.lastEnd(),
            remark(service)
          });
    }
    return table(rows);
  }

  private static String state(Service service) {
    String name = service.state().name().toLowerCase(Locale.ROOT);
    return service.isPaused() ? name + ",stopped" : name;
  }

  private static String remark(Service service) {
    if (!service.badAnswer().isEmpty()) {
      return "unhealthy: " + service.badAnswer();
    }
    return service.nextRun().map(time -> "next run " + time).orElse(service.note());
  }

  private static String table(List<String[]> rows) {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        line.append(row[i]).repeat(' ', widths[i] - row[i].length() + 2);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  /// The processes below a parent; at the top those whose parent is none of the list.
  private static List<ProcessSnapshot> children(
      List<ProcessSnapshot> all, int parent, List<ProcessSnapshot> known) {
    return all.stream()
        .filter(process ->
            parent != 0
                ? process.parent() == parent
                : known.stream().noneMatch(other -> other.pid() == process.parent()))
        .sorted(Comparator.comparingInt(ProcessSnapshot::pid))
        .toList();
  }

  private static void tree(
      List<ProcessSnapshot> all, List<ProcessSnapshot> level, String indent, StringBuilder out) {
    for (ProcessSnapshot process : level) {
      out.append(indent).append(process.pid()).append(' ').append(printable(process.name()));
      out.append(' ').append(process.state());
      out.append(' ').append(mebibytes(process.residentBytes())).append(" MiB\n");
      tree(all, children(all, process.pid(), all), indent + "  ", out);
    }
  }

  /// Everything as JSON.
  String json() {
    List<ProcessSnapshot> all = ProcessSnapshot.all();
    JsonLine out = new JsonLine();
    out.open().text("state", supervisor.isStopping() ? "stopping" : "running");
    out.number("pid", Posix.pid());
    out.number("uptime_ms", Duration.ofNanos(clock.getAsLong()).toMillis());
    host.startTime().ifPresent(time -> out.number("started_in_ms", time.toMillis()));
    out.number("resident_bytes", own(all));
    out.number("orphans_reaped", host.orphans());
    out.number("zombies", all.stream().filter(ProcessSnapshot::isZombie).count());
    out.list("services");
    supervisor.services().forEach(service -> service(service, out));
    out.closeList().list("processes");
    for (ProcessSnapshot process : all) {
      out.open().number("pid", process.pid()).number("parent", process.parent());
      out.text("name", process.name()).text("state", String.valueOf(process.state()));
      out.number("resident_bytes", process.residentBytes()).close();
    }
    return out.closeList().close().end();
  }

  private void service(Service service, JsonLine out) {
    out.open().text("name", service.name());
    out.text("state", service.state().name().toLowerCase(Locale.ROOT));
    out.text("wanted", service.wanted().name().toLowerCase(Locale.ROOT));
    out.flag("ready", service.isReady());
    out.flag("essential", service.config().isEssential());
    if (service.pid() != 0) {
      out.number("pid", service.pid());
    }
    out.number("since_ms", Duration.ofNanos(clock.getAsLong() - service.since()).toMillis());
    out.number("starts", service.runs());
    service.startTime().ifPresent(time -> out.number("ready_after_ms", time.toMillis()));
    service.stopTime().ifPresent(time -> out.number("stopped_in_ms", time.toMillis()));
    optional("last_end", service.lastEnd(), out);
    optional("unhealthy", service.badAnswer(), out);
    optional("note", service.note(), out);
    optional("next_run", service.nextRun().map(Object::toString).orElse(""), out);
    out.close();
  }

  private static void optional(String key, String value, JsonLine out) {
    Optional.of(value).filter(text -> !text.isEmpty()).ifPresent(text -> out.text(key, text));
  }

  private static String printable(String name) {
    return name.chars()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String mebibytes(long bytes) {
    return String.valueOf(Math.round(bytes / (double) (1 << 20) * 10) / 10.0);
  }

  private static String shown(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 10) {
      return time.toMillis() + "ms";
    }
    if (seconds < 120) {
      return seconds + "s";
    }
    return seconds < 7200 ? time.toMinutes() + "m" : time.toHours() + "h";
  }
}
