package dev.peregrine.pool;

import dev.peregrine.pool.PoolStatus.Health;
import dev.peregrine.pool.PoolStatus.WorkerStatus;
import dev.peregrine.pool.Worker.State;
import dev.peregrine.pool.WorkerSource.ReadyWorker;
import dev.peregrine.pool.WorkerSource.WorkerHandle;
import dev.peregrine.pool.WorkingContext.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// Describes a pool. Used under the pool's lock.
///
/// @param context what the parts of the pool share
/// @param roster its workers
/// @param desk its queue
/// @param supervisor who starts and ends the workers
record StatusReport(WorkingContext context, Roster roster, Desk desk, Supervisor supervisor) {

  PoolStatus status() {
    List<WorkerStatus> workers = new ArrayList<>();
    int slots = 0;
    boolean isBounded = true;
    for (Worker worker : roster.all()) {
      workers.add(describe(worker));
      if (worker.state == State.READY) {
        isBounded &= worker.isBounded();
        slots += worker.isBounded() ? worker.concurrency : 0;
      }
    }
    WaitingLine.Place oldest = desk.line().oldest();
    return new PoolStatus(
        health(),
        workers,
        desk.busy(),
        isBounded ? slots : 0,
        desk.line().size(),
        context.config().maxQueueLength(),
        Optional.ofNullable(oldest).map(place -> since(place.since)),
        Optional.ofNullable(supervisor.lastFailure()),
        supervisor.restart().isRunning(),
        context.tally().counters());
  }

  private Health health() {
    if (context.phase() != Phase.OPEN) {
      return Health.CLOSING;
    }
    if (roster.isServing()) {
      return Health.SERVING;
    }
    if (supervisor.lastFailure() != null) {
      return Health.FAILING;
    }
    return supervisor.needsWorker() ? Health.STARTING : Health.IDLE;
  }

  private WorkerStatus describe(Worker worker) {
    boolean isKnown = worker.wasReady();
    Optional<ReadyWorker> offer = isKnown ? Optional.of(worker.offer()) : Optional.empty();
    WorkerHandle handle = worker.handle;
    boolean isBounded = isKnown && worker.concurrency > 0 && worker.isBounded();
    boolean isIdle = worker.leases == 0 && worker.state == State.READY;
    return new WorkerStatus(
        worker.name,
        handle == null ? OptionalInt.empty() : handle.pid(),
        worker.state.name().toLowerCase(Locale.ROOT),
        worker.generation,
        isBounded ? OptionalInt.of(worker.concurrency) : OptionalInt.empty(),
        worker.busy(),
        worker.served,
        worker.pulse.residentBytes,
        worker.startedOn,
        isIdle ? since(worker.lastUsed) : Duration.ZERO,
        offer.map(ReadyWorker::runtime).orElse(""),
        offer.map(ReadyWorker::framework).orElse(""));
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(Math.max(0, context.now() - nanos));
  }
}
