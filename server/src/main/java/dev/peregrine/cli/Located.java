package dev.peregrine.cli;

import java.nio.file.Path;

/// Whether a running server was found for a command.
sealed interface Located {

  /// Its instance directory.
  record At(Path directory) implements Located {}

  /// None; `message` says where it was looked for, and what to do.
  record Nowhere(String message) implements Located {}
}
