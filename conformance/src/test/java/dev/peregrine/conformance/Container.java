package dev.peregrine.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program as process 1 of namespaces of its own, on a throw-away copy of the root file system:
/// what a container engine makes, without one. Everything in it is gone when it ends.
///
/// [#DIRECTORY] is inside what [#directory] is outside.
final class Container implements AutoCloseable {
  static final Path PRODUCT = Path.of(System.getProperty("peregrine.executable"));
  static final String DIRECTORY = "/shared";

  /// For [Plan#setup]: only 400 process ids, where the kernel counts them for each namespace.
  static final String FEW_PROCESS_IDS =
      "[ \"$(printf '6.14\\n%s\\n' \"$(uname -r)\" | sort -V | head -n 1)\" != 6.14 ]"
          + " || echo 400 >/proc/sys/kernel/pid_max";

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String SCRIPT =
      """
      set -e
      d=$SHARED/.root
      mkdir "$d"
      mount -t tmpfs none "$d"
      mkdir "$d/upper" "$d/work" "$d/root"
      mount -t overlay none -o "lowerdir=/,upperdir=$d/upper,workdir=$d/work" "$d/root"
      cd "$d/root"
      mkdir -p ./shared ".$PRODUCT_HOME"
      mount --bind "$SHARED" ./shared
      mount --bind "$PRODUCT_HOME" ".$PRODUCT_HOME"
      mount -t proc proc ./proc
      mount --rbind /dev ./dev
      mount --rbind /sys ./sys
      exec chroot . /bin/sh -c '
        set -e
        cd /
        . /shared/setup
        : >/shared/started
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \\
          sh /shared/exec'
      """;

  /// Runs the rest of its arguments at a pseudo-terminal, and types.
  private static final String TERMINAL =
      """
      import os, pty, sys
      steps = open(sys.argv[1]).read().split("\\n")
      child, terminal = pty.fork()
      if child == 0:
          os.execvp(sys.argv[2], sys.argv[2:])
      seen = b""
      while True:
          try:
              data = os.read(terminal, 4096)
          except OSError:
              break
          if not data:
              break
          os.write(1, data)
          seen += data
          while len(steps) > 1 and steps[0].encode() in seen:
              seen = seen.split(steps[0].encode(), 1)[1]
              os.write(terminal, steps[1].encode().decode("unicode_escape").encode())
              steps = steps[2:]
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
      """;

  private final Process process;
  private final Path directory;
  private final Duration limit;
  private final long startNanos = System.nanoTime();

  private Container(Process process, Path directory, Duration limit) {
    this.process = process;
    this.directory = directory;
    this.limit = limit;
  }

  /// A container that runs a command; the words go through a shell.
  static Plan of(String command) {
    return new Plan(command);
  }

  /// What to run, and in what surroundings.
  static final class Plan {
    private final String command;
    private final List<String> setup = new ArrayList<>();
    private final Map<String, String> files = new HashMap<>();
    private String wrapper = "";
    private String before = "";
    private Duration limit = LIMIT;

    private Plan(String command) {
      this.command = command;
    }

    /// Shell commands that run inside, as root, before process 1 begins.
    Plan setup(String commands) {
      setup.add(commands);
      return this;
    }

    /// An executable file.
    Plan program(String path, String content) {
      String name = "file" + files.size();
      files.put(name, content);
      return setup(
          "mkdir -p \"$(dirname '%1$s')\"; cp /shared/%2$s '%1$s'; chmod 755 '%1$s'"
              .formatted(path, name));
    }

    /// Shell words in front of the command, such as `VARIABLE=value`.
    Plan before(String words) {
      before = words + " ";
      return this;
    }

    /// Gives it a terminal, at which somebody waits for texts and types: `text → keys` in turn.
    Plan terminal(String... textsAndKeys) {
      files.put("terminal", TERMINAL);
      files.put("steps", String.join("\n", textsAndKeys));
      wrapper = "python3 \"$SHARED/terminal\" \"$SHARED/steps\" ";
      return this;
    }

