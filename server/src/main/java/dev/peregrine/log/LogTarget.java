package dev.peregrine.log;

import java.nio.file.Path;
import java.util.OptionalLong;

/// Where lines go.
public sealed interface LogTarget {
  /// The standard output of the server.
  record Stdout() implements LogTarget {}

  /// The standard error of the server.
  record Stderr() implements LogTarget {}

  /// A file, appended to, never reached through a symbolic link.
  ///
  /// @param path the file; made with mode 0640 when missing
  /// @param maxBytes size at which it is renamed to `NAME.1` and begun anew; empty for no limit
  record File(Path path, OptionalLong maxBytes) implements LogTarget {
    /// A file that may grow without limit.
    public File(Path path) {
      this(path, OptionalLong.empty());
    }
  }
}
