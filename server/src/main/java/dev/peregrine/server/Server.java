package dev.peregrine.server;

import dev.peregrine.admin.AdminServer;
import dev.peregrine.admin.api.InstanceFile;
import dev.peregrine.app.App;
import dev.peregrine.app.AppDetector;
import dev.peregrine.app.Detection;
import dev.peregrine.app.LaunchPlanner;
import dev.peregrine.app.RuntimeLayout;
import dev.peregrine.cache.CacheConfig;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.MemorySource;
import dev.peregrine.cache.ResponseStore;
import dev.peregrine.config.Config;
import dev.peregrine.config.ConfigResult;
import dev.peregrine.config.Version;
import dev.peregrine.exchange.CacheUse;
import dev.peregrine.exchange.Counters;
import dev.peregrine.exchange.Gateway;
import dev.peregrine.listen.ListenConfig;
import dev.peregrine.listen.ListenException;
import dev.peregrine.listen.Listener;
import dev.peregrine.listen.Traffic;
import dev.peregrine.listen.Transport;
import dev.peregrine.pool.ControlServer;
import dev.peregrine.pool.Pool;
import dev.peregrine.pool.ProcessWorkerSource;
import dev.peregrine.pool.Timing;
import dev.peregrine.process.AnonymousMemory;
import dev.peregrine.process.Credentials;
import dev.peregrine.process.Environment;
import dev.peregrine.process.FirstProcess;
import dev.peregrine.process.InheritedSockets;
import dev.peregrine.process.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The whole server: what it is made of, in the order in which it starts; the reverse is the order
/// in which it stops.
public final class Server {
  private static final int BAD_CONFIGURATION = 78;
  private static final Duration OTHERS_LIMIT = Duration.ofSeconds(5); // as process 1
  private static final Duration LOOPS_LIMIT = Duration.ofSeconds(1);

  private static final MemorySource MEMORY =
      new MemorySource() {
        @Override
        public @Nullable ByteBuffer map(int bytes) {
          return AnonymousMemory.map(bytes);
        }

        @Override
        public void unmap(ByteBuffer buffer) {
          AnonymousMemory.unmap(buffer);
        }
      };

  private final ConfigResult.Loaded loaded;
  private final Config config;
  private final Logs logs;
  private final App app;
  private final Instance instance;
  private final Stopping stopping = new Stopping();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timers =
      Executors.newSingleThreadScheduledExecutor(Server::timerThread);
  private final Timing timing = Timing.system(timers, blocking);
  private final Traffic traffic = new Traffic();
  private final Counters counters = new Counters();
  private final Processes processes = new Processes();
  private final Optional<Credentials> account;
  private final ControlServer control;
  private final Pool pool;
  private final Optional<CacheUse> cache;
  private final Transport transport;
  private final Listener listener;

  private Server(ConfigResult.Loaded loaded, Logs logs, App app, Instance instance)
      throws StartProblem {
    this.loaded = loaded;
    this.config = loaded.config();
    this.logs = logs;
    this.app = app;
    this.instance = instance;
    account = WorkerAccount.choose(config.app(), app, logs.events);
    control = new ControlServer(instance.path("control.sock"), timing, blocking, logs.events);
    pool = new Pool(config.pool(), workers(), timing, logs.events);
    ListenConfig listen = Descriptors.fit(config, logs.events);
    transport = new Transport(listen.eventLoops(), true);
    cache = cache();
    Gateway gateway =
        new Gateway(
            config.exchange(),
            pool,
            transport,
            listen.limits(),
            WorkerAccount.fileAccess(account),
            blocking,
            logs.events,
            counters,
            customPage(),
            cache);
    listener =
        new Listener(
            listen,
            transport,
            timers,
            gateway,
            new TrafficRecorder(logs.requests, logs.events),
            traffic);
  }

  /// Serves until told to stop; returns the exit code.
  public static int run(ConfigResult.Loaded loaded) throws InterruptedException {
    Config config = loaded.config();
    try (Logs logs = Logs.open(config.log())) {
      App app = detect(config);
      try (Instance instance = Instance.claim(config.instance())) {
        return new Server(loaded, logs, app, instance).serve();
      }
    } catch (StartProblem e) {
      System.err.println("peregrine: " + e.getMessage());
      return e.exitCode;
    } catch (IOException e) {
      System.err.println("peregrine: log_file cannot be opened: " + e.getMessage());
      return BAD_CONFIGURATION;
    }
  }

  private int serve() throws StartProblem, InterruptedException {
    try {
      List<String> addresses = bind();
      Overview overview =
          new Overview(
              loaded,
              app,
              addresses,
              pool,
              traffic,
              counters,
              logs.output,
              cache,
              stopping,
              Instant.now());
      try (AdminServer _ = AdminServer.open(instance.path("admin.sock"), overview, logs.events)) {
        StopSignals.install(stopping::ask, logs::reopen, this::restart);
        pool.start();
        announce(overview.description());
        watchRestartFile();
        stopping.await();
        drain();
      }
    } catch (IOException e) {
      throw new StartProblem(1, "cannot start: " + e.getMessage());
    } finally {
      close();
    }
    logs.events.info("server.stopped");
    return stopping.isForced() ? 1 : 0;
  }