    /// How long it may take to its end.
    Plan limit(Duration most) {
      limit = most;
      return this;
    }

    Container start() {
      try {
        Path directory = Apps.deletedAtTheEnd(Files.createTempDirectory("conform-init"));
        for (Map.Entry<String, String> file : files.entrySet()) {
          Files.writeString(directory.resolve(file.getKey()), file.getValue());
        }
        Files.writeString(directory.resolve("setup"), String.join("\n", setup) + "\n");
        boolean isExec = before.contains("exec ") && !before.endsWith("; ");
        String exec = isExec ? before : before + "exec ";
        Files.writeString(directory.resolve("exec"), exec + command + "\n");
        Files.writeString(directory.resolve("script"), SCRIPT);
        return new Container(launch(directory), directory, limit);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Process launch(Path directory) throws IOException {
      List<String> words = new ArrayList<>();
      words.addAll(List.of("sh", "-c"));
      words.add(
          "exec %sunshare --mount --pid --fork --uts --ipc --kill-child sh '%s/script'"
              .formatted(wrapper, directory));
      ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
      builder.environment().put("SHARED", directory.toString());
      builder.environment().put("PRODUCT_HOME", PRODUCT.getParent().getParent().toString());
      builder.redirectInput(Path.of("/dev/null").toFile());
      builder.redirectOutput(directory.resolve("output").toFile());
      builder.redirectError(directory.resolve("errors").toFile());
      return builder.start();
    }

    /// Runs it to its end.
    Ended run() {
      try (Container container = start()) {
        return container.await();
      }
    }
  }

  /// How a container ended.
  ///
  /// @param code exit code of process 1
  /// @param output what was written to standard output
  /// @param errors what was written to standard error
  record Ended(int code, String output, String errors) {
    String both() {
      return output + errors;
    }
  }

  Path directory() {
    return directory;
  }

  /// Process 1, as seen from outside, once the program under test is about to run.
  long pid() {
    Await.until(
        "process 1 runs; it said: " + errors(),
        LIMIT,
        () -> {
          if (!process.isAlive() && !Files.exists(directory.resolve("started"))) {
            throw new AssertionError("no namespaces (the tests of init run as root): " + errors());
          }
          return Files.exists(directory.resolve("started"));
        });
    return Procs.children(process.pid()).stream()
        .findFirst()
        .orElseThrow(() -> new AssertionError("no process 1; it said: " + errors()));
  }

  /// Sends signals to process 1, by name or number, in this order.
  void signal(String... signals) {
    long pid = pid();
    StringBuilder script = new StringBuilder();
    for (String signal : signals) {
      script.append("kill -").append(signal).append(' ').append(pid).append(';');
    }
    Commands.run("bash", "-c", script.toString());
  }

  String output() {
    return text("output");
  }

  String errors() {
    return text("errors");
  }

  /// A file of the shared directory, empty if there is none.
  String text(String name) {
    Path file = directory.resolve(name);
    return Files.exists(file) ? new String(bytes(file), StandardCharsets.UTF_8) : "";
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until standard output holds a text.
  void awaitOutput(String text) {
    Await.until(
        "output has " + text + "; it is " + output() + " and " + errors(),
        LIMIT,
        () -> output().contains(text) || failIfEnded(text));
  }

  private boolean failIfEnded(String text) {
    if (!process.isAlive() && !output().contains(text)) {
      throw new AssertionError(
          "ended with "
              + process.exitValue()
              + " without "
              + text
              + "; output: "
              + output()
              + " errors: "
              + errors());
    }
    return false;
  }

  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /// Waits for the end.
  Ended await() {
    try {
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still runs; output: " + output() + " errors: " + errors());
      }
      if (!Files.exists(directory.resolve("started"))) {
        throw new AssertionError("no namespaces (the tests of init run as root): " + errors());
      }
      return new Ended(process.exitValue(), output(), errors());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
