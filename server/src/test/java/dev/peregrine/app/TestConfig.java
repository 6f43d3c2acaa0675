package dev.peregrine.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The configuration of an app under test, of which a test changes what it is about.
record TestConfig(
    Path root,
    Optional<AppType> type,
    Optional<String> startupFile,
    Optional<String> startCommand,
    Optional<String> interpreter,
    List<String> passEnvironment,
    Map<String, String> variables,
    int threads,
    boolean streamsContent) {
  static TestConfig of(Path root) {
    return new TestConfig(
        root,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of("*"),
        Map.of(),
        1,
        false);
  }

  TestConfig type(AppType value) {
    return new TestConfig(
        root,
        Optional.of(value),
        startupFile,
        startCommand,
        interpreter,
        passEnvironment,
        variables,
        threads,
        streamsContent);
  }

  TestConfig startupFile(String value) {
    return new TestConfig(
        root,
        type,
        Optional.of(value),
        startCommand,
        interpreter,
        passEnvironment,
        variables,
        threads,
        streamsContent);
  }

  TestConfig startCommand(String value) {
    return new TestConfig(
        root,
        type,
        startupFile,
        Optional.of(value),
        interpreter,
        passEnvironment,
        variables,
        threads,
        streamsContent);
  }

  TestConfig interpreter(String value) {
    return new TestConfig(
        root,
        type,
        startupFile,
        startCommand,
        Optional.of(value),
        passEnvironment,
        variables,
        threads,
        streamsContent);
  }

  TestConfig passEnvironment(String... names) {
    return new TestConfig(
        root,
        type,
        startupFile,
        startCommand,
        interpreter,
        List.of(names),
        variables,
        threads,
        streamsContent);
  }

  TestConfig variables(Map<String, String> value) {
    return new TestConfig(
        root,
        type,
        startupFile,
        startCommand,
        interpreter,
        passEnvironment,
        value,
        threads,
        streamsContent);
  }

  TestConfig threads(int value) {
    return new TestConfig(
        root,
        type,
        startupFile,
        startCommand,
        interpreter,
        passEnvironment,
        variables,
        value,
        streamsContent);
  }

  TestConfig streamsContent(boolean value) {
    return new TestConfig(
        root,
        type,
        startupFile,
        startCommand,
        interpreter,
        passEnvironment,
        variables,
        threads,
        value);
  }

  AppConfig build() {
    return new AppConfig(
        root,
        type,
        startupFile,
        startCommand,
        interpreter,
        interpreter,
        interpreter,
        "production",
        passEnvironment,
        variables,
        Optional.empty(),
        threads,
        streamsContent,
        root.resolve("tmp"));
  }
}
