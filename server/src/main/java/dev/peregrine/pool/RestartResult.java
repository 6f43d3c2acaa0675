package dev.peregrine.pool;

import java.time.Duration;

/// How a restart of all workers ended.
public sealed interface RestartResult {
  /// Every worker runs the new version.
  record Restarted(int workers, Duration took) implements RestartResult {}

  /// A worker of the new version did not start.
  ///
  /// @param replaced workers replaced before that
  /// @param oldKept old workers that go on serving
  record Failed(StartFailure failure, int replaced, int oldKept) implements RestartResult {}

  /// The pool was closed meanwhile.
  record Closed() implements RestartResult {}
}
