package dev.peregrine.pool;

import java.time.Duration;
import java.util.Optional;

/// One named step on a worker's way from nothing to ready.
///
/// @param name `prepare`, `spawn`, `boot_loader`, `load_app`, `listen` or `ready`
/// @param took how long it took; empty while it has not ended
public record JourneyStep(String name, State state, Optional<Duration> took) {
  /// How far a step has come.
  public enum State {
    /// The step was not reached.
    NOT_STARTED,
    /// The step has begun and not ended.
    IN_PROGRESS,
    /// The step succeeded.
    DONE,
    /// The step failed, or the worker ended in it.
    FAILED
  }
}
