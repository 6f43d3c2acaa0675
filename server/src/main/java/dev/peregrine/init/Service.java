package dev.peregrine.init;

import dev.peregrine.init.ServiceActions.Part;
import dev.peregrine.init.ServiceConfig.Action;
import dev.peregrine.init.ServiceConfig.Readiness;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.SpawnException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One service and its life. Owned by the loop thread; knows no clock, no system call: time is a
/// parameter in nanoseconds, the world is [ServiceActions].
///
/// ```
///            want up            those before it are ready          ready
///   DOWN ───────────► WAITING ───────────────────────► STARTING ─────────► READY
///    ▲                 ▲  ▲ ▲                              │ ended, too slow  │ ended, unhealthy
///    │            time │  │ └─ time ── SCHEDULED           │   stop           │  stop
///    │                 │  │            ▲                   ▼                  ▼
///    │          PAUSING┘  └─ restart ──┼──────────────  STOPPING ◄────────────┤
///    │             ▲                   │                   │ ended            │ ended
///    │  wanted     │ again             │ has a schedule    ▼                  ▼
///    └─ down ◄─────┴───────────────────┴── FINISHING ◄── CLEARING (its group is not empty yet)
///    ENDED ◄─ has run its course, or failed too often
/// ```
final class Service {
  static final long NEVER = Probing.NEVER;

  private static final int TERM = 15;
  private static final int KILL = 9;
  private static final int CONT = 18;
  private static final int STOP = 19;
  private static final long CLOCK_CHECK_NANOS = Duration.ofMinutes(10).toNanos();
  private static final long CLEAR_CHECK_NANOS = Duration.ofMillis(20).toNanos();
  private static final long KILLED_NANOS = Duration.ofSeconds(1).toNanos();

  /// Where it is in its life.
  enum State {
    DOWN(false),
    WAITING(false),
    STARTING(true),
    READY(true),
    STOPPING(true),
    CLEARING(true),
    FINISHING(true),
    PAUSING(false),
    SCHEDULED(false),
    ENDED(false);

    /// Whether it has processes.
    final boolean isLive;

    State(boolean isLive) {
      this.isLive = isLive;
    }
  }

  /// What the operator wants of it.
  enum Wanted {
    UP,
    ONCE,
    DOWN
  }

  /// Who is told when a service asks for the end of the container.
  interface Owner {
    void endContainer(Service service, int code, String reason);

    /// How long this service may take to stop now, when it would like `wishNanos`.
    long stopNanos(Service service, long wishNanos, long now);
  }

  private final ServiceConfig config;
  private final ServiceActions actions;
  private final Owner owner;
  private final Backoff backoff;
  private final Probing probing;
  private final Optional<Timetable> timetable;

  private State state = State.DOWN;
  private Wanted wanted = Wanted.DOWN;
  private int pid; // of the service, or of its finish script
  private int group; // that is being cleared
  private @Nullable Hook hook;
  private long startedAt;
  private long changedAt;
  private long deadline = NEVER;
  private long clearUntil;
  private int runs;
  private boolean isAskedToEnd;
  private boolean isRestartAsked;
  private boolean isPaused;
  private boolean isLeaving; // everything stops
  private boolean isDone; // a task that has ended well
  private @Nullable ExitStatus lastStatus;
  private int lastCode; // of the last run, as a shell shows it
  private String fault = ""; // why this run is a failure whatever its code
  private String note = ""; // what the service says of itself
  private int badAnswers;
  private String badAnswer = "";
  private @Nullable ZonedDateTime nextRun;
  private @Nullable ZonedDateTime lastRun;
  private @Nullable Duration startTime;
  private @Nullable Duration stopTime;

  /// A control script that runs before a signal is sent.
  private record Hook(int pid, int signal) {}

  Service(ServiceConfig config, ServiceActions actions, Owner owner, RandomGenerator random) {
    this.config = config;
    this.actions = actions;
    this.owner = owner;
    this.backoff = new Backoff(config.restart(), random);
    this.probing = new Probing(config, actions, this::probed);
    this.timetable = config.schedule().flatMap(Timetable::parse);
  }

