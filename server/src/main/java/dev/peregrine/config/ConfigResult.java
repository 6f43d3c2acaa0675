package dev.peregrine.config;

import java.util.List;

/// What became of reading the configuration.
public sealed interface ConfigResult {

  /// Everything was in order.
  ///
  /// @param config the configuration
  /// @param settings each option with its value and where it comes from, in the order of the table
  /// @param warnings what was passed over, one line each
  record Loaded(Config config, List<Setting> settings, List<String> warnings)
      implements ConfigResult {
    public Loaded {
      settings = List.copyOf(settings);
      warnings = List.copyOf(warnings);
    }
  }

  /// There is at least one problem.
  ///
  /// @param problems all of them
  /// @param warnings what was passed over, one line each
  record Rejected(List<Problem> problems, List<String> warnings) implements ConfigResult {
    public Rejected {
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
    }
  }
}