  private void close() {
    listener.stopAccepting();
    listener.closeAll();
    if (stopping.isForced()) {
      processes.close();
    }
    pool.close();
    transport.close(LOOPS_LIMIT);
    cache.ifPresent(use -> use.store().close());
    closeQuietly(control);
    processes.close();
    if (FirstProcess.isThis()) {
      FirstProcess.endOthers(OTHERS_LIMIT);
    }
    timers.shutdownNow();
    blocking.close();
  }

  private void announce(InstanceFile description) throws IOException {
    instance.announce(description);
    logs.events.info(
        "server.listening",
        "url",
        String.join(" ", description.listeners()),
        "app",
        app.root(),
        "type",
        app.type().name().toLowerCase(Locale.ROOT),
        "pid",
        description.pid());
  }

  private static App detect(Config config) throws StartProblem {
    return switch (AppDetector.detect(config.app())) {
      case Detection.Found(var found) -> found;
      case Detection.NotFound none -> throw new StartProblem(BAD_CONFIGURATION, none.message());
      case Detection.Invalid invalid ->
          throw new StartProblem(BAD_CONFIGURATION, invalid.message());
    };
  }

  private ProcessWorkerSource workers() throws StartProblem {
    LaunchPlanner planner = new LaunchPlanner(config.app(), layout(), System.getenv());
    ProcessWorkerSource source =
        new ProcessWorkerSource(
            () -> planner.plan(app),
            new ProcessWorkerSource.Surroundings(
                instance.path("workers"), account, config.pool().startTimeout()),
            processes,
            control,
            timing,
            blocking,
            logs.output,
            logs.events);
    try {
      control.start();
      source.prepare();
    } catch (IOException e) {
      throw new StartProblem(1, "the instance directory cannot be used: " + e.getMessage());
    }
    return source;
  }

  private Optional<CacheUse> cache() {
    CacheConfig use = config.cache();
    if (!use.isEnabled()) {
      return Optional.empty();
    }
    CachePolicy policy = new CachePolicy(use, new SecureRandom().nextLong());
    ResponseStore store = new ResponseStore(use, MEMORY, blocking);
    timers.scheduleWithFixedDelay(() -> blocking.execute(store::tick), 1, 1, TimeUnit.SECONDS);
    return Optional.of(new CacheUse(policy, store, use.trustedClients()));
  }

  private List<String> bind() throws StartProblem {
    List<Integer> inherited =
        InheritedSockets.of(Environment.inherited()).sockets().stream()
            .map(InheritedSockets.Inherited::descriptor)
            .toList();
    try {
      return listener.bind(inherited);
    } catch (ListenException e) {
      throw new StartProblem(1, String.valueOf(e.getMessage()));
    }
  }

  private static RuntimeLayout layout() {
    Path home = Path.of(System.getProperty("peregrine.home", "."));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path jruby = home.resolve("jruby/jruby-complete.jar");
    return new RuntimeLayout(
        home.resolve("loaders"),
        Optional.of(jruby).filter(Files::isReadable),
        Optional.of(java).filter(Files::isExecutable),
        Version.current());
  }

  private Optional<String> customPage() throws StartProblem {
    Optional<Path> file = config.exchange().customErrorPage();
    try {
      return file.isPresent() ? Optional.of(Files.readString(file.get())) : Optional.empty();
    } catch (IOException e) {
      throw new StartProblem(
          BAD_CONFIGURATION,
          "custom_error_page: " + file.orElseThrow() + " cannot be read (expected an HTML file)");
    }
  }

  private void watchRestartFile() {
    RestartFile file = new RestartFile(config.app().restartDirectory());
    timers.scheduleWithFixedDelay(
        () -> {
          if (file.wasTouched()) {
            logs.events.info("restart.asked", "by", "restart.txt");
            restart();
          }
        },
        1,
        1,
        TimeUnit.SECONDS);
  }

  private void restart() {
    pool.beginRestart(config.pool().resistDeploymentErrors(), _ -> {});
  }

  /// Stops accepting, lets what runs finish within the limit; a second request cuts it short.
  private void drain() throws InterruptedException {
    Duration limit = config.instance().shutdownTimeout();
    logs.events.info("server.stopping", "limit", limit);
    long end = System.nanoTime() + limit.toNanos();
    listener.stopAccepting();
    Thread drain =
        Thread.ofVirtual()
            .name("drain")
            .start(() -> {
              try {
                boolean isQuiet = listener.drain(limit);
                Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
                if (!isQuiet || !pool.drain(left)) {
                  logs.events.warn("server.requests_cut", "after", limit);
                }
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
    stopping.awaitEndOrForce(drain);
  }

  private static Thread timerThread(Runnable task) {
    return Thread.ofPlatform().daemon().name("peregrine-timer").unstarted(task);
  }

  private static void closeQuietly(ControlServer control) {
    try {
      control.close();
    } catch (IOException _) {
      // The socket is gone with the process.
    }
  }
}