  ServiceConfig config() {
    return config;
  }

  String name() {
    return config.name();
  }

  State state() {
    return state;
  }

  Wanted wanted() {
    return wanted;
  }

  boolean isLive() {
    return state.isLive;
  }

  /// Whether those after it may start.
  boolean isReady() {
    return state == State.READY || (isDone && state == State.ENDED);
  }

  /// Whether its start has come to some end, good or bad.
  boolean isSettled() {
    return switch (state) {
      case READY, DOWN, SCHEDULED, ENDED, PAUSING -> true;
      case WAITING, STARTING, STOPPING, CLEARING, FINISHING -> false;
    };
  }

  int pid() {
    return state.isLive ? pid : 0;
  }

  int runs() {
    return runs;
  }

  /// When it came into its state, and for one that runs, when it was started.
  long since() {
    return state == State.READY || state == State.STARTING ? startedAt : changedAt;
  }

  /// How long the last start took until it was ready; empty if it never was.
  Optional<Duration> startTime() {
    return Optional.ofNullable(startTime);
  }

  /// How long the last stop took.
  Optional<Duration> stopTime() {
    return Optional.ofNullable(stopTime);
  }

  /// How the last run ended, in words; empty before the first end.
  String lastEnd() {
    return lastStatus == null
        ? fault
        : lastStatus.describe() + (fault.isEmpty() ? "" : ", " + fault);
  }

  /// What is wrong by the last probe; empty if it was well or is not watched.
  String badAnswer() {
    return badAnswer;
  }

  /// What it says of itself.
  String note() {
    return note;
  }

  Optional<ZonedDateTime> nextRun() {
    return state == State.SCHEDULED ? Optional.ofNullable(nextRun) : Optional.empty();
  }

  boolean isPaused() {
    return isPaused;
  }

  boolean isAskedToEnd() {
    return state == State.STOPPING && isAskedToEnd;
  }

  // Orders

  /// It shall run from now on; a pause ends at once.
  void start(long now) {
    wanted = Wanted.UP;
    switch (state) {
      case DOWN, ENDED -> {
        backoff.reset();
        if (timetable.isPresent()) {
          schedule(now);
        } else {
          enter(State.WAITING, now);
        }
      }
      case PAUSING -> {
        backoff.reset();
        enter(State.WAITING, now);
      }
      case STOPPING, CLEARING, FINISHING -> isRestartAsked = true;
      case WAITING, STARTING, READY, SCHEDULED -> {}
    }
  }

  /// It shall run once: now if it does not run, and not again after that. A schedule stays.
  void once(long now) {
    wanted = timetable.isPresent() ? Wanted.UP : Wanted.ONCE;
    switch (state) {
      case DOWN, ENDED, PAUSING, SCHEDULED -> enter(State.WAITING, now);
      case WAITING, STARTING, READY, STOPPING, CLEARING, FINISHING -> {}
    }
  }

  /// It shall not run.
  void stop(long now) {
    wanted = Wanted.DOWN;
    isRestartAsked = false;
    switch (state) {
      case WAITING, PAUSING, SCHEDULED, ENDED -> enter(State.DOWN, now);
      case STARTING, READY -> beginStop("asked to", now);
      case DOWN, STOPPING, CLEARING, FINISHING -> {}
    }
  }

  /// As [#stop], for good: what a log service has still to read comes to its end first.
  void stopAfterInput(long now) {
    actions.closeInput(config);
    if (state == State.STARTING || state == State.READY) {
      wanted = Wanted.DOWN;
      probing.stop();
      enter(State.STOPPING, now);
      deadline = now + owner.stopNanos(this, config.stop().limit().toNanos(), now) / 2;
    } else {
      stop(now);
    }
  }

  /// It shall stop if it runs, and start without a pause.
  void restart(long now) {
    if (state == State.STARTING || state == State.READY) {
      wanted = Wanted.UP;
      isRestartAsked = true;
      beginStop("asked to restart", now);
    } else {
      start(now);
    }
  }

