package dev.peregrine.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The `Procfile` of an app: one process type and its shell command a line.
final class Procfile {
  private static final String WEB = "web:";

  private Procfile() {}

  /// Returns the command of the `web` line; empty if there is no such line or no such file.
  static Optional<String> webCommand(Path root) {
    Path file = root.resolve("Procfile");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(WEB))
          .map(line -> line.substring(WEB.length()).strip())
          .filter(command -> !command.isEmpty())
          .findFirst();
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
