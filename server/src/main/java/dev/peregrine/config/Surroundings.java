package dev.peregrine.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What defaults follow from beside other options.
///
/// @param appDirectory the app's directory, absolute
/// @param environment environment variables
/// @param processors number of processors
/// @param isRoot whether this process may do everything
/// @param userName account that runs this process
record Surroundings(
    Path appDirectory,
    Map<String, String> environment,
    int processors,
    boolean isRoot,
    String userName) {

  /// Those of this process.
  static Surroundings of(Path appDirectory, Map<String, String> environment) {
    return new Surroundings(
        appDirectory,
        environment,
        Runtime.getRuntime().availableProcessors(),
        processUid() == 0,
        System.getProperty("user.name", "unknown"));
  }

  private static int processUid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return System.getProperty("user.name", "").equals("root") ? 0 : 1;
    }
  }

  Path temporaryDirectory() {
    String named = environment.getOrDefault("TMPDIR", "");
    return Path.of(named.startsWith("/") ? named : "/tmp");
  }
}
