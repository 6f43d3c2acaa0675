package dev.peregrine.cache;

import java.util.concurrent.atomic.LongAdder;

/// One purge that has taken effect: it is about every response that was asked for before it.
public final class Purge {
  final PurgeTarget target;
  final PurgeStrength strength;
  final long generation;
  final long atNanos;
  private final LongAdder responses = new LongAdder();

  Purge(PurgeTarget target, PurgeStrength strength, long generation, long atNanos) {
    this.target = target;
    this.strength = strength;
    this.generation = generation;
    this.atNanos = atNanos;
  }

  /// What it is about.
  public PurgeTarget target() {
    return target;
  }

  /// Number of responses found so far that it is about.
  public long responses() {
    return responses.sum();
  }

  void countResponse() {
    responses.increment();
  }
}
