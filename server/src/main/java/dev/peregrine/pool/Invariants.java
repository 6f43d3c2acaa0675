package dev.peregrine.pool;

import dev.peregrine.pool.Worker.State;
import org.jspecify.annotations.Nullable;

/// What holds in a pool whenever nobody is changing it. Used under the pool's lock.
final class Invariants {
  private Invariants() {}

  /// The first thing that does not hold, or null.
  static @Nullable String violation(WorkingContext context, Roster roster, Desk desk) {
    int limit = context.config().maxInstances();
    int inService = roster.count(State.READY) + roster.count(State.STARTING);
    if (inService > limit + 1) {
      return inService + " workers in service, at most " + limit;
    }
    if (roster.count(State.DRAINING) > limit) {
      return roster.count(State.DRAINING) + " workers drain, at most " + limit;
    }
    if (desk.line().counted() > context.config().maxQueueLength()) {
      return desk.line().counted() + " applicants counted in the queue";
    }
    int leases = 0;
    for (Worker worker : roster.all()) {
      leases += worker.leases;
      if (worker.leases < 0 || (worker.wasReady() && worker.busy() > worker.concurrency)) {
        return worker.leases + " leases on " + worker.busy() + " slots of " + worker.name;
      }
      if (worker.hasRoom() && !desk.line().isEmpty()) {
        return worker.name + " has room while " + desk.line().size() + " wait";
      }
      if (worker.state == State.DRAINING && worker.leases == 0) {
        return worker.name + " drains for nobody";
      }
    }
    return leases > desk.busy() ? leases + " leases, but " + desk.busy() + " counted" : null;
  }
}
