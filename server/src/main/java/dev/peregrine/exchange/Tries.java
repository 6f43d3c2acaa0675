package dev.peregrine.exchange;

import dev.peregrine.http.Method;

/// How often one request went to a worker, and whether it may go again.
///
/// The retry rule: the method is idempotent (RFC 9110 §9.2.2) or no byte of the request was
/// written; at most twice. A connection that failed before it took a byte does not count as a try.
final class Tries {
  private static final int MAX_REPEATS = 2;
  private static final int MAX_CONNECT_FAILURES = 10;

  private final Method method;
  private int repeats;
  private int connectFailures;

  Tries(Method method) {
    this.method = method;
  }

  /// Counts a connection that failed; whether to look for another.
  boolean mayReconnect() {
    return ++connectFailures < MAX_CONNECT_FAILURES;
  }

  boolean mayRepeat(boolean wasWritten) {
    return repeats < MAX_REPEATS && (method.isIdempotent() || !wasWritten);
  }

  /// Counts a repetition; returns its number, from 1.
  int repeat() {
    return ++repeats;
  }
}
