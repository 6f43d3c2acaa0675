package dev.peregrine.cli;

import dev.peregrine.config.Config;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Runs the program inside the test, with an empty environment but for what the test adds.
final class RecordedConsole {
  /// The exit code of a server that did nothing.
  static final int SERVED = 42;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private final Path directory;
  private @Nullable Config served;
  private int code = -1;

  RecordedConsole(Path directory) {
    this.directory = directory;
    environment.put("TMPDIR", "/tmp");
  }

  RecordedConsole variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  RecordedConsole run(String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            environment,
            directory);
    Serving serving =
        loaded -> {
          served = loaded.config();
          return SERVED;
        };
    code = new Main(console, serving).run(arguments);
    return this;
  }

  int code() {
    return code;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  Config served() {
    return Objects.requireNonNull(served);
  }
}
