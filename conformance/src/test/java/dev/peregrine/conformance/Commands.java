package dev.peregrine.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Short commands run to their end.
final class Commands {
  private Commands() {}

  /// How a command ended and what it said.
  record Outcome(int code, String output, String errors) {
    String both() {
      return output + errors;
    }
  }

  static Outcome run(String... command) {
    return run(List.of(command), Map.of(), Path.of("/"));
  }

  /// Runs a command with variables added to the environment; an empty value removes the variable.
  static Outcome run(List<String> command, Map<String, String> variables, Path directory) {
    try {
      Path output = Files.createTempFile("conform", ".out");
      Path errors = Files.createTempFile("conform", ".err");
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
      builder.redirectInput(Path.of("/dev/null").toFile());
      change(builder.environment(), variables);
      Process process = builder.start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after 60 s: " + command);
      }
      Outcome outcome = new Outcome(process.exitValue(), text(output), text(errors));
      Files.delete(output);
      Files.delete(errors);
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static void change(Map<String, String> environment, Map<String, String> variables) {
    variables.forEach((name, value) -> {
      if (value.isEmpty()) {
        environment.remove(name);
      } else {
        environment.put(name, value);
      }
    });
  }

  static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
