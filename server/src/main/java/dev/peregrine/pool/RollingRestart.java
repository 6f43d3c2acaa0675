package dev.peregrine.pool;

import dev.peregrine.pool.Worker.State;
import dev.peregrine.pool.WorkingContext.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The replacement of all workers, one at a time: a new one becomes ready, then an old one drains.
///
/// ```
///        request                   none of the old serves, one of the new is ready
/// idle ───────────► running ───────────────────────────────────────────────────────► idle
///                     │  ▲ │ a new one fails: old ones stay, or go, as was asked for
///     further request │  │ └───────────────────────────────────────────────────────► idle
///                     └──┘ kept, and begun when this one has ended
/// ```
///
/// Guarded by the pool's lock.
final class RollingRestart {
  private static final int FAILURES_ONCE_UNDER_WAY = 3;

  private final Supervisor supervisor;
  private final WorkingContext context;
  private final Roster roster;
  private List<Consumer<RestartResult>> waiters = new ArrayList<>();
  private List<Consumer<RestartResult>> nextWaiters = new ArrayList<>();
  private boolean isRunning;
  private boolean resists;
  private boolean nextResists;
  private long startedAt;
  private int replaced;
  private int failures;
  private @Nullable Worker victim;

  RollingRestart(Supervisor supervisor, WorkingContext context, Roster roster) {
    this.supervisor = supervisor;
    this.context = context;
    this.roster = roster;
  }

  boolean isRunning() {
    return isRunning;
  }

  /// Whether a new worker is needed before anything can go on.
  boolean wantsStart() {
    return isRunning && victim != null && roster.count(State.STARTING) == 0;
  }

  /// Begins a restart, or another one after the one under way.
  void request(boolean resist, Consumer<RestartResult> whenDone) {
    if (context.phase() != Phase.OPEN) {
      context.deferred().call(() -> whenDone.accept(new RestartResult.Closed()));
      return;
    }
    if (isRunning) {
      nextWaiters.add(whenDone);
      nextResists = resist;
      return;
    }
    waiters.add(whenDone);
    begin(resist);
  }

  private void begin(boolean resist) {
    isRunning = true;
    resists = resist;
    startedAt = context.now();
    replaced = 0;
    failures = 0;
    context.tally().restarts++;
    context.info("app.restarting");
    Worker expiring = roster.expiring();
    if (expiring != null) {
      expiring.isExpiring = false;
    }
    supervisor.renew();
    advance();
    supervisor.scale();
  }

  /// Chooses the next old worker to replace, or ends if there is none.
  void advance() {
    if (!isRunning) {
      return;
    }
    if (victim != null && victim.state == State.READY) {
      return;
    }
    victim = roster.outdated(supervisor.generation());
    if (victim != null) {
      victim.isExpiring = true;
      supervisor.scale();
      return;
    }
    int ready = roster.count(State.READY);
    if (ready > 0 || !supervisor.needsWorker()) {
      Duration took = Duration.ofNanos(context.now() - startedAt);
      context.info("app.restarted", "workers", ready, "took", took);
      end(new RestartResult.Restarted(ready, took));
    }
  }

  /// A new worker serves: the old one goes.
  void ready() {
    Worker old = victim;
    if (isRunning && old != null) {
      victim = null;
      replaced++;
      supervisor.departures().drain(old, "restart");
    }
    advance();
  }

  /// A new worker failed to start.
  void failed(StartFailure failure) {
    if (!isRunning) {
      return;
    }
    failures++;
    boolean isHopeful = replaced > 0 || failure.category() == StartFailure.Category.KILLED;
    if (isHopeful && failures < FAILURES_ONCE_UNDER_WAY) {
      return;
    }
    if (victim != null) {
      victim.isExpiring = false;
    }
    int kept = 0;
    for (Worker worker : List.copyOf(roster.all())) {
      boolean isOld = worker.generation < supervisor.generation() && worker.state == State.READY;
      if (isOld && resists) {
        kept++;
      } else if (isOld) {
        supervisor.departures().drain(worker, "restart");
      }
    }
    context.error("app.restart_failed", "error_id", failure.id(), "old_workers_kept", kept);
    end(new RestartResult.Failed(failure, replaced, kept));
  }

  /// Ends whatever is under way, because the pool ends.
  void close() {
    if (isRunning) {
      if (victim != null) {
        victim.isExpiring = false;
      }
      waiters.addAll(nextWaiters);
      nextWaiters.clear();
      end(new RestartResult.Closed());
    }
  }

  private void end(RestartResult result) {
    isRunning = false;
    victim = null;
    List<Consumer<RestartResult>> answered = waiters;
    waiters = nextWaiters;
    nextWaiters = new ArrayList<>();
    context.deferred().call(() -> answered.forEach(waiter -> waiter.accept(result)));
    if (!waiters.isEmpty()) {
      begin(nextResists);
    }
  }
}
