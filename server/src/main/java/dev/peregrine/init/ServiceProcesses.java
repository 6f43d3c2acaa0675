package dev.peregrine.init;

import dev.peregrine.init.ServiceConfig.Health;
import dev.peregrine.init.ServiceConfig.Probe;
import dev.peregrine.init.ServiceConfig.Readiness;
import dev.peregrine.log.NamedLines;
import dev.peregrine.log.NamedLines.Shape;
import dev.peregrine.process.Credentials;
import dev.peregrine.process.Environment;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.Placement;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.RawString;
import dev.peregrine.process.SpawnException;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Pipe;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.Redirect;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import dev.peregrine.process.posix.SpawnRequest.Passed;
import dev.peregrine.process.posix.SpawnRequest.Privileges;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The processes of services: what each is started with, and where its output goes. Lives on the
/// thread of its [Host].
final class ServiceProcesses implements ServiceActions {
  private static final Placement PLACEMENT =
      new Placement(
          List.of(Redirect.NULL, Redirect.NULL, Redirect.NULL),
          List.of(),
          Leadership.SESSION,
          Privileges.REGAINABLE);

  private final Host host;
  private final LogPump pump;
  private final Shape shape;
  private final Notifications notifications;
  private final Listener listener;
  private final Map<Integer, Child> children = new HashMap<>();
  private final Map<String, Pipe> logs = new HashMap<>(); // by the name of the log service

  /// Who learns what becomes of processes and questions.
  interface Listener {
    void exited(int pid, ExitStatus status);

    void answered(String service, int token, String fault);

    void ready(String service);

    /// Whether there is a log service of this name.
    boolean hasService(String name);
  }

  ServiceProcesses(
      Host host, LogPump pump, Shape shape, Notifications notifications, Listener listener) {
    this.host = host;
    this.pump = pump;
    this.shape = shape;
    this.notifications = notifications;
    this.listener = listener;
  }

  @Override
  public int start(ServiceConfig service, Part part, List<String> command) throws SpawnException {
    Optional<Credentials> account = account(service);
    List<Integer> opened = new ArrayList<>();
    try {
      Placement placement = placement(service, part, opened);
      Child child = start(spec(service, part, command, account), placement);
      return child.pid();
    } finally {
      opened.forEach(Posix::close);
    }
  }

  private Child start(ProcessSpec spec, Placement placement) throws SpawnException {
    int[] pid = new int[1];
    Child child =
        host.start(
            spec,
            placement,
            status -> {
              children.remove(pid[0]);
              listener.exited(pid[0], status);
            });
    pid[0] = child.pid();
    children.put(child.pid(), child);
    return child;
  }

  private ProcessSpec spec(
      ServiceConfig service, Part part, List<String> command, Optional<Credentials> account)
      throws SpawnException {
    Environment environment = host.environment();
    if (account.isPresent()) {
      environment = account.get().applyTo(environment);
    }
    environment = environment.with(service.program().environment());
    Optional<Duration> watchdog =
        service
            .health()
            .filter(health -> health.probe() instanceof Probe.Watchdog)
            .map(Health::timeout);
    boolean isNotifying = service.start().readiness() instanceof Readiness.Notifies;
    if (part == Part.RUN && (isNotifying || watchdog.isPresent())) {
      environment = environment.with("NOTIFY_SOCKET", socket(service, account));
    }
    if (part == Part.RUN && watchdog.isPresent()) {
      String micros = Long.toString(TimeUnit.NANOSECONDS.toMicros(watchdog.get().toNanos()));
      environment = environment.with("WATCHDOG_USEC", RawString.of(micros));
    }
    return new ProcessSpec(
        command.stream().map(RawString::of).toList(),
        environment,
        service.program().directory(),
        false,
        account,
        OptionalInt.empty(),
        account.isPresent() ? OptionalInt.of(0022) : OptionalInt.empty());
  }

  private RawString socket(ServiceConfig service, Optional<Credentials> account)
      throws SpawnException {
    try {
      return RawString.of(notifications.socket(service.name(), account));
    } catch (IOException e) {
      throw new SpawnException(
          SpawnException.Reason.OTHER,
          "no socket for notifications: " + e.getMessage(),
          "a directory for sockets that init can write to",
          "use another kind of readiness and health, or give init such a directory");
    }
  }

