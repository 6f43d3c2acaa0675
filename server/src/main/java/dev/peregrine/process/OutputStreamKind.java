package dev.peregrine.process;

/// Which of its two output streams a child wrote to.
public enum OutputStreamKind {
  STDOUT,
  STDERR
}
