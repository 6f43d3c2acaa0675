package dev.peregrine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.app.App;
import dev.peregrine.app.AppConfig;
import dev.peregrine.app.AppDetector;
import dev.peregrine.app.AppProblem;
import dev.peregrine.app.Detection;
import dev.peregrine.app.LaunchPlan;
import dev.peregrine.app.LaunchPlanner;
import dev.peregrine.app.RuntimeLayout;
import dev.peregrine.log.AppOutput;
import dev.peregrine.log.EventLog;
import dev.peregrine.log.LogSink;
import dev.peregrine.log.LogTarget;
import dev.peregrine.process.Environment;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.Processes;
import dev.peregrine.process.SpawnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A pool over real processes, wired as the server does it.
final class RealPool implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path home;
  private final Path app;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final Processes processes = new Processes();
  private final LogSink sink;
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final ControlServer control;
  private final ProcessWorkerSource source;
  private final Map<String, String> environment = new HashMap<>(System.getenv());
  private Optional<String> startCommand = Optional.empty();
  private Pool pool;

  RealPool(PoolConfig config) throws IOException {
    home = Files.createTempDirectory("pg");
    app = Files.createDirectory(home.resolve("app"));
    sink = LogSink.open(new LogTarget.File(home.resolve("output.log")));
    EventLog log = EventLog.to(events::add, EventLog.Format.TEXT, Clock.systemUTC());
    Timing timing = Timing.system(scheduler, executor);
    control = new ControlServer(home.resolve("control.sock"), timing, executor, log);
    control.start();
    source =
        new ProcessWorkerSource(
            this::plan,
            new ProcessWorkerSource.Surroundings(
                home.resolve("workers"), Optional.empty(), config.startTimeout()),
            processes,
            control,
            timing,
            executor,
            new AppOutput(sink, log, false),
            log);
    source.prepare();
    pool = new Pool(config, source, timing, log);
  }

  private LaunchPlan plan() throws AppProblem {
    AppConfig config =
        new AppConfig(
            app,
            Optional.empty(),
            Optional.empty(),
            startCommand,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "production",
            List.of("*"),
            environment,
            Optional.empty(),
            1,
            false,
            app.resolve("tmp"));
    Path loaders = Path.of("../loaders").toAbsolutePath().normalize();
    RuntimeLayout layout = new RuntimeLayout(loaders, Optional.empty(), Optional.empty(), "test");
    if (!(AppDetector.detect(config) instanceof Detection.Found(App found))) {
      throw new AppProblem("nothing", "an app", "write one");
    }
    return new LaunchPlanner(config, layout, System.getenv()).plan(found);
  }

  /// Writes a file of the app.
  RealPool file(String name, String text) throws IOException {
    Files.writeString(app.resolve(name), text);
    return this;
  }

  RealPool command(String command) {
    startCommand = Optional.of(command);
    return this;
  }

  RealPool variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  RealPool start() {
    pool.start();
    return this;
  }

  Pool pool() {
    return pool;
  }

  Path appDirectory() {
    return app;
  }

  List<String> events() {
    return events;
  }

  /// Asks for a slot and waits for the answer.
  Object ask() throws InterruptedException {
    ArrayBlockingQueue<Object> answer = new ArrayBlockingQueue<>(1);
    pool.checkout(
        new Applicant() {
          @Override
          public Object home() {
            return "test";
          }

          @Override
          public boolean isPrefetchable() {
            return false;
          }

          @Override
          public void leased(Lease lease) {
            answer.add(lease);
          }

          @Override
          public void refused(Refusal refusal) {
            answer.add(refusal);
          }
        },
        Priority.NORMAL);
    Object got = answer.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(got).as("answer within %s; events: %s", PATIENCE, events).isNotNull();
    return got;
  }

  Lease lease() throws InterruptedException {
    return (Lease) ask();
  }

  StartFailure failure() throws InterruptedException {
    return ((Refusal.StartFailed) ask()).failure();
  }

  /// Sends one request through the pool and returns the content of the answer.
  String get(String path) throws Exception {
    Lease lease = lease();
    String content = WorkerClient.get(lease, path);
    lease.release();
    return content;
  }

  void signal(String signal, int pid) throws SpawnException, InterruptedException {
    processes.run(
        ProcessSpec.of(
            List.of("/bin/kill", "-" + signal, Integer.toString(pid)),
            Environment.inherited(),
            Path.of("/")),
        Duration.ofSeconds(5));
  }

  static boolean isAlive(int pid) {
    return Files.exists(Path.of("/proc/" + pid));
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time in which it should have happened").isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  @Override
  public void close() throws IOException {
    pool.close();
    control.close();
    processes.close();
    scheduler.shutdownNow();
    executor.shutdownNow();
    sink.close();
    ProcessWorkerSource.deleteTree(home);
  }
}
