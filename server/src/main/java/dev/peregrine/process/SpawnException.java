package dev.peregrine.process;

import java.io.Serial;

/// A process could not be started; the message says what was found, what was expected, and the
/// remedy.
public final class SpawnException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String found;
  private final String expected;
  private final String remedy;

  public SpawnException(Reason reason, String found, String expected, String remedy) {
    super(found + " (expected " + expected + "); " + remedy);
    this.reason = reason;
    this.found = found;
    this.expected = expected;
    this.remedy = remedy;
  }

  public Reason reason() {
    return reason;
  }

  public String found() {
    return found;
  }

  public String expected() {
    return expected;
  }

  public String remedy() {
    return remedy;
  }

  /// The exit code a shell gives for this failure: 127 not found, 126 not executable, else 1.
  public int shellCode() {
    return switch (reason) {
      case NOT_FOUND, INTERPRETER_MISSING -> 127;
      case NOT_EXECUTABLE -> 126;
      case WORKING_DIRECTORY,
          CREDENTIALS,
          PROCESS_LIMIT,
          DESCRIPTOR_LIMIT,
          OUT_OF_MEMORY,
          TOO_LARGE,
          CLOSED,
          OTHER ->
          1;
    };
  }

  /// What kind of failure it is.
  public enum Reason {
    NOT_FOUND,
    NOT_EXECUTABLE,
    INTERPRETER_MISSING,
    WORKING_DIRECTORY,
    CREDENTIALS,
    PROCESS_LIMIT,
    DESCRIPTOR_LIMIT,
    OUT_OF_MEMORY,
    TOO_LARGE,
    CLOSED,
    OTHER
  }
}
