package dev.peregrine.log;

import java.util.Locale;

/// How much an event matters to the operator.
public enum Level {
  /// Part of normal life.
  INFO,
  /// Served on, but somebody should look.
  WARN,
  /// Something was not done that should have been.
  ERROR;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
