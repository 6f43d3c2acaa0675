package dev.peregrine.pool;

import dev.peregrine.pool.Worker.State;
import dev.peregrine.pool.WorkingContext.Phase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where slots are given out and taken back, and where applicants wait.
///
/// Invariant at the end of every change: somebody waits only if no ready worker has a free slot.
/// Guarded by the pool's lock.
final class Desk {
  private static final Duration WITHHOLDING = Duration.ofMillis(50);
  private static final int UNREACHED_UNTIL_REPLACED = 3;
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(30);

  private final WorkingContext context;
  private final PoolConfig config;
  private final Roster roster;
  private final WaitingLine line = new WaitingLine();
  private final long maxGiven;
  private final long expiringFrom;
  private boolean isTimerSet;
  private int busy;

  Desk(WorkingContext context, Roster roster) {
    this.context = context;
    this.config = context.config();
    this.roster = roster;
    this.maxGiven = config.maxRequests().isPresent() ? config.maxRequests().getAsInt() : 0;
    this.expiringFrom = maxGiven >= 20 ? maxGiven - maxGiven / 10 : 0;
  }

  WaitingLine line() {
    return line;
  }

  /// Leases held, on whatever worker.
  int busy() {
    return busy;
  }

  boolean isIdle() {
    return busy == 0 && line.isEmpty();
  }

  /// Gives the nearest free slot, if nobody is before the applicant.
  @Nullable Lease take(Wish wish, Supervisor supervisor) {
    if (!line.isEmpty() || context.phase() == Phase.CLOSED) {
      return null;
    }
    return takeAny(wish, supervisor);
  }

  private @Nullable Lease takeAny(Wish wish, Supervisor supervisor) {
    Worker worker = roster.leastBusy(wish.home());
    Lease lease;
    if (worker != null) {
      lease = worker.take(wish);
    } else {
      Slot slot = supervisor.isFull() ? roster.slotWithRoomBehind(wish) : null;
      if (slot == null) {
        return null;
      }
      worker = slot.worker;
      lease = worker.takeBehind(slot);
    }
    busy++;
    context.tally().leases++;
    if (maxGiven > 0) {
      if (worker.given >= maxGiven) {
        supervisor.departures().drain(worker, "max_requests");
      } else if (expiringFrom > 0 && worker.given == expiringFrom) {
        supervisor.expire(worker);
      }
    }
    return lease;
  }

  /// Lets an applicant wait, or says why not.
  @Nullable Refusal enqueue(
      Applicant applicant, Wish wish, Priority priority, Supervisor supervisor) {
    long now = context.now();
    if (context.phase() == Phase.CLOSED
        || (context.phase() == Phase.DRAINING && !roster.hasHope())) {
      return new Refusal.ShuttingDown();
    }
    Refusal failing = supervisor.refusalWhileFailing(now);
    if (failing != null) {
      context.tally().refusedFailed++;
      return failing;
    }
    if (priority == Priority.NORMAL && line.counted() >= config.maxQueueLength()) {
      context.tally().refusedFull++;
      return new Refusal.QueueFull(config.maxQueueLength(), expectedWait(now));
    }
    line.join(applicant, wish, priority, now);
    context.tally().waited++;
    setTimer(supervisor);
    dispatch(supervisor);
    supervisor.scale();
    return null;
  }

  /// Hands free slots to those whose turn it is.
  void dispatch(Supervisor supervisor) {
    for (WaitingLine.Place place = line.first(); place != null; place = line.first()) {
      Lease lease = takeAny(place.wish, supervisor);
      if (lease == null) {
        return;
      }
      line.remove(place);
      Applicant applicant = place.applicant();
      context.deferred().call(() -> applicant.leased(lease));
    }
  }

