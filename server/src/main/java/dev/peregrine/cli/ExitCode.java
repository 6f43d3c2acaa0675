package dev.peregrine.cli;

/// The exit codes of all commands.
final class ExitCode {
  /// Done.
  static final int DONE = 0;

  /// Failed.
  static final int FAILED = 1;

  /// The command line is wrong.
  static final int USAGE = 2;

  /// No server runs there (`EX_UNAVAILABLE`).
  static final int NOT_RUNNING = 69;

  /// The configuration is wrong (`EX_CONFIG`).
  static final int BAD_CONFIGURATION = 78;

  private ExitCode() {}
}
