package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.log.EventLog;
import dev.peregrine.process.Environment;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.InheritedSockets;
import dev.peregrine.process.Placement;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.SpawnException;
import dev.peregrine.process.posix.FaultGuard;
import dev.peregrine.process.posix.PeriodicThread;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.SignalQueue;
import dev.peregrine.process.posix.UnchangedPages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Process 1 of a container: starts scripts, services and the main command in order, passes signals
/// on, reaps what others leave behind, and takes everything down in order.
///
/// ```
/// scripts ─► services ─► running ─► shutdown ─► exit code
///    └───────────┴── TERM, failure ──┘
/// ```
public final class Init implements Host {
  private static final int FAILED = 1;
  private static final int BAD_CONFIGURATION = 78;
  private static final int SIGNALLED = 128;

  /// How long after the start nothing is left to do but to wait.
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private final Options options;
  private final EventLog log;
  private final Loop loop;
  private final SignalQueue signals;
  private final Children children = new Children();
  private final PassedSockets sockets;
  private final MainCommand main;
  private final Services services;
  private final Shutdown shutdown;
  private final EnvironmentStore environment;
  private Phase phase = Phase.SCRIPTS;
  private @Nullable Scripts scripts;
  private OptionalInt exitCode = OptionalInt.empty();
  private final long bootNanos = System.nanoTime();
  private Optional<Duration> startTime = Optional.empty();
  private int interrupts;

  /// What init is doing.
  private enum Phase {
    SCRIPTS,
    SERVICES,
    RUNNING,
    SHUTDOWN
  }

  Init(Options options, ServicesConfig declared, Environment environment) {
    this.options = options;
    this.log = Talker.log(options.talk());
    this.environment =
        new EnvironmentStore(
            options.roots().environment(), InheritedSockets.clearedFrom(environment), log);
    this.loop = new Loop(log);
    this.signals = new SignalQueue();
    this.sockets = PassedSockets.of(environment);
    this.main = new MainCommand(this, options, new FromOutside());
    this.services =
        options.has(Options.Part.SERVICES)
            ? new ServiceRuntime(this, declared, options.roots().services())
            : Services.none();
    this.shutdown = new Shutdown(this, options, services, main, loop::end);
  }

  /// Runs init with the arguments of this program, the first of which is the name by which it was
  /// called; the exit code.
  ///
  /// @param count how many arguments `main` got
  public static int run(int count, ServicesReader reader) throws IOException {
    Invocation invocation = Invocation.ofProcess(count);
    Arguments.Answer answer =
        invocation.name().equals("setuser") ? SetUser.run(invocation) : Arguments.read(invocation);
    if (answer instanceof Arguments.Run(Options options)) {
      return run(options, invocation.environment(), reader);
    }
    Arguments.Said said = (Arguments.Said) answer;
    byte[] text = said.text().getBytes(UTF_8);
    Posix.write(said.code() == 0 ? 1 : 2, text);
    return said.code();
  }

  private static int run(Options options, Environment environment, ServicesReader reader) {
    Path file = options.roots().servicesFile();
    ServicesConfig declared = ServicesConfig.NONE;
    if (options.has(Options.Part.SERVICES) && Files.exists(file)) {
      List<String> problems = new ArrayList<>();
      Set<String> names = new RunitDirectory(options.roots().services()).names();
      declared = reader.read(file, names, problems::add);
      if (!problems.isEmpty()) {
        problems.forEach(problem -> Talker.say("init: " + problem));
        return BAD_CONFIGURATION;
      }
    }
    return new Init(options, declared.with(options), environment).run();
  }

  /// Runs to the end of the container; the exit code.
  int run() {
    if (!services.hasAny() && options.command().isEmpty()) {
      Talker.say(Arguments.NOTHING_TO_DO);
      return Arguments.USAGE;
    }
    if (options.has(Options.Part.LIST_ONLY)) {
      Posix.write(1, plan().getBytes(UTF_8));
      return 0;
    }
    prepare();
    loop.watch(signals.descriptor(), this::takeSignals);
    services.open();
    loop.soon(this::startScripts);
    loop.run();
    services.close();
    return exitCode.orElse(0);
  }

