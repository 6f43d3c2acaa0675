package dev.peregrine.init;

import dev.peregrine.init.ServicesConfig.LogFormat;
import dev.peregrine.init.ServicesConfig.Syslog;
import dev.peregrine.log.NamedLines.Shape;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.DirectoryWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The services of a container at work: joins [Supervisor], processes, logs, syslog, the directory
/// of services and the control socket to the loop of init. Lives on its thread.
final class ServiceRuntime implements Services {
  private static final Duration LOG_LIMIT = Duration.ofSeconds(2);
  private static final Duration QUIET_TIME = Duration.ofMillis(100);
  private static final Path SYSLOG = Path.of("/dev/log");
  private static final int HUP = 1;

  private final Host host;
  private final ServicesConfig config;
  private final RunitDirectory directory;
  private final Supervisor supervisor;
  private final LogPump pump = new LogPump();
  private final ServiceProcesses processes;
  private final SyslogSocket syslog;
  private final ControlServer control;
  private final Set<String> fromDirectory = new LinkedHashSet<>();
  private final Map<String, RunitSupervise> supervised = new HashMap<>();
  private final Set<String> exiting = new HashSet<>(); // as `sv exit` wants it
  private final long bootNanos = System.nanoTime();
  private Optional<RuntimeDirectory> sockets = Optional.empty();
  private Runnable settled = () -> {};
  private Runnable stopped = () -> {};
  private Host.@Nullable Timer wakeUp;
  private Host.@Nullable Timer rescan;
  private @Nullable DirectoryWatch watch;

  /// @param services directory of services
  ServiceRuntime(Host host, ServicesConfig config, Path services) {
    this.host = host;
    this.config = config;
    this.directory = new RunitDirectory(services);
    Shape shape = config.logFormat() == LogFormat.JSON ? Shape.JSON : Shape.TEXT;
    Events events = new Events();
    processes =
        new ServiceProcesses(
            host, pump, shape, new Notifications(host, () -> sockets, events), events);
    supervisor = new Supervisor(processes, new Random(), events);
    syslog = new SyslogSocket(host, pump, shape, SYSLOG);
    control =
        new ControlServer(
            host, supervisor, new StatusReport(host, supervisor, this::now), this::now, this::arm);
  }

  private long now() {
    return System.nanoTime() - bootNanos;
  }

  @Override
  public boolean hasAny() {
    return !config.services().isEmpty() || !directory.services().isEmpty();
  }

  @Override
  public void open() {
    if (config.syslog() != Syslog.OFF) {
      syslog.open(config.syslog() == Syslog.STREAM);
    }
    sockets = RuntimeDirectory.make(host.environment());
    sockets.ifPresent(place -> control.open(place.control()));
  }

  @Override
  public void start(Runnable whenSettled) {
    settled = whenSettled;
    watchDirectory();
    List<ServiceConfig> all = new ArrayList<>(config.services());
    for (ServiceConfig service : directory.services()) {
      fromDirectory.add(service.name());
      all.add(service);
    }
    supervise(all);
    supervisor.add(all, now());
    arm();
  }

  /// Lets `sv` see the services of the directory.
  private void supervise(List<ServiceConfig> added) {
    for (ServiceConfig service : added) {
      if (service.program().isDirectory()) {
        Path place = service.program().directory();
        RunitSupervise.open(place, host, new Letters(service.name()))
            .ifPresent(seen -> supervised.put(service.name(), seen));
      }
    }
  }

  private void watchDirectory() {
    DirectoryWatch changes = new DirectoryWatch();
    if (changes.descriptor() < 0 || changes.add(RawString.of(directory.path()).bytes()) < 0) {
      changes.close();
      return;
    }
    watch = changes;
    watchIncomplete(changes);
    host.watch(
        changes.descriptor(),
        () -> {
          changes.drain();
          if (rescan == null) {
            rescan = host.after(QUIET_TIME, this::rescan);
          }
        });
  }

  /// A directory that has no `run` yet may get one.
  private void watchIncomplete(DirectoryWatch changes) {
    directory.incomplete().forEach(path -> changes.add(RawString.of(path).bytes()));
  }