  void giveBack(Lease lease, Lease.Outcome outcome, Supervisor supervisor) {
    if (!lease.markGivenBack()) {
      return;
    }
    Slot slot = lease.slot();
    Worker worker = slot.worker;
    worker.leases--;
    busy--;
    worker.lastUsed = context.now();
    if (outcome == Lease.Outcome.WHOLE) {
      worker.served++;
      worker.unreachedInARow = 0;
      if (!worker.isProven) {
        supervisor.prove(worker);
      }
    }
    if (outcome == Lease.Outcome.UNUSED) {
      worker.given--;
    }
    slot.end(lease, outcome);
    if (outcome == Lease.Outcome.STALLED) {
      supervisor.departures().kill(worker, "request ran out of time");
    }
    if (slot.leases == 0) {
      worker.letGo(slot);
      settle(worker, slot, supervisor);
    }
    if (worker.leases == 0 && worker.state == State.DRAINING) {
      supervisor.departures().finish(worker);
    }
    dispatch(supervisor);
    supervisor.noticeIdleness();
  }

  private void settle(Worker worker, Slot slot, Supervisor supervisor) {
    if (worker.state != State.READY) {
      abandon(slot);
    } else if (slot.outcome == Lease.Outcome.BROKEN) {
      broken(worker, slot, supervisor);
    } else if (worker.mayOccupy(slot)) {
      await(slot, supervisor);
    } else {
      worker.putBack(slot);
    }
  }

  private void broken(Worker worker, Slot slot, Supervisor supervisor) {
    abandon(slot);
    supervisor.examine(worker);
    worker.unreachedInARow = slot.isReached ? 0 : worker.unreachedInARow + 1;
    if (worker.unreachedInARow >= UNREACHED_UNTIL_REPLACED) {
      supervisor.departures().drain(worker, "takes no connection");
      return;
    }
    if (worker.mayOccupy(slot)) {
      await(slot, supervisor);
      return;
    }
    context.after(
        WITHHOLDING,
        () -> {
          if (worker.state == State.READY) {
            worker.putBack(slot);
            dispatch(supervisor);
          }
        });
  }

  /// Withholds a slot until its worker says that nothing runs there.
  private void await(Slot slot, Supervisor supervisor) {
    slot.worker.occupy(slot);
    supervisor.departures().command(slot.worker, handle -> handle.awaitSlot(slot.index));
  }

  private void abandon(Slot slot) {
    SlotConnection connection = slot.connection;
    if (connection != null) {
      slot.connect(null);
      context.deferred().call(connection::close);
    }
  }

  boolean withdraw(Applicant applicant, Supervisor supervisor) {
    boolean left = line.leave(applicant);
    if (left) {
      context.tally().withdrawn++;
      supervisor.settleAfterLeaving();
    }
    return left;
  }

  /// Sends everybody away who waits.
  void refuseAll(Refusal refusal) {
    for (WaitingLine.Place place = line.first(); place != null; place = line.first()) {
      if (refusal instanceof Refusal.StartFailed) {
        context.tally().refusedFailed++;
      }
      refuse(place, refusal);
    }
  }

  private void refuse(WaitingLine.Place place, Refusal refusal) {
    line.remove(place);
    Applicant applicant = place.applicant();
    context.deferred().call(() -> applicant.refused(refusal));
  }

  private void setTimer(Supervisor supervisor) {
    WaitingLine.Place oldest = line.oldest();
    if (isTimerSet || oldest == null || config.maxQueueTime().isEmpty()) {
      return;
    }
    long deadline = oldest.since + config.maxQueueTime().get().toNanos();
    isTimerSet = true;
    context.after(
        Duration.ofNanos(Math.max(0, deadline - context.now())),
        () -> {
          isTimerSet = false;
          refuseOverdue(config.maxQueueTime().get().toNanos());
          setTimer(supervisor);
          supervisor.settleAfterLeaving();
        });
  }

  private void refuseOverdue(long limit) {
    long now = context.now();
    WaitingLine.Place oldest = line.oldest();
    while (oldest != null && now - oldest.since >= limit) {
      context.tally().refusedTimeout++;
      refuse(oldest, new Refusal.QueueTimeout(Duration.ofNanos(now - oldest.since)));
      oldest = line.oldest();
    }
  }

  /// A guess at how long the queue will stay full: as long as its first has waited.
  private Duration expectedWait(long now) {
    WaitingLine.Place oldest = line.oldest();
    long seconds = oldest == null ? 0 : Duration.ofNanos(now - oldest.since).toSeconds();
    Duration wait = Duration.ofSeconds(seconds + 1);
    return wait.compareTo(LONGEST_RETRY_AFTER) < 0 ? wait : LONGEST_RETRY_AFTER;
  }
}
