package dev.peregrine.conformance;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The built product, running as a process of its own in front of one app.
///
/// Closing it stops it by its pid and fails if a process or an instance file of it is left, or if
/// it reported a fault of its own.
final class Peregrine implements AutoCloseable {
  static final Path EXECUTABLE =
      Path.of(System.getProperty("peregrine.executable", "dist/target/peregrine/bin/peregrine"));

  private static final int FIRST_PORT = Integer.getInteger("peregrine.first.port", 22_000);
  private static final AtomicInteger PORTS = new AtomicInteger(FIRST_PORT);
  private static final Path OUTPUT = Path.of("target", "output");
  private static final Pattern OWN_FAULT =
      Pattern.compile("(?m)^\\s+at (?:dev\\.peregrine|io\\.netty)\\.|library\\.reported");
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

  private final Setup setup;
  private final Process process;
  private final Path output;
  private final Set<Long> family = new HashSet<>();

  private Peregrine(Setup setup, Process process, Path output) {
    this.setup = setup;
    this.process = process;
    this.output = output;
  }

  static Setup of(Path app) {
    return new Setup(app);
  }

  static Setup of(String app) {
    return new Setup(Apps.named(app));
  }

  /// A port that nothing listened on a moment ago, outside the range of the kernel's own choices.
  static int freePort() {
    for (int tries = 0; tries < 900; tries++) {
      int port = FIRST_PORT + Math.floorMod(PORTS.getAndIncrement() - FIRST_PORT, 900);
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException e) {
        // Taken: the next one.
      }
    }
    throw new AssertionError("no free port from " + FIRST_PORT);
  }

  int port() {
    return setup.port;
  }

  long pid() {
    return process.pid();
  }

  Path instance() {
    return setup.home.resolve("i");
  }

  Path home() {
    return setup.home;
  }

  Path app() {
    return setup.app;
  }

  /// What the server and the app printed so far.
  String output() {
    return Commands.text(output);
  }

  RawConnection connect() {
    return RawConnection.to(port());
  }

  /// One GET on a connection of its own.
  Answer get(String target) {
    try (RawConnection connection = connect()) {
      return connection
          .send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .answer();
    }
  }

  /// Sends one message on a connection of its own and reads the final answer.
  Answer exchange(String message) {
    try (RawConnection connection = connect()) {
      return connection.send(message).answer();
    }
  }

  /// Gets until the answer has this status, as a probe does.
  Answer getUntil(String target, int status) {
    Answer[] last = new Answer[1];
    Await.until(
        "GET " + target + " gives " + status,
        () -> {
          try {
            last[0] = get(target);
            return last[0].status() == status;
          } catch (UncheckedIOException e) {
            return false;
          }
        });
    return last[0];
  }

  /// The pids of the worker processes alive now, as the kernel sees them.
  List<Long> workers() {
    family.addAll(Procs.descendants(pid()));
    return family.stream()
        .filter(Procs::isAlive)
        .filter(pid -> Procs.parent(pid) == pid())
        .filter(pid -> Procs.variable(pid, "PEREGRINE_WORKER").isPresent())
        .sorted()
        .toList();
  }

  /// Waits for exactly this many workers, all of them ready.
  List<Long> awaitWorkers(int count) {
    Await.until(
        count + " workers ready",
        () -> {
          String output = output();
          List<Long> workers = workers();
          return workers.size() == count && workers.stream().allMatch(pid -> isReady(output, pid));
        });
    return workers();
  }

  private static boolean isReady(String output, long pid) {
    return output
        .lines()
        .anyMatch(line -> line.contains("worker.ready") && line.contains(" pid=" + pid + " "));
  }

  /// Runs another command of the product against this instance.
  Commands.Outcome command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(EXECUTABLE.toString()));
    command.addAll(List.of(arguments));
    return Commands.run(command, setup.variables, setup.home);
  }

  JsonNode status() {
    Commands.Outcome outcome = command("status", "--json");
    if (outcome.code() != 0) {
      throw new AssertionError("status: " + outcome);
    }
    return JsonMapper.shared().readTree(outcome.output());
  }

  void signal(String name) {
    Procs.signal(pid(), name);
  }

  /// Waits for the server's own end and returns its exit code.
  int awaitExit() {
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still running, output:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /// Notes the processes that belong to the server now, so that their end can be checked later.
  Peregrine noteFamily() {
    family.addAll(Procs.descendants(pid()));
    return this;
  }

  /// Everything that once belonged to the server and still runs.
  Set<Long> leftovers() {
    Set<Long> left = new HashSet<>(Procs.marked(setup.home.toString() + "/"));
    family.stream().filter(Procs::isAlive).forEach(left::add);
    left.remove(pid());
    return left;
  }

  void awaitNothingLeft(Duration limit) {
    if (!Await.holdsWithin(limit, () -> leftovers().isEmpty())) {
      List<String> names =
          leftovers().stream().map(pid -> pid + " " + Procs.commandLine(pid)).toList();
      leftovers().forEach(pid -> Procs.signal(pid, "KILL"));
      throw new AssertionError("left behind: " + names + "\n" + output());
    }
  }

  @Override
  public void close() {
    noteFamily();
    try {
      if (process.isAlive()) {
        signal("CONT");
        signal("TERM");
        awaitExit();
      }
      awaitNothingLeft(Duration.ofSeconds(5));
      if (OWN_FAULT.matcher(output()).find()) {
        throw new AssertionError("a fault of the server:\n" + output());
      }
    } finally {
      process.destroyForcibly();
      Apps.delete(setup.home);
    }
  }

  /// How a server is to be started; every call adds to it.
  static final class Setup {
    private final Path app;
    private final int port = freePort();
    private final Path home = Path.of("/tmp", "pg" + ProcessHandle.current().pid() + "-" + port);
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private final List<String> launcher = new ArrayList<>();
    private Path directory = home;
    private boolean listensOnPort = true;

    private Setup(Path app) {
      this.app = app;
      variables.put("PEREGRINE_INSTANCE_DIR", home.resolve("i").toString());
      variables.put("LEDGER", home.resolve("ledger").toString());
      option("environment", "production");
      makeHome();
    }

    private void makeHome() {
      try {
        Files.createDirectories(home);
        Commands.run("chmod", "755", home.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    int port() {
      return port;
    }

    Path home() {
      return home;
    }

    Setup option(String name, Object value) {
      String flag = "--" + name.replace('_', '-');
      if (value instanceof Boolean isOn) {
        return arguments(isOn ? flag : "--no-" + name.replace('_', '-'));
      }
      arguments.removeIf(argument -> argument.startsWith(flag + "="));
      arguments.add(flag + "=" + value);
      return this;
    }

    Setup arguments(String... more) {
      arguments.addAll(List.of(more));
      return this;
    }

    Setup workers(int count) {
      return option("min_instances", count).option("max_pool_size", count);
    }

    Setup variable(String name, String value) {
      variables.put(name, value);
      return this;
    }

    /// Starts the product through another command, which gets it as its last arguments.
    Setup through(String... command) {
      launcher.addAll(List.of(command));
      return this;
    }

    Setup in(Path workingDirectory) {
      directory = workingDirectory;
      return this;
    }

    /// For a server that is told to listen elsewhere.
    Setup withoutPort() {
      listensOnPort = false;
      return this;
    }

    /// Starts the server and waits until it accepts connections.
    Peregrine start() {
      Peregrine server = launch();
      try {
        Await.until(
            "listening on " + port,
            () -> {
              if (!server.isRunning()) {
                throw new AssertionError("ended at start:\n" + server.output());
              }
              return !listensOnPort || accepts();
            });
        return server;
      } catch (AssertionError e) {
        String output = server.output();
        server.process.destroyForcibly();
        throw new AssertionError(e.getMessage() + "\n" + output, e);
      }
    }

    /// Starts the server and waits until the app answers a GET with 200.
    Peregrine ready() {
      Peregrine server = start();
      server.getUntil("/", 200);
      return server;
    }

    private boolean accepts() {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    /// Starts the server and waits for nothing.
    Peregrine launch() {
      List<String> command = new ArrayList<>(launcher);
      command.addAll(List.of(EXECUTABLE.toString(), "start", app.toString()));
      if (listensOnPort) {
        option("port", port).option("address", "127.0.0.1");
      }
      command.addAll(arguments);
      try {
        Path output = outputFile(command);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        Commands.change(builder.environment(), variables);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.redirectInput(new File("/dev/null"));
        return new Peregrine(this, builder.start(), output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Path outputFile(List<String> command) throws IOException {
      String test =
          StackWalker.getInstance()
              .walk(frames ->
                  frames
                      .filter(frame -> frame.getClassName().endsWith("Test"))
                      .map(frame ->
                          frame.getClassName().replaceAll(".*\\.", "")
                              + "."
                              + frame.getMethodName())
                      .findFirst()
                      .orElse("other"));
      Files.createDirectories(OUTPUT);
      Path output = OUTPUT.resolve(test + "-" + port + "-" + System.nanoTime() % 1000 + ".txt");
      Files.deleteIfExists(output);
      Files.writeString(output, "");
      Files.writeString(
          OUTPUT.resolve("commands.txt"),
          output.getFileName() + " " + variables + " " + String.join(" ", command) + "\n",
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
      return output.toAbsolutePath();
    }
  }
}
