package dev.peregrine.server;

import dev.peregrine.admin.CacheDesk;
import dev.peregrine.admin.Subject;
import dev.peregrine.admin.api.ConfigView;
import dev.peregrine.admin.api.InstanceFile;
import dev.peregrine.admin.api.OutputView;
import dev.peregrine.admin.api.RestartOutcome;
import dev.peregrine.admin.api.RestartRequest;
import dev.peregrine.admin.api.Status;
import dev.peregrine.admin.api.StopRequest;
import dev.peregrine.app.App;
import dev.peregrine.config.Config;
import dev.peregrine.config.ConfigResult;
import dev.peregrine.config.Version;
import dev.peregrine.exchange.CacheUse;
import dev.peregrine.exchange.Counters;
import dev.peregrine.listen.Traffic;
import dev.peregrine.log.AppOutput;
import dev.peregrine.pool.Pool;
import dev.peregrine.pool.PoolStatus;
import dev.peregrine.pool.RestartResult;
import dev.peregrine.pool.StartFailure;
import dev.peregrine.process.ProcessSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The running server as the admin API shows it.
final class Overview implements Subject {
  private final ConfigResult.Loaded loaded;
  private final Config config;
  private final App app;
  private final List<String> addresses;
  private final Pool pool;
  private final Traffic traffic;
  private final Counters counters;
  private final AppOutput output;
  private final Optional<CacheDesk> cache;
  private final Stopping stopping;
  private final Instant startedAt;
  private final int pid = (int) ProcessHandle.current().pid();

  Overview(
      ConfigResult.Loaded loaded,
      App app,
      List<String> addresses,
      Pool pool,
      Traffic traffic,
      Counters counters,
      AppOutput output,
      Optional<CacheUse> cache,
      Stopping stopping,
      Instant startedAt) {
    this.loaded = loaded;
    this.config = loaded.config();
    this.app = app;
    this.addresses = addresses;
    this.pool = pool;
    this.traffic = traffic;
    this.counters = counters;
    this.output = output;
    this.cache =
        cache.map(use -> new CacheDesk(config.cache(), use.policy(), use.store(), addresses));
    this.stopping = stopping;
    this.startedAt = startedAt;
  }

  InstanceFile description() {
    return new InstanceFile(
        config.instance().name(),
        pid,
        Version.current(),
        app.root().toString(),
        addresses,
        startedAt);
  }

  @Override
  public Status status() {
    PoolStatus workers = pool.status();
    Traffic.Snapshot front = traffic.snapshot();
    return new Status(
        server(),
        new Status.App(app.root().toString(), lower(app.type()), runtime(workers)),
        addresses,
        new Status.Connections(
            front.openConnections(), config.listen().maxConnections(), front.acceptedConnections()),
        new Status.Requests(
            front.requests(),
            (int) front.openRequests(),
            front.answersByClass(),
            counters.retried()),
        poolStatus(workers),
        workers.workers().stream().map(Overview::worker).toList(),
        workers.lastFailure().map(Overview::startFailed),
        problems(workers));
  }

  @Override
  public Optional<CacheDesk> cache() {
    return cache;
  }

  @Override
  public RestartOutcome restart(RestartRequest request) throws InterruptedException {
    long start = System.nanoTime();
    boolean resist =
        request.resistDeploymentErrors().orElse(config.pool().resistDeploymentErrors());
    RestartResult result = pool.restart(resist);
    double seconds = (System.nanoTime() - start) / 1e9;
    return switch (result) {
      case RestartResult.Restarted(var replaced, var _) ->
          new RestartOutcome(true, replaced, seconds, Optional.empty());
      case RestartResult.Failed(var failure, var replaced, var _) ->
          new RestartOutcome(false, replaced, seconds, Optional.of(startFailed(failure)));
      case RestartResult.Closed _ -> new RestartOutcome(false, 0, seconds, Optional.empty());
    };
  }

  @Override
  public void stop(StopRequest request) {
    if (request.now()) {
      stopping.force();
    } else {
      stopping.ask();
    }
  }

  @Override
  public ConfigView config() {
    return new ConfigView(
        loaded.settings().stream()
            .map(setting ->
                new ConfigView.Option(
                    setting.option(), setting.value(), setting.origin().describe()))
            .toList());
  }

  @Override
  public OutputView output() {
    return new OutputView(output.recent(), output.droppedBytes());
  }

  private Status.Server server() {
    return new Status.Server(
        config.instance().name(),
        Version.current(),
        pid,
        stopping.isAsked() ? "stopping" : "running",
        startedAt,
        Duration.between(startedAt, Instant.now()).toMillis() / 1e3,
        ProcessSnapshot.of(pid).map(ProcessSnapshot::residentBytes).orElse(0L),
        config.instance().directory().toString(),
        config.app().environment());
  }

  private Status.Pool poolStatus(PoolStatus workers) {
    long starting =
        workers.workers().stream().filter(worker -> worker.state().equals("starting")).count();
    return new Status.Pool(
        workers.isRestarting() ? "restarting" : lower(workers.health()),
        config.pool().minInstances(),
        config.pool().maxInstances(),
        (int) starting,
        workers.queued(),
        workers.queueLimit(),
        workers.counters().restarts(),
        Optional.empty());
  }

  private static Status.Worker worker(PoolStatus.WorkerStatus worker) {
    return new Status.Worker(
        worker.name(),
        worker.pid().orElse(0),
        worker.state(),
        worker.busy(),
        worker.concurrency().orElse(0),
        worker.served(),
        worker.residentBytes(),
        Duration.between(worker.startedAt(), Instant.now()).toMillis() / 1e3);
  }

  private static Status.StartFailed startFailed(StartFailure failure) {
    return new Status.StartFailed(
        failure.id(),
        failure.at(),
        failure.worker(),
        failure.category().label(),
        failure.summary(),
        failure.remedy(),
        failure.output());
  }

  private static List<String> problems(PoolStatus workers) {
    List<String> problems = new ArrayList<>();
    workers
        .lastFailure()
        .ifPresent(failure ->
            problems.add(
                "the last worker did not start (error "
                    + failure.id()
                    + "): "
                    + failure.summary()));
    if (workers.queued() > 0 && workers.queued() >= workers.queueLimit()) {
      problems.add("the queue is full: further requests are answered 503");
    }
    return problems;
  }

  private static String runtime(PoolStatus workers) {
    return workers.workers().stream()
        .map(worker -> (worker.runtime() + " " + worker.framework()).strip())
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
