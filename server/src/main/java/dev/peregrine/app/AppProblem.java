package dev.peregrine.app;

/// A reason why an app cannot be run as things are, with what to do about it.
public final class AppProblem extends Exception {
  private static final long serialVersionUID = 1L;

  private final String found;
  private final String expected;
  private final String remedy;

  /// Makes a problem out of what is there, what should be there, and what the operator can do.
  public AppProblem(String found, String expected, String remedy) {
    super(found + " (expected " + expected + "); " + remedy);
    this.found = found;
    this.expected = expected;
    this.remedy = remedy;
  }

  /// Returns what is there, with its value.
  public String found() {
    return found;
  }

  /// Returns what should be there.
  public String expected() {
    return expected;
  }

  /// Returns what the operator can do.
  public String remedy() {
    return remedy;
  }
}
