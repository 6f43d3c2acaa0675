package dev.peregrine.cli;

import dev.peregrine.config.ConfigResult;
import dev.peregrine.config.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What a command sees of the world: where it prints, the environment, the working directory.
///
/// @param out for what was asked for
/// @param err for everything else
/// @param environment environment variables
/// @param hasColours whether colours are understood
/// @param workingDirectory absolute; the way that the shell went, symbolic links included
record Console(
    PrintStream out,
    PrintStream err,
    boolean hasColours,
    Map<String, String> environment,
    Path workingDirectory) {

  /// Set by the launcher, which sees what output is connected to.
  private static final String COLOURS = "peregrine.colours";

  /// That of this process.
  static Console ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Console(
        System.out,
        System.err,
        Boolean.getBoolean(COLOURS),
        environment,
        shellDirectory(environment));
  }

  /// The directory as the shell names it: a deployment's `current` stays `current`.
  private static Path shellDirectory(Map<String, String> environment) {
    Path real = Path.of("").toAbsolutePath();
    String named = environment.getOrDefault("PWD", "");
    try {
      if (named.startsWith("/") && Files.isSameFile(Path.of(named), real)) {
        return Path.of(named).normalize();
      }
    } catch (IOException _) {
      return real;
    }
    return real;
  }

  /// Says why the command did not do what it should.
  void complain(String message) {
    err.println("peregrine: " + message);
  }

  /// Prints what was passed over.
  void warn(List<String> warnings) {
    for (String warning : warnings) {
      err.println("peregrine: warning: " + warning);
    }
  }

  /// Prints everything that is wrong with the configuration.
  int reject(ConfigResult.Rejected rejected) {
    warn(rejected.warnings());
    int count = rejected.problems().size();
    complain(
        count == 1
            ? "the configuration has a problem:"
            : "the configuration has " + count + " problems:");
    for (Problem problem : rejected.problems()) {
      err.println("  " + problem.describe());
    }
    return ExitCode.BAD_CONFIGURATION;
  }
}