  /// Takes in what was added to the directory, and stops what was removed.
  private void rescan() {
    rescan = null;
    if (watch != null) {
      watchIncomplete(watch);
    }
    List<ServiceConfig> added = new ArrayList<>();
    Set<String> gone = new LinkedHashSet<>(fromDirectory);
    for (ServiceConfig service : directory.services()) {
      gone.remove(service.name());
      if (supervisor.service(service.name()).isEmpty()) {
        added.add(service);
        fromDirectory.add(service.name());
      }
    }
    for (String name : gone) {
      fromDirectory.remove(name);
      supervisor.remove(name, now());
      RunitSupervise seen = supervised.remove(name);
      if (seen != null) {
        seen.close();
      }
    }
    supervise(added);
    supervisor.add(added, now());
    arm();
  }

  /// `sv` shall see no supervisor once the service is down, and see one again when somebody starts
  /// it; whether that is over.
  private boolean hasExited(String name) {
    Optional<Service> service = supervisor.service(name);
    RunitSupervise seen = supervised.get(name);
    if (service.isPresent() && service.get().wanted() == Service.Wanted.DOWN) {
      if (seen != null && !service.get().isLive()) {
        seen.show(service.get(), now());
        seen.close();
        supervised.remove(name);
      }
      return false;
    }
    if (service.isPresent() && seen == null) {
      supervise(List.of(service.get().config()));
    }
    return true;
  }

  /// Sets the one timer to the earliest time that any service waits for.
  private void arm() {
    control.look();
    exiting.removeIf(this::hasExited);
    supervised.forEach(
        (name, seen) -> supervisor.service(name).ifPresent(service -> seen.show(service, now())));
    if (wakeUp != null) {
      wakeUp.cancel();
      wakeUp = null;
    }
    long at = supervisor.wakeAt();
    if (at != Service.NEVER) {
      Duration delay = Duration.ofNanos(Math.max(0, at - now()));
      wakeUp =
          host.after(
              delay,
              () -> {
                wakeUp = null;
                supervisor.woken(now());
                arm();
              });
    }
  }

  @Override
  public void stop(Duration limit, Runnable whenStopped) {
    stopped = whenStopped;
    if (rescan != null) {
      rescan.cancel();
    }
    supervisor.stop(now() + limit.toNanos(), now());
    arm();
  }

  @Override
  public void kill() {
    supervisor.stop(now(), now());
    arm();
  }

  @Override
  public void signalled(int number) {
    if (number == HUP) {
      rescan();
    }
  }

  @Override
  public void close() {
    control.close();
    syslog.close();
    if (!pump.finish(LOG_LIMIT)) {
      host.log().warn("log.unwritten", "reason", "nobody reads standard output");
    } else if (pump.dropped() > 0) {
      host.log()
          .warn("log.dropped", "bytes", pump.dropped(), "reason", "standard output is closed");
    }
    sockets.ifPresent(RuntimeDirectory::delete);
  }

  /// Orders that come as letters to one service.
  private final class Letters implements RunitSupervise.Orders {
    private final String name;

    Letters(String name) {
      this.name = name;
    }

    @Override
    public void order(Supervisor.Order order) {
      supervisor.service(name).ifPresent(service -> supervisor.order(service, order, now()));
      arm();
    }

    @Override
    public void exit() {
      exiting.add(name);
      order(Supervisor.Order.STOP);
    }

    @Override
    public void signal(int number) {
      supervisor.service(name).ifPresent(service -> service.signal(number));
      arm();
    }
  }

  /// What comes back from the parts.
  private final class Events
      implements Supervisor.Listener, ServiceProcesses.Listener, Notifications.Listener {
    @Override
    public void settled() {
      settled.run();
    }

    @Override
    public void down() {
      stopped.run();
    }

    @Override
    public void endContainer(String service, int code, String reason) {
      host.stop(code, "service " + service + " " + reason);
    }

    @Override
    public void exited(int pid, ExitStatus status) {
      supervisor.exited(pid, status, now());
      arm();
    }

    @Override
    public void answered(String service, int token, String fault) {
      supervisor.answered(service, token, fault, now());
      arm();
    }

    @Override
    public void ready(String service) {
      supervisor.notified(service, now());
      arm();
    }

    @Override
    public void alive(String service, String fault) {
      supervisor.alive(service, fault, now());
      arm();
    }

    @Override
    public void noted(String service, String text) {
      supervisor.service(service).ifPresent(found -> found.noted(text));
    }

    @Override
    public boolean hasService(String name) {
      return supervisor.service(name).isPresent();
    }
  }
}
