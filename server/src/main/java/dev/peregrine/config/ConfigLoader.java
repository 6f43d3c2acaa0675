package dev.peregrine.config;

import java.util.List;

/// Makes one configuration out of flags, environment and files, or finds everything wrong with
/// them.
public final class ConfigLoader {
  private ConfigLoader() {}

  /// Reads, checks and assembles.
  public static ConfigResult load(ConfigSources sources) {
    return new ConfigResult.Rejected(List.of(), List.of());
  }
}
