package dev.peregrine.cli;

import dev.peregrine.config.ConfigResult;

/// Runs the server in this process until it ends.
@FunctionalInterface
public interface Serving {

  /// Serves; returns the exit code.
  int serve(ConfigResult.Loaded loaded) throws InterruptedException;
}
