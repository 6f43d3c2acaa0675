package dev.peregrine.app;

/// What kind of app a directory holds.
public enum AppType {
  /// A Rack app in Ruby.
  RUBY,
  /// A WSGI app in Python.
  PYTHON,
  /// An app on Node.js.
  NODE,
  /// Any command that speaks HTTP on `$PORT` or `$SOCKET`.
  GENERIC
}
