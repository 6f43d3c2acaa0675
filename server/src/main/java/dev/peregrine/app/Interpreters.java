package dev.peregrine.app;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The programs that an app can be run with, as one environment and one app's directory show them.
final class Interpreters {
  private final Map<String, String> environment;
  private final Path root;

  Interpreters(Map<String, String> environment, Path root) {
    this.environment = environment;
    this.root = root;
  }

  /// Finds a program that the operator named: by its path, or by its name in `PATH`.
  Optional<Path> named(String program) {
    if (program.indexOf('/') >= 0) {
      Path path = root.resolve(program);
      return isProgram(path) ? Optional.of(path) : Optional.empty();
    }
    return inPath(List.of(program));
  }

  /// Finds the first of some names in the directories of `PATH`, the earlier name winning.
  Optional<Path> inPath(List<String> names) {
    for (String name : names) {
      for (Path directory : path()) {
        Path program = directory.resolve(name);
        if (isProgram(program)) {
          return Optional.of(program);
        }
      }
    }
    return Optional.empty();
  }

  /// Finds the virtual environment of a Python app: the activated one, else `venv` or `.venv`.
  Optional<Path> virtualEnvironment() {
    List<Path> candidates = new ArrayList<>();
    String activated = environment.getOrDefault("VIRTUAL_ENV", "");
    if (!activated.isEmpty()) {
      candidates.add(root.resolve(activated));
    }
    candidates.add(root.resolve("venv"));
    candidates.add(root.resolve(".venv"));
    return candidates.stream()
        .filter(directory -> isProgram(directory.resolve("bin/python")))
        .findFirst();
  }

  /// Returns the directories of `PATH`, or the usual ones if it is not set.
  Set<Path> path() {
    String path = environment.getOrDefault("PATH", "");
    String searched = path.isEmpty() ? "/usr/local/bin:/usr/bin:/bin" : path;
    Set<Path> directories = new LinkedHashSet<>();
    for (String directory : searched.split(File.pathSeparator, -1)) {
      if (directory.startsWith("/")) {
        directories.add(Path.of(directory));
      }
    }
    return directories;
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
