package dev.peregrine.pool;

import dev.peregrine.app.AppProblem;
import dev.peregrine.app.LaunchPlan;
import dev.peregrine.app.Readiness;
import dev.peregrine.log.AppOutput;
import dev.peregrine.pool.Journey.Step;
import dev.peregrine.pool.StartFailure.Category;
import dev.peregrine.pool.WorkerSource.ReadyWorker;
import dev.peregrine.pool.WorkerSource.Vitals;
import dev.peregrine.pool.WorkerSource.WorkerExit;
import dev.peregrine.pool.WorkerSource.WorkerHandle;
import dev.peregrine.pool.WorkerSource.WorkerListener;
import dev.peregrine.process.ChildListener;
import dev.peregrine.process.ChildProcess;
import dev.peregrine.process.Credentials;
import dev.peregrine.process.Environment;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.OutputStreamKind;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.Resources;
import dev.peregrine.process.Signal;
import dev.peregrine.process.SpawnException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One real worker: its process, its control connection and its start.
///
/// ```
/// STARTING ── ready, or the port accepts ──► READY ── process ended ──► ENDED (exited)
///     └─ not to be planned or spawned, process ended ─────────────────► ENDED (failed)
/// ```
///
/// A start that takes too long, or whose worker reports an error, ends the process; the failure is
/// told when it is gone. The lock guards every field that changes; listeners are called without it.
final class WorkerProcess implements WorkerHandle, ChildListener, ControlServer.ControlListener {
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);
  private static final int PROBE_TIMEOUT_MILLIS = 1000;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final Duration LONGEST_SLICE = Duration.ofSeconds(1);
  private static final List<String> HOSTS = List.of("127.0.0.1", "::1");

  private final ProcessWorkerSource source;
  private final String name;
  private final WorkerListener listener;
  private final LastLines lastLines = new LastLines();
  private final CountDownLatch spawned = new CountDownLatch(1);
  private final CountDownLatch heardOut = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private final Journey journey;

  private Phase phase = Phase.STARTING;
  private boolean isKilled;
  private boolean isTimedOut;
  private @Nullable WorkerReport report;
  private List<String> backtraces = List.of();
  private long remainingNanos;

  private volatile @Nullable LaunchPlan plan;
  private volatile @Nullable Path directory;
  private volatile @Nullable String token;
  private volatile Map<String, String> environment = Map.of();
  private volatile @Nullable ChildProcess child;
  private volatile @Nullable ControlConnection connection;
  private volatile int port;

  // Owned by the output thread.
  private AppOutput.@Nullable Stream standardOutput;
  private AppOutput.@Nullable Stream standardError;

  WorkerProcess(ProcessWorkerSource source, String name, WorkerListener listener) {
    this.source = source;
    this.name = name;
    this.listener = listener;
    this.journey = new Journey(source.timing().nanoTime());
    this.remainingNanos = source.surroundings().startTimeout().toNanos();
  }

  /// Plans and starts the process; what follows is told by the process.
  void run() {
    begin(Step.PREPARE);
    try {
      LaunchPlan plan = source.plan();
      this.plan = plan;
      ProcessSpec spec = prepare(plan);
      begin(Step.SPAWN);
      ChildProcess started = source.processes().start(spec, this);
      child = started;
      begin(isProbed(plan) ? Step.LISTEN : Step.BOOT_LOADER);
      spawned.countDown();
      if (isKilled()) {
        started.signalGroup(Signal.KILL);
      }
      if (isProbed(plan)) {
        scheduleProbe();
      }
      watchTime();
    } catch (AppProblem e) {
      fail(Category.PREPARATION, e.found() + " (expected " + e.expected() + ")", e.remedy());
    } catch (SpawnException e) {
      fail(Category.SPAWN, e.found() + " (expected " + e.expected() + ")", e.remedy());
    } catch (IOException | RuntimeException e) {
      fail(
          Category.PREPARATION,
          "the worker's directory or environment could not be prepared: " + e,
          "Make sure that the instance directory can be written to and the disk is not full.");
    }
  }

  private ProcessSpec prepare(LaunchPlan plan) throws IOException {
    Path directory = source.makeDirectory(name);
    this.directory = directory;
    Environment variables =
        Environment.inherited()
            .withOnly(plan.keptVariables())
            .with(plan.environment())
            .with("PEREGRINE_WORKER", name);
    if (isProbed(plan)) {
      port = source.takePort();
      variables =
          variables
              .with("PORT", Integer.toString(port))
              .with("SOCKET", directory.resolve("app.sock").toString());
    } else {
      String token = source.control().expect(this);
      this.token = token;
      variables =
          variables
              .with("PEREGRINE_CONTROL_SOCKET", source.control().socket().toString())
              .with("PEREGRINE_SOCKET_DIR", directory.toString())
              .with("PEREGRINE_TOKEN", token);
    }
    Optional<Credentials> account = source.surroundings().account();
    if (account.isPresent()) {
      variables = account.get().applyTo(variables);
    }
    environment = SecretMask.mask(variables.toMap());
    ProcessSpec spec = ProcessSpec.of(plan.command(), variables, plan.workingDirectory());
    return account.isPresent() ? spec.withCredentials(account.get()) : spec;
  }

  private static boolean isProbed(LaunchPlan plan) {
    return plan.readiness() == Readiness.PROBED;
  }

  private boolean isControlled() {
    return connection != null;
  }

  /// Counts the time for starting down in small pieces, so that a server that was asleep does not
  /// take its own absence for the worker's.
  private void watchTime() {
    lock.lock();
    try {
      if (phase != Phase.STARTING || isTimedOut) {
        return;
      }
      if (remainingNanos > 0) {
        long slice = Math.min(remainingNanos, LONGEST_SLICE.toNanos());
        remainingNanos -= slice;
        source.timing().after(Duration.ofNanos(slice), this::watchTime);
        return;
      }
      isTimedOut = true;
    } finally {
      lock.unlock();
    }
    ControlConnection connection = this.connection;
    if (connection == null) {
      killStart();
    } else {
      connection.send(Map.of("type", "backtraces"));
      source.timing().after(LAST_WORDS, this::killStart);
    }
  }

  /// Ends a process that is still starting.
  private void killStart() {
    lock.lock();
    try {
      if (phase != Phase.STARTING) {
        return;
      }
      isKilled = true;
    } finally {
      lock.unlock();
    }
    ChildProcess child = this.child;
    if (child != null) {
      child.signalGroup(Signal.KILL);
    }
  }

  private void scheduleProbe() {
    source.timing().after(PROBE_INTERVAL, this::probe);
  }

  /// Tries whether an app without a loader takes connections by now.
  private void probe() {
    Path directory = this.directory;
    ChildProcess child = this.child;
    LaunchPlan plan = this.plan;
    if (!isStarting() || directory == null || child == null || plan == null) {
      return;
    }
    Path socket = directory.resolve("app.sock");
    Endpoint endpoint = null;
    if (accepts(socket)) {
      endpoint = new Endpoint.Unix(socket);
    } else {
      endpoint = portThatAccepts();
    }
    if (endpoint == null) {
      scheduleProbe();
      return;
    }
    becomeReady(
        new ReadyWorker(
            child.pid(),
            plan.protocol(),
            List.of(endpoint),
            OptionalInt.empty(),
            false,
            plan.runtime(),
            ""));
  }

  /// Apps that listen on `localhost` may have taken its IPv6 address.
  private @Nullable Endpoint portThatAccepts() {
    for (String host : HOSTS) {
      try (Socket probe = new Socket()) {
        InetAddress address = InetAddress.ofLiteral(host);
        probe.connect(new InetSocketAddress(address, port), PROBE_TIMEOUT_MILLIS);
        return new Endpoint.Tcp(host, port);
      } catch (IOException _) {
        // Nobody there yet.
      }
    }
    return null;
  }

  private static boolean accepts(Path socket) {
    if (!Files.exists(socket)) {
      return false;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException _) {
      return false;
    }
  }

  private void becomeReady(ReadyWorker ready) {
    lock.lock();
    try {
      if (phase != Phase.STARTING || isTimedOut) {
        return;
      }
      phase = Phase.READY;
      journey.begin(Step.READY, now());
      journey.end(Step.READY, JourneyStep.State.DONE, now());
    } finally {
      lock.unlock();
    }
    listener.ready(ready);
  }

  @Override
  public void connected(ControlConnection connection) {
    this.connection = connection;
  }

  @Override
  public void received(JsonNode message) {
    switch (message.path("type").asString("")) {
      case "step" -> step(message);
      case "ready" -> ready(message);
      case "error" -> error(message);
      case "pong" -> listener.pong(message.path("id").asLong(0));
      case "slot_free" -> listener.slotFree(message.path("id").asInt(-1));
      case "backtraces" -> backtraces(message);
      default -> {
        // A loader of a later release may say more than this one understands.
      }
    }
  }

  private void step(JsonNode message) {
    Optional<Step> step = Step.of(message.path("name").asString(""));
    if (step.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      switch (message.path("state").asString("")) {
        case "begin" -> journey.begin(step.get(), now());
        case "done" -> journey.end(step.get(), JourneyStep.State.DONE, now());
        case "error" -> journey.end(step.get(), JourneyStep.State.FAILED, now());
        default -> {
          // As above.
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void ready(JsonNode message) {
    ChildProcess child = awaitChild();
    Path directory = this.directory;
    if (child == null || directory == null) {
      return;
    }
    try {
      becomeReady(WorkerReport.ready(message, child.pid(), directory));
    } catch (IllegalArgumentException e) {
      end(new WorkerReport(Category.PROTOCOL, String.valueOf(e.getMessage()), "", List.of()));
    }
  }

  private void error(JsonNode message) {
    if (isStarting()) {
      end(WorkerReport.error(message));
    }
  }

  private void end(WorkerReport report) {
    lock.lock();
    try {
      if (this.report == null && !isTimedOut && !isKilled) {
        this.report = report;
      }
    } finally {
      lock.unlock();
    }
    source.timing().after(LAST_WORDS, this::killStart);
  }

  private void backtraces(JsonNode message) {
    lock.lock();
    try {
      backtraces = WorkerReport.backtraces(message);
    } finally {
      lock.unlock();
    }
    killStart();
  }

  @Override
  public void disconnected() {
    heardOut.countDown();
    if (isStarting()) {
      source.timing().after(LAST_WORDS, this::endIfStarting);
    } else {
      listener.disconnected();
    }
  }

  private void endIfStarting() {
    if (isStarting()) {
      end(
          new WorkerReport(
              Category.EXIT, "the worker closed its control connection", "", List.of()));
    }
  }

  /// Waits until everything that a worker said before its end has been read.
  private void awaitLastWords() {
    try {
      if (isStarting() && port == 0) {
        boolean _ = heardOut.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until the start of the process has returned here: it may speak before.
  private @Nullable ChildProcess awaitChild() {
    try {
      return spawned.await(1, TimeUnit.SECONDS) ? child : null;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public void output(OutputStreamKind kind, byte[] bytes, int length) {
    lastLines.write(bytes, length);
    ChildProcess child = awaitChild();
    try {
      stream(kind, child == null ? 0 : child.pid()).write(bytes, length);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private AppOutput.Stream stream(OutputStreamKind kind, int pid) {
    AppOutput.Stream stream = kind == OutputStreamKind.STDOUT ? standardOutput : standardError;
    if (stream == null) {
      stream = source.output().stream(pid, kind.name().toLowerCase(Locale.ROOT));
      if (kind == OutputStreamKind.STDOUT) {
        standardOutput = stream;
      } else {
        standardError = stream;
      }
    }
    return stream;
  }

  @Override
  public void exited(ExitStatus status, Resources usage) {
    awaitChild();
    awaitLastWords();
    boolean isKill =
        status instanceof ExitStatus.Signalled signalled
            && signalled.signal() == Signal.KILL.number();
    boolean isOutOfMemory = isKill && !isKilled() && source.memory().claimKill();
    if (isStarting()) {
      fail(new FailureReport(this, status, isKill, isOutOfMemory));
      return;
    }
    lock.lock();
    try {
      if (phase == Phase.ENDED) {
        return;
      }
      phase = Phase.ENDED;
    } finally {
      lock.unlock();
    }
    cleanUp();
    listener.exited(new WorkerExit(status.describe(), isKill, isOutOfMemory, lastLines.lines()));
  }

  private void fail(Category category, String summary, String remedy) {
    spawned.countDown();
    ChildProcess child = this.child;
    if (child != null) {
      child.signalGroup(Signal.KILL);
    }
    fail(new FailureReport(this, category, summary, remedy));
  }

  private void fail(FailureReport failure) {
    StartFailure made;
    lock.lock();
    try {
      if (phase != Phase.STARTING) {
        return;
      }
      phase = Phase.ENDED;
      journey.fail(now());
      made = failure.make();
    } finally {
      lock.unlock();
    }
    cleanUp();
    listener.failed(made);
  }

  private void cleanUp() {
    String token = this.token;
    if (token != null) {
      source.control().forget(token);
    }
    ControlConnection connection = this.connection;
    if (connection != null) {
      connection.close();
    }
    if (port != 0) {
      source.returnPort(port);
    }
    if (standardOutput != null) {
      standardOutput.close();
    }
    if (standardError != null) {
      standardError.close();
    }
    Path directory = this.directory;
    if (directory != null) {
      try {
        ProcessWorkerSource.deleteTree(directory);
      } catch (IOException e) {
        source.log().warn("worker.directory_left", "path", directory, "problem", e);
      }
    }
  }

  private void begin(Step step) {
    lock.lock();
    try {
      journey.begin(step, now());
    } finally {
      lock.unlock();
    }
  }

  private boolean isStarting() {
    lock.lock();
    try {
      return phase == Phase.STARTING;
    } finally {
      lock.unlock();
    }
  }

  private boolean isKilled() {
    lock.lock();
    try {
      return isKilled;
    } finally {
      lock.unlock();
    }
  }

  private long now() {
    return source.timing().nanoTime();
  }

  @Override
  public OptionalInt pid() {
    ChildProcess child = this.child;
    return child == null ? OptionalInt.empty() : OptionalInt.of(child.pid());
  }

  @Override
  public void ping(long id) {
    send(Map.of("type", "ping", "id", id));
  }

  @Override
  public void awaitSlot(int index) {
    send(Map.of("type", "await_slot", "id", index));
  }

  @Override
  public void drain() {
    if (isControlled()) {
      send(Map.of("type", "drain"));
    } else {
      terminate();
    }
  }

  private void send(Map<String, ?> message) {
    ControlConnection connection = this.connection;
    if (connection != null) {
      connection.send(message);
    }
  }

  @Override
  public void terminate() {
    ChildProcess child = this.child;
    if (child == null) {
      return;
    }
    if (isControlled()) {
      child.signal(Signal.TERM);
    } else {
      child.signalGroup(Signal.TERM);
    }
  }

  @Override
  public void kill() {
    lock.lock();
    try {
      isKilled = true;
    } finally {
      lock.unlock();
    }
    ChildProcess child = this.child;
    if (child != null) {
      child.signalGroup(Signal.KILL);
    }
  }

  @Override
  public Vitals vitals() {
    ChildProcess child = this.child;
    return child == null ? Vitals.GONE : ProcessVitals.of(child.pid(), child.residentBytes());
  }

  /// What the report of a failed start is made of; used under the lock.
  Facts facts() {
    return new Facts(
        name,
        Optional.ofNullable(plan),
        Optional.ofNullable(report),
        isTimedOut,
        isKilled,
        backtraces,
        lastLines.lines(),
        journey,
        environment,
        source.surroundings().startTimeout(),
        source.timing());
  }

  private enum Phase {
    STARTING,
    READY,
    ENDED
  }

  /// What is known of a start that failed.
  record Facts(
      String worker,
      Optional<LaunchPlan> plan,
      Optional<WorkerReport> report,
      boolean isTimedOut,
      boolean isKilled,
      List<String> backtraces,
      List<String> output,
      Journey journey,
      Map<String, String> environment,
      Duration limit,
      Timing timing) {}
}