  /// Sends a signal, after the control script for it has had its say.
  void signal(int signal) {
    if (state != State.STARTING && state != State.READY && state != State.STOPPING) {
      return;
    }
    String letter = RunitProtocol.letter(signal);
    if (config.program().isDirectory()
        && hook == null
        && !letter.isEmpty()
        && actions.hasScript(config, "control/" + letter)) {
      try {
        int started = actions.start(config, Part.CONTROL, List.of("./control/" + letter));
        hook = new Hook(started, signal);
        return;
      } catch (SpawnException e) {
        actions.event("service.control_failed", "service", name(), "reason", e.getMessage());
      }
    }
    send(signal);
  }

  private void send(int signal) {
    isPaused = signal == STOP || (isPaused && signal != CONT);
    actions.signal(pid, signal);
  }

  // Events

  /// Those before it are ready: starts it.
  void begin(long now) {
    isDone = false;
    fault = "";
    note = "";
    badAnswers = 0;
    badAnswer = "";
    isAskedToEnd = false;
    isPaused = false;
    isRestartAsked = false;
    startedAt = now;
    lastRun = timetable.isPresent() ? actions.wallClock(config) : null;
    runs++;
    try {
      pid = actions.start(config, Part.RUN, config.program().command());
    } catch (SpawnException e) {
      actions.event("service.start_failed", "service", name(), "reason", e.getMessage());
      lastStatus = null;
      lastCode = e.shellCode();
      fault = e.found();
      finish(now);
      return;
    }
    enter(State.STARTING, now);
    actions.event("service.started", "service", name(), "pid", pid);
    config.start().limit().ifPresent(limit -> deadline = now + limit.toNanos());
    switch (config.start().readiness()) {
      case Readiness.Running() -> ready(now);
      case Readiness.Answers(var probe) -> probing.start(probe, Probing.Pace.READINESS, now);
      case Readiness.Done _, Readiness.Notifies _, Readiness.Writes _ -> {}
    }
  }

  /// The service said that it is ready.
  void notified(long now) {
    boolean isAwaited =
        switch (config.start().readiness()) {
          case Readiness.Notifies _, Readiness.Writes _ -> true;
          case Readiness.Running _, Readiness.Done _, Readiness.Answers _ -> false;
        };
    if (state == State.STARTING && isAwaited) {
      ready(now);
    }
  }

  /// The service said that it is well, or what is wrong with it.
  void alive(String problem, long now) {
    probing.heard(problem, now);
  }

  /// The service said how it is.
  void noted(String text) {
    note = text;
  }

  private void ready(long now) {
    Duration took = Duration.ofNanos(now - startedAt);
    startTime = took;
    enter(State.READY, now);
    if (!(config.start().readiness() instanceof Readiness.Running)) {
      actions.event("service.ready", "service", name(), "after", took);
    }
    probing.stop();
    config
        .health()
        .filter(_ -> !isLeaving)
        .ifPresent(health -> probing.start(health.probe(), Probing.Pace.of(health), now));
  }

  /// Takes the answer to a question that went over the network.
  void answered(int token, String problem, long now) {
    probing.answered(token, problem, now);
  }

  private void probed(String problem, long now) {
    if (state == State.STARTING) {
      badAnswer = problem;
      if (problem.isEmpty()) {
        ready(now);
      }
    } else if (state == State.READY && problem.isEmpty()) {
      if (badAnswers > 0) {
        actions.event("service.healthy", "service", name());
      }
      badAnswers = 0;
      badAnswer = "";
    } else if (state == State.READY) {
      badAnswer = problem;
      badAnswers++;
      config
          .health()
          .filter(health -> badAnswers == health.threshold())
          .ifPresent(health -> unhealthy(health.action(), now));
    }
  }