  private void prepare() {
    Posix.keepEndedChildren();
    if (Posix.pid() != 1) {
      Posix.adoptOrphans(true);
    }
    if (options.parentDeath() != 0) {
      Posix.signalAtParentDeath(options.parentDeath());
    }
    if (!FaultGuard.install()) {
      log.warn("signals.faults_not_guarded", "reason", "no executable memory");
    }
    if (!signals.wasBlocked()) {
      log.warn("signals.early_ones_lost", "remedy", "start init by its launcher");
    }
  }

  /// What would run, in order.
  private String plan() {
    StringBuilder text = new StringBuilder();
    startScriptFiles().forEach(file -> text.append("script   ").append(file).append('\n'));
    if (services.hasAny()) {
      text.append("services ").append(options.roots().services()).append('\n');
    }
    if (!options.command().isEmpty()) {
      text.append("command ");
      options.command().forEach(word -> text.append(' ').append(word));
      text.append('\n');
    }
    for (Path hooks : List.of(options.roots().preHooks(), options.roots().postHooks())) {
      Scripts.in(hooks, this).forEach(file -> text.append("hook     ").append(file).append('\n'));
    }
    return text.toString();
  }

  private List<Path> startScriptFiles() {
    List<Path> files = new ArrayList<>();
    if (options.has(Options.Part.SCRIPTS)) {
      files.addAll(Scripts.in(options.roots().scripts(), this));
      if (Scripts.isProgram(options.roots().rcLocal(), this)) {
        files.add(options.roots().rcLocal());
      }
    }
    return files;
  }

  private void startScripts() {
    if (options.has(Options.Part.ENVIRONMENT)) {
      environment.open();
    }
    Scripts startup =
        new Scripts(this, startScriptFiles(), _ -> options.limits().script(), new StartPlan());
    scripts = startup;
    startup.run();
  }

  /// A start-up script that fails ends the container.
  private final class StartPlan implements Scripts.Plan {
    @Override
    public void ended() {
      if (options.has(Options.Part.ENVIRONMENT)) {
        environment.refresh();
      }
    }

    @Override
    public boolean failed(Path script, String how) {
      log.error("script.failed", "script", script, "status", how);
      exit(FAILED);
      return false;
    }

    @Override
    public void done(boolean isComplete) {
      scripts = null;
      if (isComplete && phase == Phase.SCRIPTS) {
        phase = Phase.SERVICES;
        services.start(Init.this::startMain);
      } else {
        phase = Phase.SHUTDOWN;
        shutdown.beginEarly();
      }
    }
  }

  /// What was given to init for its main command.
  private final class FromOutside implements MainCommand.Handover {
    /// The kernel tells the old session by two signals that are nobody else's business.
    @Override
    public boolean leavesTerminal() {
      if (Posix.leaveTerminal() != 0) {
        return false;
      }
      List<Integer> others = new ArrayList<>();
      for (int signal = signals.poll(); signal != 0; signal = signals.poll()) {
        if (signal != SignalNumber.HUP && signal != SignalNumber.CONT) {
          others.add(signal);
        }
      }
      loop.soon(() -> {
        others.forEach(Init.this::take);
        reap();
      });
      return true;
    }

    @Override
    public PassedSockets sockets() {
      return sockets;
    }
  }

  private void startMain() {
    if (phase != Phase.SERVICES) {
      return;
    }
    phase = Phase.RUNNING;
    loop.after(SETTLED, Init::settle);
    startTime = Optional.of(Duration.ofNanos(System.nanoTime() - bootNanos));
    if (options.command().isEmpty()) {
      return;
    }
    try {
      main.start(this::mainEnded);
    } catch (SpawnException e) {
      log.error("command.not_started", "reason", e.getMessage());
      int own = options.main().failedStartCode();
      exit(own == 0 ? e.shellCode() : own);
      beginShutdown();
    }
  }

  /// From here on little happens: what the start has needed is let go of.
  private static void settle() {
    UnchangedPages.release();
    PeriodicThread.letSleep();
  }

  private void mainEnded(ExitStatus status) {
    exit(options.codes().of(status.shellCode()));
    if (shutdown.isBegun()) {
      shutdown.mainEnded();
    } else {
      beginShutdown();
    }
  }

  private void beginShutdown() {
    phase = Phase.SHUTDOWN;
    shutdown.begin();
  }

