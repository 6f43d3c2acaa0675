package dev.peregrine.init;

import dev.peregrine.init.ServiceConfig.Probe;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.SpawnException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A world without processes: what a supervisor does to it is written down, and a test decides what
/// becomes of it.
class FakeWorld implements ServiceActions, Supervisor.Listener {
  static final ExitStatus OK = new ExitStatus.Exited(0);
  private static final ZonedDateTime MIDNIGHT =
      ZonedDateTime.of(2026, 11, 25, 0, 0, 0, 0, ZoneId.of("UTC"));

  final Map<Integer, Running> processes = new LinkedHashMap<>();
  final Set<String> scripts = new HashSet<>();
  final Set<Integer> crowdedGroups = new HashSet<>();
  final List<String> story = new ArrayList<>();
  final List<Asked> questions = new ArrayList<>();
  private final Queue<Ended> ends = new ArrayDeque<>();
  Supervisor supervisor = new Supervisor(this, new NoChance(), this);
  long now;
  boolean failsToStart;
  boolean dieOnTerm = true;
  int settled;
  int down;
  int nextPid = 100;

  record Running(int pid, String service, Part part, List<String> command) {}

  record Ended(int pid, ExitStatus status) {}

  record Asked(String service, Probe probe, int token) {}

  @Override
  public int start(ServiceConfig service, Part part, List<String> command) throws SpawnException {
    if (failsToStart) {
      throw new SpawnException(
          SpawnException.Reason.NOT_FOUND, "/x: no such file", "a program", "install it");
    }
    int pid = nextPid++;
    processes.put(pid, new Running(pid, service.name(), part, command));
    if (part != Part.RUN) {
      story.add(service.name() + " " + String.join(" ", command));
    } else {
      story.add(service.name() + " runs");
    }
    return pid;
  }

  @Override
  public void signal(int pid, int signal) {
    Running running = processes.get(pid);
    if (running == null && ends.stream().anyMatch(end -> end.pid == pid)) {
      return; // has ended, and nobody knows yet
    }
    if (running == null) {
      throw new AssertionError("signal " + signal + " to the stranger " + pid);
    }
    if (signal != 18) {
      story.add(running.service + " gets " + signal);
    }
    if (signal == 9 || (signal == 15 && dies(running))) {
      end(pid, new ExitStatus.Signalled(signal, false));
    }
  }

  boolean dies(Running running) {
    return dieOnTerm;
  }

  @Override
  public void signalGroup(int pid, int signal) {
    if (signal == 9 || (signal == 15 && dieOnTerm)) {
      crowdedGroups.remove(pid);
    }
    if (processes.containsKey(pid)) {
      signal(pid, signal);
    }
  }

  @Override
  public boolean isGroupEmpty(int group) {
    return !crowdedGroups.contains(group);
  }

  @Override
  public boolean hasScript(ServiceConfig service, String name) {
    return scripts.contains(service.name() + "/" + name);
  }

  @Override
  public void ask(ServiceConfig service, Probe probe, long limitNanos, int token) {
    questions.add(new Asked(service.name(), probe, token));
  }

  @Override
  public void closeInput(ServiceConfig service) {
    story.add(service.name() + " has no more input");
  }

  @Override
  public ZonedDateTime wallClock(ServiceConfig service) {
    return MIDNIGHT.plusNanos(now);
  }

  @Override
  public void event(String name, @Nullable Object... fields) {
    boolean isTold =
        Set.of(
                "service.gave_up",
                "service.unhealthy",
                "service.start_timeout",
                "service.run_skipped")
            .contains(name);
    if (isTold) {
      story.add(fields[1] + " " + name.substring("service.".length()));
    }
  }

  @Override
  public void settled() {
    settled++;
    story.add("settled");
  }

  @Override
  public void down() {
    down++;
    story.add("down");
  }

  @Override
  public void endContainer(String service, int code, String reason) {
    story.add(service + " ends the container with " + code);
  }

  void add(ServiceConfig... configs) {
    supervisor.add(Arrays.asList(configs), now);
    deliver();
  }

  /// The process ends; the supervisor hears of it when it is back in its loop.
  void end(int pid, ExitStatus status) {
    if (processes.remove(pid) != null) {
      ends.add(new Ended(pid, status));
    }
  }

  /// The main process of a service ends.
  void end(String service, ExitStatus status) {
    end(pid(service, Part.RUN), status);
    deliver();
  }

  int pid(String service, Part part) {
    return processes.values().stream()
        .filter(running -> running.service.equals(service) && running.part == part)
        .mapToInt(Running::pid)
        .findFirst()
        .orElse(0);
  }

  void deliver() {
    for (Ended end = ends.poll(); end != null; end = ends.poll()) {
      supervisor.exited(end.pid, end.status, now);
    }
  }

  /// Lets time pass, with every wake-up at its time.
  void pass(Duration time) {
    long end = now + time.toNanos();
    while (supervisor.wakeAt() <= end) {
      now = Math.max(now, supervisor.wakeAt());
      supervisor.woken(now);
      deliver();
    }
    now = end;
  }

  Service service(String name) {
    return supervisor.service(name).orElseThrow();
  }

  /// Gives an order and lets it take effect.
  void order(String service, Supervisor.Order order) {
    supervisor.order(service(service), order, now);
    deliver();
  }

  void stopAll(Duration budget) {
    supervisor.stop(now + budget.toNanos(), now);
    deliver();
  }

  /// What happened since the last look.
  List<String> story() {
    List<String> told = List.copyOf(story);
    story.clear();
    return told;
  }

  String states() {
    return supervisor.services().stream()
        .map(service -> service.name() + "=" + service.state())
        .collect(Collectors.joining(" "));
  }
}
