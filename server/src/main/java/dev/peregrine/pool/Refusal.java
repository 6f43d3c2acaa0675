package dev.peregrine.pool;

import java.time.Duration;

/// Why an applicant gets no slot.
public sealed interface Refusal {
  /// As many applicants as may wait are waiting already.
  record QueueFull(int limit, Duration retryAfter) implements Refusal {}

  /// The applicant waited for the longest time allowed.
  record QueueTimeout(Duration waited) implements Refusal {}

  /// No worker is alive and the last attempt to start one failed.
  record StartFailed(StartFailure failure, Duration retryAfter) implements Refusal {}

  /// The pool is being closed.
  record ShuttingDown() implements Refusal {}
}
