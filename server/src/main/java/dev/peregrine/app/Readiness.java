package dev.peregrine.app;

/// How it becomes known that a started worker takes requests.
public enum Readiness {
  /// Its loader says so on the control connection, and names its sockets.
  REPORTED,
  /// It says nothing: the pool gives it a free port in `PORT` and a socket path in `SOCKET`, and
  /// tries both until one of them accepts.
  PROBED
}