  private void unhealthy(Action action, long now) {
    actions.event("service.unhealthy", "service", name(), "checks", badAnswers, "last", badAnswer);
    switch (action) {
      case RESTART -> {
        fault = "failed its health checks";
        beginStop("unhealthy", now);
      }
      case STOP_CONTAINER -> owner.endContainer(this, 1, "failed its health checks");
      case REPORT -> {}
    }
  }

  /// Takes the end of a process; false if it was none of this service.
  boolean exited(int ended, ExitStatus status, long now) {
    if (probing.exited(ended, status, now)) {
      return true;
    }
    if (hook != null && ended == hook.pid) {
      hookEnded(hook, status);
      return true;
    }
    if (ended != pid || pid == 0) {
      return false;
    }
    pid = 0;
    if (state == State.FINISHING) {
      conclude(now);
    } else {
      mainEnded(ended, status, now);
    }
    return true;
  }

  private void hookEnded(Hook ended, ExitStatus status) {
    int signal = ended.signal;
    hook = null;
    if (!status.isSuccess() && pid != 0 && state != State.FINISHING) {
      send(signal);
      if (signal == TERM) {
        send(CONT);
      }
    }
  }

  private void dropHook() {
    if (hook != null) {
      actions.signalGroup(hook.pid, KILL);
      hook = null;
    }
  }

  private void mainEnded(int ended, ExitStatus status, long now) {
    if (state == State.STOPPING) {
      stopTime = Duration.ofNanos(now - changedAt);
    }
    lastStatus = status;
    lastCode = status.shellCode();
    probing.stop();
    dropHook();
    actions.event(
        "service.exited",
        "service",
        name(),
        "pid",
        ended,
        "status",
        status.describe(),
        "uptime",
        Duration.ofNanos(now - startedAt));
    if (actions.isGroupEmpty(ended)) {
      finish(now);
      return;
    }
    group = ended;
    enter(State.CLEARING, now);
    actions.signalGroup(group, TERM);
    actions.signalGroup(group, CONT);
    clearUntil = now + stopNanos(now);
    deadline = now + CLEAR_CHECK_NANOS;
  }

  private void checkCleared(long now) {
    if (actions.isGroupEmpty(group) || now >= clearUntil + KILLED_NANOS) {
      finish(now);
      return;
    }
    if (now >= clearUntil) {
      actions.signalGroup(group, KILL);
    }
    deadline = now + CLEAR_CHECK_NANOS;
  }

  private void finish(long now) {
    group = 0;
    if (!config.program().isDirectory() || !actions.hasScript(config, "finish")) {
      conclude(now);
      return;
    }
    try {
      pid = actions.start(config, Part.FINISH, RunitProtocol.finish(lastStatus));
      enter(State.FINISHING, now);
      deadline = now + stopNanos(now);
    } catch (SpawnException e) {
      actions.event("service.finish_failed", "service", name(), "reason", e.getMessage());
      conclude(now);
    }
  }

  /// Everything of this run is gone: what now?
  private void conclude(long now) {
    boolean isSuccess = lastStatus != null && lastStatus.isSuccess() && fault.isEmpty();
    backoff.ended(Duration.ofNanos(now - startedAt));
    isDone = isSuccess && config.start().readiness() instanceof Readiness.Done;
    if (isRestartAsked && wanted != Wanted.DOWN) {
      backoff.reset();
      enter(State.WAITING, now);
    } else if (wanted == Wanted.DOWN) {
      enter(State.DOWN, now);
    } else if (timetable.isPresent()) {
      schedule(now);
    } else if (wanted == Wanted.ONCE || isDone || !isRestarted(isSuccess)) {
      enter(State.ENDED, now);
      endedForGood();
    } else if (backoff.isExhausted()) {
      enter(State.ENDED, now);
      actions.event("service.gave_up", "service", name(), "ends", backoff.ends());
      endedForGood();
    } else {
      long pause = backoff.pauseNanos();
      enter(State.PAUSING, now);
      deadline = now + pause;
      actions.event("service.restarting", "service", name(), "in", Duration.ofNanos(pause));
    }
  }

