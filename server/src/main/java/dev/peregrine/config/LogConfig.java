package dev.peregrine.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// Where lines go and what they look like.
///
/// @param file file of event lines and of the app's output; empty for standard output
/// @param format form of the event lines
/// @param accessLog form of the access lines
/// @param accessLogFile file of the access lines; empty to write them where the event lines go
/// @param appPrefix whether lines of the app carry the worker's name and process id
/// @param maxFileBytes size at which a log file is begun anew; empty for no limit
public record LogConfig(
    Optional<Path> file,
    EventFormat format,
    AccessFormat accessLog,
    Optional<Path> accessLogFile,
    boolean appPrefix,
    OptionalLong maxFileBytes) {

  /// Form of an event line.
  public enum EventFormat {
    /// `name key=value ...`.
    TEXT,
    /// One JSON object a line.
    JSON
  }

  /// Form of an access line.
  public enum AccessFormat {
    /// No access lines.
    OFF,
    /// Common Log Format.
    COMMON,
    /// Common Log Format with referrer and user agent.
    COMBINED,
    /// One JSON object a line.
    JSON
  }
}
