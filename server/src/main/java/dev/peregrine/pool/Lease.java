package dev.peregrine.pool;

import dev.peregrine.app.WorkerProtocol;
import org.jspecify.annotations.Nullable;

/// The right to send requests to one slot of one worker, until it is given back.
///
/// One holder at a time, on one thread at a time; the pool's lock carries what one holder wrote to
/// the next. Giving back more than once has no effect.
public final class Lease {
  private final Slot slot;
  private boolean isGivenBack; // guarded by the pool's lock
  private boolean hasReached; // owned by the holder

  private final boolean isBehind;

  Lease(Slot slot, boolean isBehind) {
    this.slot = slot;
    this.isBehind = isBehind;
    this.hasReached = !isBehind && slot.connection != null;
  }

  /// Where the worker takes requests.
  public Endpoint endpoint() {
    return slot.endpoint;
  }

  /// The language that the worker speaks there.
  public WorkerProtocol protocol() {
    return slot.worker.protocol();
  }

  /// The worker's process id.
  public int pid() {
    return slot.worker.pid();
  }

  /// The worker's name.
  public String worker() {
    return slot.worker.name;
  }

  /// The connection that the last holder left, which the worker may have closed since.
  public @Nullable SlotConnection connection() {
    return slot.connection;
  }

  /// Leaves a connection for the next holder, or none.
  public void connection(@Nullable SlotConnection connection) {
    hasReached |= connection != null;
    slot.connect(connection);
  }

  /// Whether others hold the slot before this one: its connection may be used, and no other.
  public boolean isBehind() {
    return isBehind;
  }

  /// Gives the slot back without having used it.
  public void unused() {
    slot.worker.pool.giveBack(this, Outcome.UNUSED);
  }

  /// Gives the slot back after a whole exchange.
  public void release() {
    slot.worker.pool.giveBack(this, Outcome.WHOLE);
  }

  /// Gives the slot back after its connection failed or was closed unexpectedly. It is withheld
  /// until the worker says that nothing runs there, or for 50 ms if it was not reached or cannot
  /// tell; for ever if it turns out to be dead. A worker that cannot be reached three times in a
  /// row is replaced.
  public void broken() {
    slot.worker.pool.giveBack(this, Outcome.BROKEN);
  }

  /// Gives the slot back after the app let the longest time pass without a word: the worker is
  /// killed and replaced.
  public void stalled() {
    slot.worker.pool.giveBack(this, Outcome.STALLED);
  }

  /// Whether there was a connection at any time of this lease.
  boolean hasReached() {
    return hasReached;
  }

  Slot slot() {
    return slot;
  }

  boolean markGivenBack() {
    boolean first = !isGivenBack;
    isGivenBack = true;
    return first;
  }

  /// How a lease ended, the worst last.
  enum Outcome {
    UNUSED,
    WHOLE,
    BROKEN,
    STALLED
  }
}
