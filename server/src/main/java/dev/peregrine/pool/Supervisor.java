package dev.peregrine.pool;

import dev.peregrine.pool.Worker.State;
import dev.peregrine.pool.WorkerSource.ReadyWorker;
import dev.peregrine.pool.WorkerSource.WorkerExit;
import dev.peregrine.pool.WorkerSource.WorkerHandle;
import dev.peregrine.pool.WorkingContext.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides when workers come and go. Guarded by the pool's lock.
final class Supervisor {
  /// A worker that dies this soon after it was ready counts as one that did not start.
  private static final long YOUNG = Duration.ofSeconds(1).toNanos();

  private static final Duration BUSY_STOP_LIMIT = Duration.ofSeconds(1);

  private final Pool pool;
  private final WorkingContext context;
  private final PoolConfig config;
  private final Roster roster;
  private final Desk desk;
  private final StartGate gate = new StartGate();
  private final RollingRestart restart;
  private final Departures departures;
  private final List<Runnable> idleWatchers = new ArrayList<>();
  private int generation;
  private long lastNumber;
  private boolean isGateTimerSet;
  private boolean isWanted;

  /// Slots of a worker, as far as is known: one start at a time until then.
  private int typicalSlots = Integer.MAX_VALUE;

  private @Nullable StartFailure lastFailure;

  Supervisor(Pool pool, WorkingContext context, Roster roster, Desk desk) {
    this.pool = pool;
    this.context = context;
    this.config = context.config();
    this.roster = roster;
    this.desk = desk;
    this.departures = new Departures(this, context, roster);
    this.restart = new RollingRestart(this, context, roster);
  }

  RollingRestart restart() {
    return restart;
  }

  Departures departures() {
    return departures;
  }

  int generation() {
    return generation;
  }

  boolean isFailing() {
    return gate.isFailing();
  }

  @Nullable StartFailure lastFailure() {
    return lastFailure;
  }

  /// Starts as many workers as are wanted and allowed now.
  void scale() {
    while (context.phase() == Phase.OPEN && wantsStart()) {
      if (roster.count(State.STARTING) >= gate.parallel(config.parallelSpawns())) {
        return;
      }
      long delay = gate.delay(context.now());
      if (delay > 0) {
        setGateTimer(delay);
        return;
      }
      start();
    }
  }

  /// Whether no worker can be added.
  boolean isFull() {
    return roster.live() >= config.maxInstances();
  }

  private boolean wantsStart() {
    int starting = roster.count(State.STARTING);
    int live = roster.live();
    int surplus = roster.expiring() == null ? 0 : 1;
    int serving = roster.count(State.READY);
    if (live >= config.maxInstances() || serving + starting >= config.maxInstances() + surplus) {
      return false;
    }
    boolean isBelow = live < Math.min(config.minInstances(), config.maxInstances());
    return isBelow || restart.wantsStart() || isDemand(starting) || (isWanted && live == 0);
  }

  private boolean isDemand(int starting) {
    return desk.line().size() > (long) starting * typicalSlots;
  }

  private void setGateTimer(long delay) {
    if (!isGateTimerSet) {
      isGateTimerSet = true;
      context.after(
          Duration.ofNanos(delay),
          () -> {
            isGateTimerSet = false;
            scale();
            restart.advance();
          });
    }
  }

  private void start() {
    long now = context.now();
    String name = "worker-" + ++lastNumber;
    Worker worker = new Worker(pool, name, generation, now, context.timing().now());
    roster.add(worker);
    gate.started(now);
    isWanted = false;
    context.tally().starts++;
    context.deferred().command(() -> pool.launch(worker));
  }

  /// Notes the hold on a process that is being started.
  void launched(Worker worker, WorkerHandle handle) {
    worker.handle = handle;
    if (worker.state == State.STOPPING) {
      context.deferred().command(handle::kill);
    }
  }

  /// Removes a worker that was given up before anything was started.
  void neverLaunched(Worker worker) {
    remove(worker);
    settle();
  }

  /// Whether the pool wants at least one worker now.
  boolean needsWorker() {
    return config.minInstances() > 0 || !desk.line().isEmpty() || roster.count(State.STARTING) > 0;
  }

