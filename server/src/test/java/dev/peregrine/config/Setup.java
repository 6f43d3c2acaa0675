package dev.peregrine.config;

import dev.peregrine.config.ConfigSources.FlagValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A configuration being put together for a test, with the app's directory as working directory.
final class Setup {
  private final Path directory;
  private final List<FlagValue> flags = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();

  Setup(Path directory) {
    this.directory = directory;
  }

  Setup flag(String flag, String value) {
    flags.add(new FlagValue(flag, value));
    return this;
  }

  Setup variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Setup yaml(String text) {
    return file("peregrine.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  Setup passenger(String text) {
    return file("Passengerfile.json", text.getBytes(StandardCharsets.UTF_8));
  }

  Setup file(String name, byte[] bytes) {
    try {
      Files.write(directory.resolve(name), bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ConfigResult load() {
    return ConfigLoader.load(new ConfigSources(directory, directory, flags, environment));
  }

  ConfigResult.Loaded loaded() {
    return switch (load()) {
      case ConfigResult.Loaded loaded -> loaded;
      case ConfigResult.Rejected(List<Problem> problems, _) ->
          throw new AssertionError(problems.toString());
    };
  }

  Config config() {
    return loaded().config();
  }

  /// The problems, a line each.
  List<String> problems() {
    return switch (load()) {
      case ConfigResult.Loaded _ -> List.of();
      case ConfigResult.Rejected(List<Problem> problems, _) ->
          problems.stream().map(Problem::describe).toList();
    };
  }

  List<String> warnings() {
    return switch (load()) {
      case ConfigResult.Loaded loaded -> loaded.warnings();
      case ConfigResult.Rejected rejected -> rejected.warnings();
    };
  }

  String origin(String option) {
    return setting(option).origin().describe();
  }

  String value(String option) {
    return setting(option).value();
  }

  private Setting setting(String option) {
    return loaded().settings().stream()
        .filter(setting -> setting.option().equals(option))
        .findFirst()
        .orElseThrow();
  }
}
