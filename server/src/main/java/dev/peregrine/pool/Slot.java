package dev.peregrine.pool;

import org.jspecify.annotations.Nullable;

/// One place in a worker for one request at a time.
final class Slot {
  final Worker worker;
  final Endpoint endpoint;

  /// Its number among the sockets of its worker.
  final int index;

  /// Owned by the holder of the lease; by the pool's lock while the slot is free.
  @Nullable SlotConnection connection;

  /// The connection's home, kept here so that no foreign code runs under the lock.
  @Nullable Object home;

  Slot(Worker worker, int index) {
    this.worker = worker;
    this.endpoint = worker.offer().endpoints().get(index);
    this.index = index;
  }

  void connect(@Nullable SlotConnection connection) {
    this.connection = connection;
    this.home = connection == null ? null : connection.home();
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
