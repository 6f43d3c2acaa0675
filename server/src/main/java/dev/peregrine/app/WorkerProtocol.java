package dev.peregrine.app;

/// How requests are carried to a worker.
public enum WorkerProtocol {
  /// Length-prefixed frames of name/value pairs, one Unix socket a slot; answers in HTTP/1.1.
  GATEWAY,
  /// HTTP/1.1 both ways, over a Unix socket or `$PORT`.
  HTTP
}
