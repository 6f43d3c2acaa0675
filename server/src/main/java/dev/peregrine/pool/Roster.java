package dev.peregrine.pool;

import dev.peregrine.pool.Worker.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All workers that are not gone, oldest first. Guarded by the pool's lock.
final class Roster {
  private final List<Worker> workers = new ArrayList<>();

  List<Worker> all() {
    return workers;
  }

  void add(Worker worker) {
    workers.add(worker);
  }

  void remove(Worker worker) {
    workers.remove(worker);
    worker.state = State.GONE;
  }

  int count(State state) {
    int count = 0;
    for (Worker worker : workers) {
      if (worker.state == state) {
        count++;
      }
    }
    return count;
  }

  /// How many workers serve or are about to, without the one that is being replaced.
  int live() {
    int count = 0;
    for (Worker worker : workers) {
      boolean isLive = worker.state == State.STARTING || worker.state == State.READY;
      if (isLive && !worker.isExpiring) {
        count++;
      }
    }
    return count;
  }

  boolean isServing() {
    return count(State.READY) > 0;
  }

  /// Whether requests can hope for a worker: one serves, or is about to.
  boolean hasHope() {
    return isServing() || count(State.STARTING) > 0;
  }

  /// The worker that serves only until another one is ready.
  @Nullable Worker expiring() {
    for (Worker worker : workers) {
      if (worker.isExpiring && worker.state == State.READY) {
        return worker;
      }
    }
    return null;
  }

  /// The oldest ready worker older than a generation.
  @Nullable Worker outdated(int generation) {
    for (Worker worker : workers) {
      if (worker.state == State.READY && worker.generation < generation) {
        return worker;
      }
    }
    return null;
  }

  /// The held slot with the shortest line that has room for such an applicant.
  @Nullable Slot slotWithRoomBehind(Wish wish) {
    if (!wish.isPrefetchable()) {
      return null;
    }
    Slot best = null;
    for (int i = 0; i < workers.size(); i++) {
      Slot slot = workers.get(i).slotWithRoomBehind(wish.home());
      if (slot != null && (best == null || slot.leases < best.leases)) {
        best = slot;
      }
    }
    return best;
  }

  /// The least busy worker with a free slot; among equals the one with the slot nearest to `home`,
  /// then the oldest, so that the youngest can idle out.
  @Nullable Worker leastBusy(Object home) {
    Worker best = null;
    long bestBusyness = Long.MAX_VALUE;
    int bestDistance = Integer.MAX_VALUE;
    for (int i = 0; i < workers.size(); i++) {
      Worker worker = workers.get(i);
      if (!worker.hasRoom()) {
        continue;
      }
      long busyness = worker.busyness();
      if (busyness > bestBusyness || (busyness == bestBusyness && bestDistance == 0)) {
        continue;
      }
      int distance = worker.distance(home);
      if (busyness < bestBusyness || distance < bestDistance) {
        best = worker;
        bestBusyness = busyness;
        bestDistance = distance;
      }
    }
    return best;
  }
}
