package dev.peregrine.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.init.ServiceConfig.Action;
import dev.peregrine.init.ServiceConfig.Health;
import dev.peregrine.init.ServiceConfig.Probe;
import dev.peregrine.init.ServiceConfig.Readiness;
import dev.peregrine.init.ServiceConfig.When;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.SpawnException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// One random life of a container: services that crash, hang, become ready late or never, orders at
/// bad moments, and a stop of everything at a random time. The invariants are checked after every
/// event.
final class SupervisorSimulation extends FakeWorld {
  private static final Duration BUDGET = Duration.ofSeconds(8);

  private final Random random;
  private final List<ServiceConfig> configs = new ArrayList<>();
  private final Set<String> endingBefore = new HashSet<>();
  private boolean isStopping;
  private long stoppedAt;

  SupervisorSimulation(long seed) {
    random = new Random(seed);
    supervisor = new Supervisor(this, random, this);
  }

  /// @param events how many before the stop
  void run(int events) {
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      configs.add(config(i));
    }
    add(configs.toArray(ServiceConfig[]::new));
    check();
    for (int i = 0; i < events; i++) {
      event();
      deliver();
      check();
    }
    stop();
  }

  private ServiceConfig config(int number) {
    TestServices made =
        TestServices.service("s" + number)
            .ready(readiness())
            .restarted(pick(When.values()))
            .stoppedIn(Duration.ofMillis(random.nextInt(20_000)));
    List<String> before = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      if (random.nextInt(3) == 0) {
        before.add("s" + i);
      }
    }
    made.after(before.toArray(String[]::new));
    if (random.nextInt(3) == 0) {
      made.within(Duration.ofMillis(random.nextInt(10_000)));
    }
    if (random.nextInt(4) == 0) {
      made.watched(
          new Health(
              probe(),
              Duration.ofSeconds(10),
              Duration.ofSeconds(3),
              1 + random.nextInt(3),
              pick(Action.values())));
    }
    if (random.nextInt(3) == 0) {
      made.directory();
      for (String script : List.of("finish", "control/t", "control/h")) {
        if (random.nextBoolean()) {
          scripts.add("s" + number + "/" + script);
        }
      }
    }
    if (before.isEmpty() && random.nextInt(6) == 0) {
      made.at("every 10s");
    }
    if (random.nextInt(6) == 0) {
      made.disabled();
    }
    return made.attempts(1 + random.nextInt(5)).config();
  }

  private Readiness readiness() {
    return switch (random.nextInt(5)) {
      case 0 -> new Readiness.Done();
      case 1 -> new Readiness.Notifies();
      case 2 -> new Readiness.Answers(probe());
      case 3 -> new Readiness.Writes(3);
      default -> new Readiness.Running();
    };
  }

  private Probe probe() {
    return random.nextBoolean() ? new Probe.Exec(List.of("check")) : new Probe.Tcp("localhost", 80);
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private void event() {
    failsToStart = random.nextInt(20) == 0;
    dieOnTerm = random.nextInt(3) > 0;
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> pass(Duration.ofMillis(random.nextInt(5_000)));
      case 3, 4 -> endSome();
      case 5 -> supervisor.notified(pick(configs.toArray(ServiceConfig[]::new)).name(), now);
      case 6, 7 -> answerSome();
      default -> order();
    }
  }

  private void endSome() {
    if (processes.isEmpty()) {
      return;
    }
    Running running = pick(processes.values().toArray(Running[]::new));
    if (running.part() == Part.RUN && random.nextInt(4) == 0) {
      crowdedGroups.add(running.pid());
    }
    ExitStatus status =
        random.nextBoolean()
            ? new ExitStatus.Exited(random.nextInt(3))
            : new ExitStatus.Signalled(1 + random.nextInt(15), false);
    end(running.pid(), status);
  }

  private void answerSome() {
    if (!questions.isEmpty()) {
      Asked asked = questions.remove(random.nextInt(questions.size()));
      supervisor.answered(asked.service(), asked.token(), pick(new String[] {"", "no"}), now);
    }
  }

  private void order() {
    Service service = service(pick(configs.toArray(ServiceConfig[]::new)).name());
    switch (random.nextInt(6)) {
      case 0 -> signal(service);
      case 1 -> supervisor.woken(now);
      default -> supervisor.order(service, pick(Supervisor.Order.values()), now);
    }
  }

  /// A `TERM` of the operator may take effect after the stop has begun, through a control script.
  private void signal(Service service) {
    int signal = pick(isStopping ? new Integer[] {1, 18, 19} : new Integer[] {1, 15, 18, 19});
    if (signal == 15) {
      endingBefore.add(service.name());
    }
    service.signal(signal);
  }

  private void stop() {
    for (Service service : supervisor.services()) {
      if (service.wanted() == Service.Wanted.DOWN
          || service.state() == Service.State.STOPPING
          || service.state() == Service.State.CLEARING
          || service.state() == Service.State.FINISHING) {
        endingBefore.add(service.name());
      }
    }
    isStopping = true;
    stoppedAt = now;
    stopAll(BUDGET);
    check();
    for (int i = 0; i < 60 && down == 0; i++) {
      event();
      deliver();
      check();
      assertThat(now - stoppedAt).as("time of the events").isNotNegative();
    }
    dieOnTerm = false;
    pass(BUDGET.plusSeconds(10));
    check();
    assertThat(down).as("told that all is down, in " + states()).isEqualTo(1);
    assertThat(processes.values())
        .as("left over")
        .noneMatch(running -> running.part() != Part.PROBE);
  }

  @Override
  public int start(ServiceConfig service, Part part, List<String> command) throws SpawnException {
    if (part == Part.RUN) {
      assertThat(isStopping).as("start of " + service.name() + " during the stop").isFalse();
      assertThat(pid(service.name(), Part.FINISH)).as("finish of " + service.name()).isZero();
      for (String before : service.start().after()) {
        assertThat(service(before).isReady()).as(before + " before " + service.name()).isTrue();
      }
    }
    if (part != Part.PROBE && part != Part.CONTROL) {
      assertThat(pid(service.name(), part)).as("second " + part).isZero();
    }
    return super.start(service, part, command);
  }

  @Override
  public void signal(int pid, int signal) {
    Running running = processes.get(pid);
    if (isStopping
        && running != null
        && running.part() == Part.RUN
        && signal == 15
        && !endingBefore.contains(running.service())) {
      for (Service other : supervisor.services()) {
        if (other.config().start().after().contains(running.service())) {
          assertThat(other.isLive()).as(other.name() + " after " + running.service()).isFalse();
        }
      }
    }
    super.signal(pid, signal);
  }

  private void check() {
    for (Service service : supervisor.services()) {
      boolean hasProcess =
          pid(service.name(), Part.RUN) != 0 || pid(service.name(), Part.FINISH) != 0;
      if (hasProcess) {
        assertThat(service.isLive()).as(service.name() + " is " + service.state()).isTrue();
      }
      if (service.state() == Service.State.READY || service.state() == Service.State.STARTING) {
        assertThat(pid(service.name(), Part.RUN)).as(service.name()).isNotZero();
      }
    }
    assertThat(down).isLessThanOrEqualTo(1);
    assertThat(settled).isLessThanOrEqualTo(1);
    assertThat(supervisor.wakeAt()).as("wake-up").isGreaterThanOrEqualTo(0);
  }
}
