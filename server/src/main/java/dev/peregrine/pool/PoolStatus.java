package dev.peregrine.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The pool at one moment.
///
/// @param health what a request may expect
/// @param workers all processes, oldest first, those that are starting or going included
/// @param busy leases held, those of requests sent ahead included
/// @param slots slots of the ready workers, 0 if one of them has no bound
/// @param queued applicants waiting
/// @param queueLimit applicants that may wait
/// @param oldestWait how long the first applicant in the queue has waited
/// @param lastFailure the last start that failed, until one succeeds
/// @param isRestarting whether a rolling restart is under way
/// @param counters sums since the start
public record PoolStatus(
    Health health,
    List<WorkerStatus> workers,
    int busy,
    int slots,
    int queued,
    int queueLimit,
    Optional<Duration> oldestWait,
    Optional<StartFailure> lastFailure,
    boolean isRestarting,
    Counters counters) {
  public PoolStatus {
    workers = List.copyOf(workers);
  }

  /// What a request may expect.
  public enum Health {
    /// No worker is ready yet; requests wait.
    STARTING,
    /// At least one worker is ready.
    SERVING,
    /// No worker is needed, so none runs.
    IDLE,
    /// No worker is ready and starts fail; requests are refused.
    FAILING,
    /// The pool is being closed.
    CLOSING
  }

  /// One process.
  ///
  /// @param state `starting`, `ready`, `draining` or `stopping`
  /// @param pid process id, once known
  /// @param generation number of the restart it belongs to, from 0
  /// @param concurrency requests at once; empty: no bound
  /// @param runtime such as `ruby 3.1.2`; empty until ready
  /// @param framework such as `rack 2.2.22`; may be empty
  /// @param served leases given back
  public record WorkerStatus(
      String name,
      OptionalInt pid,
      String state,
      int generation,
      OptionalInt concurrency,
      int busy,
      long served,
      long residentBytes,
      Instant startedAt,
      Duration idle,
      String runtime,
      String framework) {}

  /// Sums since the start.
  public record Counters(
      long leases,
      long waited,
      long withdrawn,
      long refusedFull,
      long refusedTimeout,
      long refusedFailed,
      long starts,
      long startFailures,
      long exits,
      long restarts) {}
}
