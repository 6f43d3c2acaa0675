package dev.peregrine.server;

/// Why the server does not start; the message is for the operator.
final class StartProblem extends Exception {
  private static final long serialVersionUID = 1;

  /// The exit code that says so to scripts.
  final int exitCode;

  StartProblem(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }
}
