package dev.peregrine.exchange;

import dev.peregrine.pool.Refusal;

/// Why an [OriginRequest] came back without a response of the app; the log has been told.
sealed interface Failure {
  /// The pool gave no slot.
  record Refused(Refusal refusal) implements Failure {}

  /// The app raised an exception, which its loader reports.
  ///
  /// @param report as it came from the loader
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Raised(byte[] report) implements Failure {}

  /// The worker died, lied or was silent.
  ///
  /// @param status 502 or 504
  record Faulted(int status) implements Failure {}
}
