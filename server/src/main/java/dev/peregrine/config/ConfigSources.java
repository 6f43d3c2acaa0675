package dev.peregrine.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What a configuration is made from.
///
/// @param appDirectory the app's directory, absolute
/// @param workingDirectory what relative paths of flags and variables start from
/// @param flags flags in the order of the command line
/// @param environment environment variables
public record ConfigSources(
    Path appDirectory,
    Path workingDirectory,
    List<FlagValue> flags,
    Map<String, String> environment) {
  public ConfigSources {
    flags = List.copyOf(flags);
    environment = Map.copyOf(environment);
  }

  /// One flag.
  ///
  /// @param flag the flag as written, such as `-p`
  /// @param value its value; `true` or `false` for a switch
  public record FlagValue(String flag, String value) {}
}
