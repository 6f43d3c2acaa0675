package dev.peregrine.pool;

import org.jspecify.annotations.Nullable;

/// Somebody who asked the pool for a slot of a worker.
///
/// Exactly one of [#leased] and [#refused] is called, once, on any thread, possibly before the call
/// of [Pool#checkout] returns, and never under a lock of the pool; neither is called once
/// [Pool#withdraw] has answered `true`. The applicant hops to its own thread by itself.
public abstract class Applicant {
  /// Where it waits. By the pool's lock.
  WaitingLine.@Nullable Place place;

  /// The place, such as an event loop, whose slots the applicant would rather have.
  public abstract Object home();

  /// Whether a worker may be sent the request while it answers another one: it is safe (RFC 9110
  /// §9.2.1), has no content and asks for no upgrade.
  public abstract boolean isPrefetchable();

  /// Hands over a slot, which the applicant has to give back.
  public abstract void leased(Lease lease);

  /// Says that no slot is to be had.
  public abstract void refused(Refusal refusal);
}
