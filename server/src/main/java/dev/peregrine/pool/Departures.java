package dev.peregrine.pool;

import dev.peregrine.pool.Worker.State;
import dev.peregrine.pool.WorkerSource.WorkerHandle;
import java.time.Duration;
import java.util.function.Consumer;

/// How workers go: by draining, by word, by force. Guarded by the pool's lock.
///
/// | how | what the worker hears |
/// |---|---|
/// | drain | nothing while it has leases, for two seconds; then `drain`; after ten minutes as finish |
/// | finish | `drain`; TERM after half of the stop timeout; KILL of its group after the whole |
/// | kill | KILL of its group |
final class Departures {
  private static final Duration DRAIN_NOTICE = Duration.ofSeconds(2);
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(10);

  private final Supervisor supervisor;
  private final WorkingContext context;
  private final PoolConfig config;
  private final Roster roster;

  Departures(Supervisor supervisor, WorkingContext context, Roster roster) {
    this.supervisor = supervisor;
    this.context = context;
    this.config = context.config();
    this.roster = roster;
  }

  /// Gives a worker no further request; it ends once it has answered those it has.
  void drain(Worker worker, String reason) {
    if (worker.state != State.READY) {
      return;
    }
    context.info("worker.draining", "worker", worker.name, "pid", worker.pid(), "reason", reason);
    worker.state = State.DRAINING;
    worker.isExpiring = false;
    abandon(worker);
    if (worker.leases == 0) {
      finish(worker);
    } else {
      notifyLater(worker);
      endExcess();
    }
    supervisor.scale();
  }

  /// Tells a draining worker after a moment, in which the last leases reached it.
  private void notifyLater(Worker worker) {
    if (worker.offer().isControlled()) {
      context.after(
          DRAIN_NOTICE,
          () -> {
            if (worker.state == State.DRAINING) {
              command(worker, WorkerHandle::drain);
            }
          });
    }
    context.after(
        DRAIN_LIMIT,
        () -> {
          if (worker.state == State.DRAINING) {
            finish(worker);
          }
        });
  }

  private void endExcess() {
    if (roster.count(State.DRAINING) <= config.maxInstances()) {
      return;
    }
    for (Worker worker : roster.all()) {
      if (worker.state == State.DRAINING) {
        finish(worker);
        return;
      }
    }
  }

  /// Ends a draining worker.
  void finish(Worker worker) {
    worker.state = State.STOPPING;
    command(worker, WorkerHandle::drain);
    stopWithin(worker, config.stopTimeout());
  }

  void stopWithin(Worker worker, Duration limit) {
    context.after(
        limit.dividedBy(2),
        () -> {
          if (worker.state == State.STOPPING) {
            command(worker, WorkerHandle::terminate);
          }
        });
    context.after(
        limit,
        () -> {
          if (worker.state == State.STOPPING) {
            worker.isKilled = true;
            command(worker, WorkerHandle::kill);
          }
        });
  }

  /// Kills a worker that is of no use any more; another one takes its place.
  void kill(Worker worker, String reason) {
    if (worker.state == State.STARTING) {
      giveUp(worker);
      return;
    }
    if (worker.state == State.GONE || worker.isKilled) {
      return;
    }
    context.warn("worker.killed", "worker", worker.name, "pid", worker.pid(), "reason", reason);
    worker.isKilled = true;
    worker.isExpiring = false;
    worker.state = State.STOPPING;
    abandon(worker);
    command(worker, WorkerHandle::kill);
    supervisor.settle();
  }

  /// Ends a start that nobody waits for any more.
  void giveUp(Worker worker) {
    worker.state = State.STOPPING;
    worker.isKilled = true;
    command(worker, WorkerHandle::kill);
  }

  void abandon(Worker worker) {
    for (SlotConnection connection : worker.abandonFree()) {
      context.deferred().call(connection::close);
    }
  }

  void command(Worker worker, Consumer<WorkerHandle> command) {
    WorkerHandle handle = worker.handle;
    if (handle != null) {
      context.deferred().command(() -> command.accept(handle));
    }
  }
}