  private boolean isRestarted(boolean isSuccess) {
    return switch (config.restart().when()) {
      case ALWAYS -> true;
      case ON_FAILURE -> !isSuccess;
      case NEVER -> false;
    };
  }

  private void endedForGood() {
    if (config.isEssential() && wanted == Wanted.UP) {
      int code = lastCode == 0 && !fault.isEmpty() ? 1 : lastCode;
      owner.endContainer(this, code, "ended for good");
    }
  }

  private void schedule(long now) {
    ZonedDateTime time = actions.wallClock(config);
    ZonedDateTime last = lastRun == null ? time : lastRun;
    Timetable table = timetable.orElseThrow();
    boolean isMissed = table.next(last, last).filter(next -> !next.isAfter(time)).isPresent();
    if (isMissed) {
      actions.event(
          "service.run_skipped", "service", name(), "reason", "the last run was not over");
    }
    nextRun = table.next(last, time).orElse(null);
    enter(nextRun == null ? State.ENDED : State.SCHEDULED, now);
    armSchedule(time, now);
  }

  /// Looks at the clock now and then: somebody may set it.
  private void armSchedule(ZonedDateTime time, long now) {
    if (nextRun != null) {
      long left = Math.max(0, Duration.between(time, nextRun).toNanos());
      deadline = now + Math.min(left, CLOCK_CHECK_NANOS);
    }
  }

  // Time

  /// When it wants to be woken.
  long wakeAt() {
    return Math.min(deadline, probing.wakeAt());
  }

  void woken(long now) {
    probing.woken(now);
    if (now < deadline) {
      return;
    }
    deadline = NEVER;
    switch (state) {
      case STARTING -> {
        String reason = badAnswer.isEmpty() ? "" : ": " + badAnswer;
        fault = "was not ready in time" + reason;
        @Nullable String last = badAnswer.isEmpty() ? null : badAnswer;
        actions.event("service.start_timeout", "service", name(), "last", last);
        beginStop("not ready in time", now);
      }
      case STOPPING -> stopLimitPassed(now);
      case CLEARING -> checkCleared(now);
      case FINISHING -> actions.signalGroup(pid, KILL);
      case PAUSING -> enter(State.WAITING, now);
      case SCHEDULED -> {
        ZonedDateTime time = actions.wallClock(config);
        if (nextRun != null && !time.isBefore(nextRun)) {
          enter(State.WAITING, now);
        } else {
          armSchedule(time, now);
        }
      }
      case DOWN, WAITING, READY, ENDED -> {}
    }
  }

  private void stopLimitPassed(long now) {
    if (!isAskedToEnd) { // a log service whose input has ended
      askToEnd();
      deadline = now + stopNanos(now);
      return;
    }
    actions.event("service.killed", "service", name(), "reason", "it did not stop in time");
    actions.signalGroup(pid, KILL);
  }

  private void beginStop(String reason, long now) {
    probing.stop();
    actions.event("service.stopping", "service", name(), "reason", reason);
    enter(State.STOPPING, now);
    deadline = now + stopNanos(now);
    askToEnd();
  }

  private void askToEnd() {
    isAskedToEnd = true;
    signal(config.stop().signal());
    if (hook == null) {
      send(CONT);
    }
  }

  private long stopNanos(long now) {
    return owner.stopNanos(this, config.stop().limit().toNanos(), now);
  }

  /// A stop of everything has begun: nobody asks it any more how it is, and what is under way takes
  /// no more than the share that is left.
  void hurry(long now) {
    isLeaving = true;
    switch (state) {
      case STARTING, READY -> {
        probing.stop();
        deadline = NEVER;
      }
      case STOPPING, FINISHING -> deadline = Math.min(deadline, now + stopNanos(now));
      case CLEARING -> clearUntil = Math.min(clearUntil, now + stopNanos(now));
      case DOWN, WAITING, PAUSING, SCHEDULED, ENDED -> {}
    }
  }

  private void enter(State next, long now) {
    state = next;
    changedAt = now;
    deadline = NEVER;
  }
}
