package dev.peregrine.pool;

import dev.peregrine.app.WorkerProtocol;
import org.jspecify.annotations.Nullable;

/// One place in a worker for one request at a time.
final class Slot {
  final Worker worker;
  final Endpoint endpoint;

  /// Its number among the sockets of its worker.
  final int index;

  /// Owned by the holder of the lease; by the pool's lock while the slot is free.
  @Nullable SlotConnection connection;

  /// The connection's home.
  @Nullable Object home;

  /// Leases held; more than one only where requests are sent ahead. By the pool's lock.
  int leases;

  /// How the leases of the present use have ended so far, at worst. By the pool's lock.
  Lease.Outcome outcome = Lease.Outcome.UNUSED;

  /// Whether one of these leases had a connection. By the pool's lock.
  boolean isReached;

  /// Where requests may be sent behind the present one. By the pool's lock.
  private @Nullable SlotConnection line;

  Slot(Worker worker, int index) {
    this.worker = worker;
    this.endpoint = worker.offer().endpoints().get(index);
    this.index = index;
  }

  void connect(@Nullable SlotConnection connection) {
    this.connection = connection;
    this.home = connection == null ? null : connection.home();
  }

  /// Notes the first holder of a use; others may come behind it if both are at the connection's
  /// home.
  @SuppressWarnings("ReferenceEquality") // a home is one thing, not a value
  void begin(Wish wish) {
    leases = 1;
    outcome = Lease.Outcome.UNUSED;
    isReached = false;
    boolean isLine = wish.isPrefetchable() && worker.protocol() == WorkerProtocol.GATEWAY;
    line = isLine && home == wish.home() ? connection : null;
  }

  /// Takes note of how one of the leases ended.
  void end(Lease lease, Lease.Outcome how) {
    leases--;
    isReached |= lease.hasReached();
    if (how.compareTo(outcome) > 0) {
      outcome = how;
    }
    if (how != Lease.Outcome.WHOLE) {
      line = null;
    }
  }

  /// Whether somebody at `home` may come behind those who hold the slot.
  @SuppressWarnings("ReferenceEquality") // a home is one thing, not a value
  boolean hasRoomBehind(Object home) {
    SlotConnection open = line;
    return open != null && open.home() == home && leases <= open.prefetch();
  }

  /// How little somebody at `home` wants this slot: 0 for a connection of its own, 1 for none, 2
  /// for somebody else's.
  @SuppressWarnings("ReferenceEquality") // a home is one thing, not a value
  int distance(Object home) {
    if (this.home == null) {
      return 1;
    }
    return this.home == home ? 0 : 2;
  }
}
