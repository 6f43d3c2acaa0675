package dev.peregrine.pool;

import dev.peregrine.pool.Worker.State;
import dev.peregrine.pool.WorkerSource.Vitals;
import dev.peregrine.pool.WorkerSource.WorkerHandle;
import dev.peregrine.pool.WorkingContext.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The regular look at every worker: is it alive, frozen, too big, idle for too long?
///
/// The looking is done without the lock, the judging with it. When two looks are much further apart
/// than they should be, the server itself was asleep: then nobody is blamed for silence.
final class Checkup {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration INTERVAL_WITH_LIMIT = Duration.ofMillis(250);
  private static final long ASLEEP = Duration.ofSeconds(3).toNanos();
  private static final long LONGEST_PING_INTERVAL = Duration.ofSeconds(5).toNanos();

  private final Pool pool;
  private final WorkingContext context;
  private final PoolConfig config;
  private final Roster roster;
  private final Supervisor supervisor;
  private final Duration interval;
  private long lastLook;

  Checkup(Pool pool, WorkingContext context, Roster roster, Supervisor supervisor) {
    this.pool = pool;
    this.context = context;
    this.config = context.config();
    this.roster = roster;
    this.supervisor = supervisor;
    boolean hasLimit =
        config.memoryLimitBytes().isPresent() || config.hardMemoryLimitBytes().isPresent();
    this.interval = hasLimit ? INTERVAL_WITH_LIMIT : INTERVAL;
  }

  /// Begins; goes on until the pool is closed.
  void start() {
    lastLook = context.now();
    scheduleNext();
  }

  private void scheduleNext() {
    context.timing().after(interval, this::look);
  }

  private void look() {
    List<Sight> sights = new ArrayList<>();
    pool.exclusively(_ -> collect(sights));
    List<Vitals> vitals = new ArrayList<>();
    for (Sight sight : sights) {
      vitals.add(sight.handle.vitals());
    }
    pool.exclusively(_ -> {
      judge(sights, vitals);
      if (context.phase() != Phase.CLOSED) {
        scheduleNext();
      }
    });
  }

  private void collect(List<Sight> sights) {
    for (Worker worker : roster.all()) {
      WorkerHandle handle = worker.handle;
      boolean isWatched = worker.state == State.READY || worker.state == State.DRAINING;
      if (isWatched && handle != null) {
        sights.add(new Sight(worker, handle));
      }
    }
  }

  private void judge(List<Sight> sights, List<Vitals> vitals) {
    long now = context.now();
    long gap = now - lastLook;
    boolean wasAsleep = gap >= ASLEEP;
    lastLook = now;
    if (wasAsleep) {
      context.info("server.slept", "time", Duration.ofNanos(gap));
    }
    for (int i = 0; i < sights.size(); i++) {
      Worker worker = sights.get(i).worker;
      if (wasAsleep) {
        worker.pulse.forgive(now);
        worker.lastUsed += gap;
      }
      boolean isWatched = worker.state == State.READY || worker.state == State.DRAINING;
      if (isWatched) {
        judge(worker, vitals.get(i), now);
      }
    }
    retireIdle(now);
  }

  private void judge(Worker worker, Vitals vitals, long now) {
    if (!vitals.isAlive()) {
      supervisor.lost(worker, "process is gone");
      return;
    }
    boolean isStopped = worker.pulse.observe(vitals, now);
    if (worker.isWithheld != isStopped) {
      worker.isWithheld = isStopped;
      supervisor.settleAfterWithholding();
    }
    long timeout = config.heartbeatTimeout().toNanos();
    if (worker.pulse.isFrozen(vitals, timeout, now)) {
      supervisor.departures().kill(worker, isStopped ? "stopped by a signal" : "frozen");
      return;
    }
    long pingInterval = Math.min(LONGEST_PING_INTERVAL, timeout / 4);
    if (worker.offer().isControlled() && worker.pulse.isPingDue(pingInterval, now)) {
      long id = worker.pulse.ping(vitals, now);
      supervisor.departures().command(worker, handle -> handle.ping(id));
    }
    if (worker.state == State.READY) {
      supervisor.proveByAge(worker);
      weigh(worker, vitals.residentBytes());
    }
  }

  private void weigh(Worker worker, long bytes) {
    if (config.hardMemoryLimitBytes().isPresent()
        && bytes > config.hardMemoryLimitBytes().getAsLong()) {
      worker.isLost = true;
      supervisor.departures().kill(worker, "memory " + bytes + " bytes, above the hard limit");
      return;
    }
    if (config.memoryLimitBytes().isEmpty()) {
      return;
    }
    long limit = config.memoryLimitBytes().getAsLong();
    boolean isSpare = roster.live() > config.minInstances();
    if (bytes > limit + limit / 20 || (bytes > limit && isSpare)) {
      supervisor.departures().drain(worker, "memory " + bytes + " bytes, above the limit");
    } else if (bytes > limit) {
      supervisor.expire(worker);
    }
  }

  /// Ends one worker that has had nothing to do for long, the youngest first.
  private void retireIdle(long now) {
    if (config.idleTime().isEmpty() || context.phase() != Phase.OPEN) {
      return;
    }
    long limit = config.idleTime().get().toNanos();
    List<Worker> workers = roster.all();
    for (int i = workers.size() - 1; i >= 0; i--) {
      Worker worker = workers.get(i);
      boolean isIdle = worker.leases == 0 && now - worker.lastUsed >= limit;
      boolean mayGo = worker.state == State.READY && !worker.isExpiring;
      if (isIdle && mayGo && roster.live() > config.minInstances()) {
        supervisor.departures().drain(worker, "idle");
        return;
      }
    }
  }

  /// A worker to be looked at.
  private record Sight(Worker worker, WorkerHandle handle) {}
}
