package dev.peregrine.pool;

import dev.peregrine.app.WorkerProtocol;
import dev.peregrine.pool.WorkerSource.ReadyWorker;
import dev.peregrine.pool.WorkerSource.WorkerExit;
import dev.peregrine.pool.WorkerSource.WorkerHandle;
import dev.peregrine.pool.WorkerSource.WorkerListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// One process that answers requests, as the pool knows it.
///
/// ```
///            ready            drain                 no lease is left
/// STARTING ─────────► READY ─────────► DRAINING ─────────────────────► STOPPING
///    │  failed          │ lost, killed    │ lost, killed, out of time     │ exited
///    │                  └─────────────────┴──────────► STOPPING           ▼
///    └──────────────────────────────────────────────────────────────►   GONE
///       exited leads from every state to GONE; a start given up is STOPPING until it is reaped
/// ```
///
/// Only a READY worker gives slots away. Everything but the finals is guarded by the pool's lock;
/// what [ReadyWorker] brought does not change once there was a lease.
final class Worker implements WorkerListener {
  private static final int SCANNED_SLOTS = 16;
  private static final long FULL = 1 << 20;

  final Pool pool;
  final String name;
  final int generation;
  final long startedAt;
  final Instant startedOn;

  State state = State.STARTING;
  @Nullable WorkerHandle handle;
  private @Nullable ReadyWorker offer;

  /// Slots that nobody holds, the last used at the end.
  private final List<Slot> free = new ArrayList<>();

  /// Slots that somebody holds.
  private final List<Slot> held = new ArrayList<>();

  /// Slots that nobody holds, but in which a request whose connection is gone may still run.
  private final Map<Integer, Slot> occupied = new HashMap<>();

  /// Requests at once; `Integer.MAX_VALUE` for no bound.
  int concurrency;

  /// Leases held, also when the worker is going; more than slots where requests are sent ahead.
  int leases;

  /// Leases given in its life, and how many of them came back whole.
  long given;

  long served;
  long readyAt;
  long lastUsed;

  /// Leases that got no connection since the last one that got one.
  int unreachedInARow;

  /// Whether it serves only until another one is ready in its place.
  boolean isExpiring;

  /// Whether it takes no request because it is stopped by a signal.
  boolean isWithheld;

  /// Whether it has served a request or stayed alive for a while.
  boolean isProven;

  /// Whether it goes of its own accord.
  boolean isLost;

  /// Whether the pool had it killed.
  boolean isKilled;

  final Pulse pulse = new Pulse();

  Worker(Pool pool, String name, int generation, long startedAt, Instant startedOn) {
    this.pool = pool;
    this.name = name;
    this.generation = generation;
    this.startedAt = startedAt;
    this.startedOn = startedOn;
  }

  /// Takes what the process offers; `wanted` overrides how many requests it gets at once.
  void becomeReady(ReadyWorker offer, OptionalInt wanted, long now) {
    this.offer = offer;
    state = State.READY;
    readyAt = now;
    lastUsed = now;
    pulse.heard(now);
    boolean hasSocketPerSlot = offer.protocol() == WorkerProtocol.GATEWAY;
    int slots = hasSocketPerSlot ? offer.endpoints().size() : offer.concurrency().orElse(0);
    if (wanted.isPresent()) {
      int most = hasSocketPerSlot ? slots : Integer.MAX_VALUE;
      slots = wanted.getAsInt() == 0 ? most : Math.min(most, wanted.getAsInt());
    }
    concurrency = slots == 0 ? Integer.MAX_VALUE : slots;
    if (isBounded()) {
      for (int i = slots - 1; i >= 0; i--) {
        free.add(new Slot(this, hasSocketPerSlot ? i : 0));
      }
    }
  }

  /// Takes note of an offer that comes too late.
  void acknowledge(ReadyWorker offer) {
    this.offer = offer;
  }

  boolean isBounded() {
    return concurrency != Integer.MAX_VALUE;
  }

  /// Slots in use.
  int busy() {
    return isBounded() ? held.size() : leases;
  }

  boolean hasRoom() {
    return state == State.READY && !isWithheld && (!free.isEmpty() || !isBounded());
  }

