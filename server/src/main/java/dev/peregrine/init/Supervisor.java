package dev.peregrine.init;

import dev.peregrine.process.ExitStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// All services of the container: who may start, in which order all stop. Owned by the loop thread;
/// knows no clock, no system call: time is a parameter in nanoseconds, the world is
/// [ServiceActions].
///
/// After every event the rules are applied until nothing changes:
///
/// | | |
/// |---|---|
/// | start | a waiting service begins when all services it comes after are ready |
/// | stop of everything | a service is stopped when no service that comes after it is left |
/// | time | what is left of the budget is shared: a service gets its part of the chain below it |
final class Supervisor implements Service.Owner {
  private final Map<String, Service> services = new LinkedHashMap<>();
  private final ServiceActions actions;
  private final RandomGenerator random;
  private final Listener listener;
  private final List<Service> leaving = new ArrayList<>();
  private boolean isStopping;
  private long stopDeadline = Service.NEVER;
  private boolean isSettledTold;
  private boolean isDownTold;

  /// Who learns what concerns the whole container.
  interface Listener {
    /// Every service that starts by itself is ready, or has failed once, or waits for such a one.
    /// Told once.
    void settled();

    /// Nothing runs any more after [#stop]. Told once.
    void down();

    /// A service asks for the end of the container.
    void endContainer(String service, int code, String reason);
  }

  Supervisor(ServiceActions actions, RandomGenerator random, Listener listener) {
    this.actions = actions;
    this.random = random;
    this.listener = listener;
  }

  /// Takes services over; those that are enabled shall run.
  void add(Collection<ServiceConfig> added, long now) {
    for (ServiceConfig config : added) {
      Service service = new Service(config, actions, this, random);
      services.put(config.name(), service);
      if (config.start().isEnabled() && !isStopping) {
        service.start(now);
      }
    }
    advance(now);
  }

  /// Stops a service and forgets it.
  void remove(String name, long now) {
    Service service = services.remove(name);
    if (service != null) {
      leaving.add(service);
      if (RunitDirectory.isLog(name)) {
        service.stopAfterInput(now);
      } else {
        service.stop(now);
      }
    }
    advance(now);
  }

  Collection<Service> services() {
    return services.values();
  }

  Optional<Service> service(String name) {
    return Optional.ofNullable(services.get(name));
  }

  /// Stops everything in order; over when `deadline` is, whatever is left.
  void stop(long deadline, long now) {
    isStopping = true;
    stopDeadline = deadline;
    all().forEach(service -> service.hurry(now));
    advance(now);
  }

  /// Carries out an order of the operator; false during a stop of everything, which nothing
  /// changes.
  boolean order(Service service, Order order, long now) {
    if (isStopping) {
      return false;
    }
    switch (order) {
      case START -> service.start(now);
      case STOP -> service.stop(now);
      case RESTART -> service.restart(now);
      case ONCE -> service.once(now);
    }
    advance(now);
    return true;
  }

  /// What the operator can order.
  enum Order {
    START,
    STOP,
    RESTART,
    ONCE
  }

  private void advance(long now) {
    boolean isChanged = true;
    while (isChanged) {
      isChanged = isStopping ? stopSome(now) : startSome(now);
    }
    leaving.removeIf(service -> !service.isLive());
    tell();
  }

  private boolean startSome(long now) {
    boolean isChanged = false;
    for (Service service : List.copyOf(services.values())) {
      if (service.state() == Service.State.WAITING && arePredecessorsReady(service)) {
        service.begin(now);
        isChanged = true;
      }
    }
    return isChanged;
  }

  private boolean arePredecessorsReady(Service service) {
    for (String name : service.config().start().after()) {
      Service before = services.get(name);
      if (before != null && !before.isReady()) {
        return false;
      }
    }
    return true;
  }

  private boolean stopSome(long now) {
    boolean isChanged = false;
    for (Service service : all()) {
      if (service.wanted() != Service.Wanted.DOWN && (!service.isLive() || isLast(service))) {
        if (RunitDirectory.isLog(service.name())) {
          service.stopAfterInput(now);
        }
        service.stop(now);
        isChanged = true;
      }
    }
    return isChanged;
  }

  /// Whether no service that comes after it is left.
  private boolean isLast(Service service) {
    for (Service other : all()) {
      if (other.isLive() && comesAfter(other, service.name())) {
        return false;
      }
    }
    return true;
  }

  /// Whether a service comes after that of a name, perhaps with others in between that have ended.
  private boolean comesAfter(Service service, String name) {
    for (String before : service.config().start().after()) {
      Service between = services.get(before);
      if (before.equals(name) || (between != null && comesAfter(between, name))) {
        return true;
      }
    }
    return false;
  }

  private List<Service> all() {
    List<Service> all = new ArrayList<>(services.values());
    all.addAll(leaving);
    return all;
  }

  private void tell() {
    if (!isSettledTold && !isStopping && services.values().stream().allMatch(this::isSettled)) {
      isSettledTold = true;
      listener.settled();
    }
    if (isStopping && !isDownTold && all().stream().noneMatch(Service::isLive)) {
      isDownTold = true;
      listener.down();
    }
  }

  /// Whether nothing more will come of its start by itself. A directory of runit counts as settled,
  /// for nobody waits for those.
  private boolean isSettled(Service service) {
    if (service.isSettled() || service.config().program().isDirectory()) {
      return true;
    }
    if (service.state() != Service.State.WAITING) {
      return false;
    }
    for (String name : service.config().start().after()) {
      Service before = services.get(name);
      if (before != null && !before.isReady() && isSettled(before)) {
        return true;
      }
    }
    return false;
  }

  // Events

  /// Takes the end of a process that was started for a service.
  void exited(int pid, ExitStatus status, long now) {
    for (Service service : all()) {
      if (service.exited(pid, status, now)) {
        break;
      }
    }
    advance(now);
  }

  /// A service said that it is ready.
  void notified(String name, long now) {
    service(name).ifPresent(service -> service.notified(now));
    advance(now);
  }

  /// A service said that it is well, or what is wrong with it.
  void alive(String name, String fault, long now) {
    service(name).ifPresent(service -> service.alive(fault, now));
    advance(now);
  }

  /// Takes the answer to a question that was put with [ServiceActions#ask].
  void answered(String name, int token, String fault, long now) {
    service(name).ifPresent(service -> service.answered(token, fault, now));
    advance(now);
  }

  /// When [#woken] is to be called.
  long wakeAt() {
    long earliest = Service.NEVER;
    for (Service service : all()) {
      earliest = Math.min(earliest, service.wakeAt());
    }
    return earliest;
  }

  void woken(long now) {
    all().forEach(service -> service.woken(now));
    advance(now);
  }

  // Service.Owner

  @Override
  public void endContainer(Service service, int code, String reason) {
    if (!isStopping) {
      listener.endContainer(service.name(), code, reason);
    }
  }

  @Override
  public long stopNanos(Service service, long wishNanos, long now) {
    if (!isStopping) {
      return wishNanos;
    }
    long share = Math.max(0, stopDeadline - now) / Math.max(1, depth(service));
    return Math.min(wishNanos, share);
  }

  /// How many services have to stop one after the other, this one first.
  private int depth(Service service) {
    int deepest = 0;
    for (String name : service.config().start().after()) {
      Service before = services.get(name);
      deepest = before == null ? deepest : Math.max(deepest, depth(before));
    }
    return deepest + (service.isLive() ? 1 : 0);
  }

  boolean isStopping() {
    return isStopping;
  }
}