  private static Optional<Credentials> account(ServiceConfig service) throws SpawnException {
    Optional<String> user = service.program().user();
    if (user.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = user.get().split(":", 2);
    try {
      Optional<Credentials> account = Credentials.ofUser(parts[0]);
      if (account.isPresent() && parts.length == 2) {
        account = account.get().inGroup(RawString.of(parts[1]));
      }
      if (account.isPresent()) {
        return account;
      }
    } catch (IOException e) {
      throw unknown(user.get(), e.getMessage());
    }
    throw unknown(user.get(), "no such account");
  }

  private static SpawnException unknown(String user, @Nullable String reason) {
    return new SpawnException(
        SpawnException.Reason.CREDENTIALS,
        "user " + user + ": " + reason,
        "an account of /etc/passwd and a group of /etc/group",
        "create it, or correct `user`");
  }

  /// @param opened gets the descriptors to close once the process has them
  private Placement placement(ServiceConfig service, Part part, List<Integer> opened)
      throws SpawnException {
    if (part == Part.PROBE) {
      return PLACEMENT;
    }
    Redirect lines = toLines(service, opened);
    Redirect output = lines;
    String log = RunitDirectory.logOf(service.name());
    if (part == Part.RUN && listener.hasService(log)) {
      output = Redirect.to(log(log).writeEnd());
    }
    Redirect input = Redirect.NULL;
    if (part == Part.RUN && RunitDirectory.isLog(service.name())) {
      input = Redirect.to(log(service.name()).readEnd());
    }
    Placement placement = PLACEMENT.withStreams(input, output, lines);
    if (part == Part.RUN && service.start().readiness() instanceof Readiness.Writes(int number)) {
      return placement.withPassed(List.of(notification(service.name(), number, opened)));
    }
    return placement;
  }

  /// A pipe of its own for each process, so that the last line of one never runs into the first of
  /// the next.
  private Redirect toLines(ServiceConfig service, List<Integer> opened) throws SpawnException {
    Pipe pipe = opened(Posix.outputPipe());
    opened.add(pipe.writeEnd());
    NamedLines lines =
        new NamedLines(shape, service.name(), service.logPrefix(), Clock.systemUTC());
    pump.add(pipe.readEnd(), new Printed(lines));
    return Redirect.to(pipe.writeEnd());
  }

  private Passed notification(String service, int number, List<Integer> opened)
      throws SpawnException {
    Pipe pipe = opened(Posix.outputPipe());
    int high = Posix.duplicateFrom(pipe.writeEnd(), number + 1);
    opened.add(pipe.writeEnd());
    opened.add(high);
    notifications.watch(pipe, listener::ready, service);
    return new Passed(high, number);
  }

  private static Pipe opened(Pipe pipe) throws SpawnException {
    if (!pipe.isOpen()) {
      throw new SpawnException(
          SpawnException.Reason.DESCRIPTOR_LIMIT,
          "no pipe for a service: " + Errno.describe(-pipe.readEnd()),
          "free file descriptors",
          "raise the limit of open files");
    }
    return pipe;
  }

  /// The pipe between a service and its log service, which outlives both.
  private Pipe log(String name) throws SpawnException {
    Pipe known = logs.get(name);
    if (known == null) {
      known = opened(Posix.pipe());
      logs.put(name, known);
    }
    return known;
  }

  @Override
  public void closeInput(ServiceConfig service) {
    Pipe pipe = logs.remove(service.name());
    if (pipe != null) {
      pipe.close();
    }
  }

  @Override
  public void signal(int pid, int signal) {
    Child child = children.get(pid);
    if (child != null) {
      child.signal(signal);
    }
  }

  @Override
  public void signalGroup(int pid, int signal) {
    Child child = children.get(pid);
    if (child != null) {
      child.signalGroup(signal);
    } else {
      Posix.killGroup(pid, signal); // what its leader left behind
    }
  }

  @Override
  public boolean isGroupEmpty(int group) {
    return Posix.killGroup(group, 0) == -Errno.ESRCH;
  }

  @Override
  public boolean hasScript(ServiceConfig service, String name) {
    return Files.isExecutable(service.program().directory().resolve(name));
  }

  @Override
  public void ask(ServiceConfig service, Probe probe, long limitNanos, int token) {
    Prober.ask(
        probe,
        limitNanos,
        fault -> host.execute(() -> listener.answered(service.name(), token, fault)));
  }

  @Override
  public ZonedDateTime wallClock(ServiceConfig service) {
    String name = service.program().environment().get("TZ");
    if (name == null) {
      name = host.environment().value("TZ").orElse("");
    }
    try {
      return ZonedDateTime.now(ZoneId.of(name.startsWith(":") ? name.substring(1) : name));
    } catch (DateTimeException _) {
      return ZonedDateTime.now(ZoneId.systemDefault());
    }
  }

  @Override
  public void event(String name, @Nullable Object... fields) {
    boolean isTrouble =
        name.endsWith("_failed")
            || name.endsWith("_timeout")
            || name.endsWith(".killed")
            || name.endsWith(".gave_up")
            || name.endsWith(".unhealthy");
    if (isTrouble) {
      host.log().warn(name, fields);
    } else {
      host.log().info(name, fields);
    }
  }

  /// The output of one process.
  private record Printed(NamedLines lines) implements LogPump.Source {
    @Override
    public byte[] lines(byte[] bytes, int length) {
      return lines.add(bytes, length);
    }

    @Override
    public byte[] end() {
      return lines.end();
    }
  }
}
