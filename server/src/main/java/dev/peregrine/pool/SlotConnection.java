package dev.peregrine.pool;

/// A connection to a worker that its user leaves with the slot between two leases.
public interface SlotConnection {
  /// The place that the connection belongs to, as [Applicant#home]; the same at every call. Like
  /// [#prefetch] it is asked under the pool's lock and only looks.
  Object home();

  /// How many requests the worker may be sent beyond the one that it answers; on any thread.
  int prefetch();

  /// Closes the connection of a slot that nobody holds, because its worker is going or gone; called
  /// on any thread and never under a lock.
  void close();
}