  private void exit(int code) {
    if (exitCode.isEmpty()) {
      exitCode = OptionalInt.of(code);
    }
  }

  private void takeSignals() {
    boolean hasChildChanged = false;
    for (int signal = signals.poll(); signal != 0; signal = signals.poll()) {
      if (signal == SignalNumber.CHLD) {
        hasChildChanged = true;
      } else {
        take(signal);
      }
    }
    if (hasChildChanged) {
      reap();
    }
  }

  private void reap() {
    if (!children.reap()) {
      shutdown.childless();
    }
  }

  private void take(int signal) {
    int target = options.rules().target(signal);
    if (target == 0) {
      return;
    }
    boolean isStop = signal == SignalNumber.TERM || target == SignalNumber.TERM;
    if (options.has(Options.Part.ORDERED_STOP)) {
      switch (phase) {
        case SCRIPTS, SERVICES -> takeEarly(signal, isStop);
        case RUNNING -> takeRunning(signal, target, isStop);
        case SHUTDOWN -> takeLate(signal, target, isStop);
      }
    } else {
      main.signal(target);
    }
  }

  private void takeEarly(int signal, boolean isStop) {
    if (!isStop && signal != SignalNumber.INT && signal != SignalNumber.QUIT) {
      return;
    }
    exit(options.command().isEmpty() ? options.stopCode() : SIGNALLED + signal);
    log.info("stop.requested", "signal", SignalNumber.describe(signal));
    if (phase == Phase.SERVICES) {
      beginShutdown();
    } else if (scripts != null) {
      phase = Phase.SHUTDOWN;
      scripts.abort(
          signal == SignalNumber.QUIT
              ? Duration.ZERO
              : options.limits().main().orElse(options.limits().stop().dividedBy(2)));
    }
  }

  private void takeRunning(int signal, int target, boolean isStop) {
    boolean hasMain = !options.command().isEmpty();
    interrupts += signal == SignalNumber.INT ? 1 : 0;
    if (isStop) {
      log.info("stop.requested", "signal", SignalNumber.describe(signal));
      phase = Phase.SHUTDOWN;
      interrupts = 0;
      if (!hasMain) {
        exit(options.stopCode());
      }
      shutdown.begin(target);
    } else if (hasMain) {
      main.signal(target);
    } else if (signal == SignalNumber.INT || signal == SignalNumber.QUIT) {
      exit(options.stopCode());
      phase = Phase.SHUTDOWN;
      shutdown.begin(target);
      if (signal == SignalNumber.QUIT) {
        shutdown.hurry();
      }
    } else {
      services.signalled(signal);
    }
  }

  private void takeLate(int signal, int target, boolean isStop) {
    interrupts += signal == SignalNumber.INT ? 1 : 0;
    if (isStop) {
      log.info("stop.signal_ignored", "signal", SignalNumber.describe(signal));
    } else if (signal == SignalNumber.INT && interrupts == 1) {
      log.warn("stop.interrupted", "hint", "once more kills whatever still runs");
      main.signal(target);
    } else if (signal == SignalNumber.QUIT || (signal == SignalNumber.INT && interrupts > 1)) {
      shutdown.hurry();
      if (scripts != null) {
        scripts.abort(Duration.ZERO);
      }
    } else {
      main.signal(target);
    }
  }

  @Override
  public Child start(ProcessSpec spec, Placement placement, Consumer<ExitStatus> ended)
      throws SpawnException {
    return children.start(spec, placement, ended);
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    return loop.after(delay, action);
  }

  @Override
  public Timer watch(int descriptor, Runnable readable) {
    return loop.watch(descriptor, readable);
  }

  @Override
  public Capture capture(Sink sink) {
    return loop.capture(sink);
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Environment environment() {
    return environment.current();
  }

  @Override
  public void stop(int code, String reason) {
    log.info("stop.requested", "reason", reason);
    loop.soon(() -> {
      if (phase == Phase.SERVICES || phase == Phase.RUNNING) {
        exit(code);
        phase = Phase.SHUTDOWN;
        shutdown.begin(SignalNumber.TERM);
      }
    });
  }

  @Override
  public long orphans() {
    return children.orphans();
  }

  @Override
  public Optional<Duration> startTime() {
    return startTime;
  }

  @Override
  public EventLog log() {
    return log;
  }
}