  void ready(Worker worker, ReadyWorker offer) {
    if (worker.state != State.STARTING) {
      worker.acknowledge(offer);
      return;
    }
    long now = context.now();
    worker.becomeReady(offer, config.concurrency(), now);
    typicalSlots = worker.concurrency;
    lastFailure = null;
    gate.ready();
    context.info(
        "worker.ready",
        "worker",
        worker.name,
        "pid",
        offer.pid(),
        "runtime",
        offer.runtime(),
        "took",
        Duration.ofNanos(now - worker.startedAt));
    if (restart.isRunning()) {
      restart.ready();
    } else {
      Worker expiring = roster.expiring();
      if (expiring != null) {
        departures.drain(expiring, "replaced");
      }
    }
    desk.dispatch(this);
    scale();
  }

  void failed(Worker worker, StartFailure failure) {
    boolean isGivenUp = worker.state != State.STARTING;
    remove(worker);
    if (!isGivenUp) {
      boolean isSlow = failure.category() == StartFailure.Category.TIMEOUT;
      fail(worker, failure, isSlow);
      restart.failed(failure);
      boolean isPassing = failure.category() == StartFailure.Category.KILLED && !gate.isFailing();
      if (!isPassing) {
        refuseIfHopeless();
      }
    }
    settle();
  }

  private void fail(Worker worker, StartFailure failure, boolean isSlow) {
    boolean wasFailing = gate.isFailing();
    gate.failed(worker.startedAt, context.now(), isSlow);
    lastFailure = failure;
    context.tally().startFailures++;
    context.error("worker.start_failed", StartFailures.logFields(failure));
    if (gate.isFailing() && !wasFailing) {
      context.error("app.failing", "error_id", failure.id(), "retry_in", retryAfter());
    }
  }

  /// Removes a worker whose process has ended.
  void exited(Worker worker, WorkerExit exit) {
    boolean isUnexpected = worker.state == State.READY || worker.isLost;
    long age = context.now() - worker.readyAt;
    departures.abandon(worker);
    remove(worker);
    context.tally().exits++;
    report(worker, exit, isUnexpected);
    if (isUnexpected && worker.served == 0 && age < YOUNG) {
      String cause = exit.isOutOfMemory() ? "killed for want of memory" : exit.status();
      fail(worker, StartFailures.diedYoung(worker, cause, exit, context.timing().now()), false);
      if (gate.isFailing()) {
        refuseIfHopeless();
      }
    }
    settle();
  }

  private void report(Worker worker, WorkerExit exit, boolean isUnexpected) {
    Object[] fields = {
      "worker",
      worker.name,
      "pid",
      worker.pid(),
      "status",
      exit.status(),
      "cause",
      cause(worker, exit, isUnexpected),
      "uptime",
      Duration.ofNanos(context.now() - worker.startedAt),
      "served",
      worker.served
    };
    if (isUnexpected) {
      context.warn("worker.exited", fields);
    } else {
      context.info("worker.exited", fields);
    }
  }

  private static @Nullable String cause(Worker worker, WorkerExit exit, boolean isUnexpected) {
    if (exit.isOutOfMemory()) {
      return "out of memory";
    }
    boolean isForeign = exit.isKilled() && !worker.isKilled;
    return isForeign && isUnexpected ? "killed from outside, or by the kernel" : null;
  }

  private void remove(Worker worker) {
    roster.remove(worker);
    worker.isExpiring = false;
  }

  /// Restores what holds between changes, after a worker was withheld or is so no more.
  void settleAfterWithholding() {
    desk.dispatch(this);
    scale();
  }

  /// Restores what holds between changes, after a worker went out of service.
  void settle() {
    restart.advance();
    desk.dispatch(this);
    scale();
    if (context.phase() != Phase.OPEN && !roster.hasHope()) {
      desk.refuseAll(new Refusal.ShuttingDown());
    }
    noticeIdleness();
    if (roster.all().isEmpty()) {
      pool.notifyEmpty();
    }
  }

