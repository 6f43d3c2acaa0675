package dev.peregrine.exchange;

/// How a worker failed an exchange.
enum WorkerFault {
  /// No connection could be made.
  UNREACHABLE,
  /// The connection was closed before the response was whole.
  CLOSED,
  /// The response broke HTTP.
  MALFORMED
}