  /// How busy the worker is, as a part of [#FULL]; one without bound is least busy.
  long busyness() {
    long part = isBounded() ? leases * FULL / concurrency : leases;
    return pulse.isOverdue() ? part + 2 * FULL : part;
  }

  /// How near its nearest free slot is to a home.
  int distance(Object home) {
    int best = isBounded() ? 2 : 1;
    int last = Math.max(0, free.size() - SCANNED_SLOTS);
    for (int i = free.size() - 1; i >= last && best > 0; i--) {
      best = Math.min(best, free.get(i).distance(home));
    }
    return best;
  }

  /// Gives away the nearest free slot.
  Lease take(Wish wish) {
    leases++;
    given++;
    int best = -1;
    int bestDistance = isBounded() ? 3 : 2;
    int last = Math.max(0, free.size() - SCANNED_SLOTS);
    for (int i = free.size() - 1; i >= last && bestDistance > 0; i--) {
      int distance = free.get(i).distance(wish.home());
      if (distance < bestDistance) {
        bestDistance = distance;
        best = i;
      }
    }
    Slot slot = best >= 0 ? free.remove(best) : new Slot(this, 0);
    slot.begin(wish);
    if (isBounded()) {
      held.add(slot);
    }
    return new Lease(slot, false);
  }

  /// The held slot with the shortest line that has room for somebody at `home`.
  @Nullable Slot slotWithRoomBehind(Object home) {
    if (state != State.READY || isWithheld || pulse.isOverdue()) {
      return null;
    }
    Slot best = null;
    for (int i = 0; i < held.size(); i++) {
      Slot slot = held.get(i);
      if ((best == null || slot.leases < best.leases) && slot.hasRoomBehind(home)) {
        best = slot;
      }
    }
    return best;
  }

  /// Gives away a place behind the holders of a slot.
  Lease takeBehind(Slot slot) {
    leases++;
    given++;
    slot.leases++;
    return new Lease(slot, true);
  }

  /// Takes note that nobody holds a slot any more.
  void letGo(Slot slot) {
    held.remove(slot);
  }

  void putBack(Slot slot) {
    free.add(slot);
  }

  /// Whether the app may not have noticed that the slot's last exchange is over: its loader serves
  /// one connection of a slot after the other.
  boolean mayOccupy(Slot slot) {
    return offer().protocol() == WorkerProtocol.GATEWAY
        && offer().isControlled()
        && slot.isReached
        && slot.connection == null;
  }

  void occupy(Slot slot) {
    occupied.put(slot.index, slot);
  }

  /// Takes back a slot in which nothing runs any more; whether that was awaited.
  boolean vacate(int index) {
    Slot slot = occupied.remove(index);
    if (slot == null || state != State.READY) {
      return false;
    }
    putBack(slot);
    return true;
  }

  /// Takes the connections of the free slots, which nobody will use any more.
  List<SlotConnection> abandonFree() {
    List<SlotConnection> connections = new ArrayList<>();
    for (Slot slot : free) {
      if (slot.connection != null) {
        connections.add(slot.connection);
      }
    }
    free.clear();
    return connections;
  }

  ReadyWorker offer() {
    if (offer == null) {
      throw new IllegalStateException("worker " + name + " was never ready");
    }
    return offer;
  }

  boolean wasReady() {
    return offer != null;
  }

  WorkerProtocol protocol() {
    return offer().protocol();
  }

  int pid() {
    return offer().pid();
  }

  @Override
  public void ready(ReadyWorker worker) {
    pool.exclusively(supervisor -> supervisor.ready(this, worker));
  }

  @Override
  public void failed(StartFailure failure) {
    pool.exclusively(supervisor -> supervisor.failed(this, failure));
  }

  @Override
  public void exited(WorkerExit exit) {
    pool.exclusively(supervisor -> supervisor.exited(this, exit));
  }

  @Override
  public void disconnected() {
    pool.exclusively(supervisor -> supervisor.lost(this, "control connection closed"));
  }

  @Override
  public void slotFree(int index) {
    pool.exclusively(supervisor -> supervisor.slotFree(this, index));
  }

  @Override
  public void pong(long id) {
    pool.exclusively(supervisor -> supervisor.pong(this, id));
  }

  /// Where a worker is in its life.
  enum State {
    STARTING,
    READY,
    DRAINING,
    STOPPING,
    GONE
  }
}