  private void refuseIfHopeless() {
    StartFailure failure = lastFailure;
    if (!roster.hasHope() && failure != null && context.phase() == Phase.OPEN) {
      desk.refuseAll(new Refusal.StartFailed(failure, retryAfter()));
    }
  }

  /// What an applicant is told at once because starts fail; null if there is hope.
  @Nullable Refusal refusalWhileFailing(long now) {
    StartFailure failure = lastFailure;
    if (!gate.isFailing() || roster.isServing() || failure == null) {
      return null;
    }
    if (gate.delay(now) <= 0 && roster.count(State.STARTING) == 0) {
      return null;
    }
    isWanted = true;
    scale();
    return new Refusal.StartFailed(failure, retryAfter());
  }

  private Duration retryAfter() {
    long delay = Math.max(0, gate.delay(context.now()));
    return Duration.ofSeconds(Duration.ofNanos(delay).toSeconds() + 1);
  }

  /// Notes that a worker is of use.
  void prove(Worker worker) {
    worker.isProven = true;
    gate.proven(worker.startedAt);
  }

  /// Notes that a worker has stayed alive for a while.
  void proveByAge(Worker worker) {
    if (!worker.isProven && context.now() - worker.readyAt >= YOUNG) {
      prove(worker);
      scale();
    }
  }

  void pong(Worker worker, long id) {
    worker.pulse.pong(id, context.now());
  }

  void slotFree(Worker worker, int index) {
    if (worker.vacate(index)) {
      desk.dispatch(this);
    }
  }

  /// Takes a worker out of service whose process is dead or about to be.
  void lost(Worker worker, String reason) {
    if (worker.state != State.READY) {
      return;
    }
    context.warn("worker.lost", "worker", worker.name, "pid", worker.pid(), "reason", reason);
    worker.isLost = true;
    worker.state = State.STOPPING;
    departures.abandon(worker);
    departures.stopWithin(worker, config.stopTimeout());
    settle();
  }

  /// Looks at a worker whose connection broke, and takes it out of service if it is dead.
  void examine(Worker worker) {
    WorkerHandle handle = worker.handle;
    if (handle != null) {
      context
          .deferred()
          .command(() -> {
            if (!handle.vitals().isAlive()) {
              pool.exclusively(_ -> lost(worker, "process is gone"));
            }
          });
    }
  }

  /// Lets a worker serve only until another one is ready.
  void expire(Worker worker) {
    if (worker.state == State.READY && roster.expiring() == null && !restart.isRunning()) {
      worker.isExpiring = true;
      scale();
    }
  }

  /// Begins a new generation: starts under way are given up, past failures forgotten.
  void renew() {
    generation++;
    gate.reset();
    for (Worker worker : List.copyOf(roster.all())) {
      if (worker.state == State.STARTING) {
        departures.giveUp(worker);
      }
    }
  }

  /// Starts nothing any more; calls `whenIdle` once nobody holds or wants a slot.
  void drainAll(Runnable whenIdle) {
    if (context.phase() == Phase.OPEN) {
      context.enter(Phase.DRAINING);
      restart.close();
      if (desk.line().isEmpty()) {
        renew();
      }
    }
    idleWatchers.add(whenIdle);
    settle();
  }

  /// Restores what holds between changes, after somebody left the queue without a slot.
  void settleAfterLeaving() {
    restart.advance();
    noticeIdleness();
  }

  void noticeIdleness() {
    if (!idleWatchers.isEmpty() && desk.isIdle()) {
      idleWatchers.forEach(context.deferred()::call);
      idleWatchers.clear();
    }
  }

  /// Refuses whoever waits and ends every worker.
  void closeAll() {
    context.enter(Phase.CLOSED);
    restart.close();
    renew();
    for (Worker worker : List.copyOf(roster.all())) {
      boolean isServing = worker.state == State.READY || worker.state == State.DRAINING;
      if (isServing) {
        boolean isBusy = worker.leases > 0;
        departures.abandon(worker);
        worker.state = State.STOPPING;
        departures.command(worker, isBusy ? WorkerHandle::terminate : WorkerHandle::drain);
        departures.stopWithin(worker, isBusy ? BUSY_STOP_LIMIT : config.stopTimeout());
      }
    }
    settle();
  }
}
