package dev.peregrine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A worker process, started as planned, with the server's end of its control connection.
final class WorkerUnderTest implements AutoCloseable {
  private static final RuntimeLayout LAYOUT =
      new RuntimeLayout(
          Path.of("../loaders").toAbsolutePath().normalize(),
          Optional.empty(),
          Optional.empty(),
          "1.0");

  private final Path directory;
  private final Process process;
  private final SocketChannel control;
  private final BufferedReader lines;
  private final List<Map<?, ?>> messages = new ArrayList<>();

  private WorkerUnderTest(Path directory, Process process, SocketChannel control) {
    this.directory = directory;
    this.process = process;
    this.control = control;
    this.lines = new BufferedReader(Channels.newReader(control, StandardCharsets.UTF_8));
  }

  /// Starts a worker and reads its messages up to `ready` or `error`.
  static WorkerUnderTest start(TestConfig config) throws IOException {
    Path directory = Files.createTempDirectory("peregrine-worker");
    Path socket = directory.resolve("control.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Process process = launch(config.build(), directory, socket);
      WorkerUnderTest worker = new WorkerUnderTest(directory, process, server.accept());
      worker.messages.add(worker.nextMessage());
      while (!List.of("ready", "error").contains(String.valueOf(worker.last().get("type")))) {
        worker.messages.add(worker.nextMessage());
      }
      return worker;
    }
  }

  private static Process launch(AppConfig config, Path directory, Path socket) throws IOException {
    LaunchPlan plan;
    try {
      if (!(AppDetector.detect(config) instanceof Detection.Found(App app))) {
        throw new AssertionError("no app in " + config.root());
      }
      plan = new LaunchPlanner(config, LAYOUT, System.getenv()).plan(app);
    } catch (AppProblem problem) {
      throw new AssertionError(problem);
    }
    ProcessBuilder builder = new ProcessBuilder(plan.command());
    builder.environment().keySet().retainAll(plan.keptVariables());
    builder.environment().putAll(plan.environment());
    builder.environment().put("PEREGRINE_CONTROL_SOCKET", socket.toString());
    builder.environment().put("PEREGRINE_TOKEN", "secret");
    builder.environment().put("PEREGRINE_SOCKET_DIR", directory.toString());
    builder.environment().put("PEREGRINE_WORKER", "worker-1");
    builder.directory(plan.workingDirectory().toFile());
    builder.redirectOutput(directory.resolve("stdout").toFile());
    builder.redirectError(directory.resolve("stderr").toFile());
    return builder.start();
  }

  List<Map<?, ?>> messages() {
    return messages;
  }

  Map<?, ?> last() {
    return messages.getLast();
  }

  GatewayClient connect() throws IOException {
    return connect(0);
  }

  GatewayClient connect(int slot) throws IOException {
    if (!(last().get("sockets") instanceof List<?> sockets)) {
      throw new AssertionError("not ready: " + last() + errors());
    }
    return new GatewayClient(Path.of(String.valueOf(sockets.get(slot))));
  }

  Map<?, ?> nextMessage() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new AssertionError("the worker hung up after " + messages + errors());
    }
    return (Map<?, ?>) JsonText.parse(line);
  }

  void tell(String message) throws IOException {
    control.write(ByteBuffer.wrap((message + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  /// Sends `/second` behind `/first`, which runs until `end`, ends the output, and checks that the
  /// second is not begun; the app prints the paths that it is asked for.
  void assertNothingIsBegunAfterTheEnd(Callable<?> end) throws Exception {
    try (GatewayClient client = connect()) {
      client.send("GET", "/first", Map.of(), new byte[0]);
      while (!output().contains("/first")) {
        Thread.onSpinWait();
      }
      client.send("GET", "/second", Map.of(), new byte[0]);
      client.endOutput();
      end.call();
      assertThat(client.reply("GET").status()).as(errors()).isEqualTo(200);
      assertThat(client.isAtEnd()).isTrue();
      assertThat(output()).doesNotContain("/second");
    }
  }

  /// Sends names and values where counts and values are expected.
  void assertRefusesFrameOfAnotherVersion() throws IOException {
    byte[] block = "REQUEST_METHOD\0GET\0PATH_INFO\0/\0".getBytes(StandardCharsets.US_ASCII);
    try (GatewayClient client = connect()) {
      client.write(new byte[] {0, 0, 0, (byte) block.length});
      client.write(block);
      assertThat(client.isAtEnd()).isTrue();
    }
    try (GatewayClient client = connect()) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
    assertThat(errors()).contains("not of one version; stop and start the server");
  }

  /// Sends many requests, more than is read at once, before it reads the responses of an app that
  /// answers with the path.
  void assertAnswersInTurn() throws IOException {
    try (GatewayClient client = connect()) {
      for (int i = 0; i < 20; i++) {
        client.send("GET", "/" + i, Map.of("HTTP_COOKIE", "c".repeat(9000)), new byte[0]);
      }
      for (int i = 0; i < 20; i++) {
        assertThat(client.reply("GET").text()).isEqualTo("/" + i);
      }
    }
  }

  /// Hangs up within an endless response and checks that the slot is said to be free only after
  /// `end`.
  void assertSlotIsFreeOnly(Callable<?> end) throws Exception {
    try (GatewayClient client = connect()) {
      client.send("GET", "/", Map.of(), new byte[0]);
      client.line();
    }
    tell("{\"type\":\"await_slot\",\"id\":0}");
    tell("{\"type\":\"ping\",\"id\":7}");
    assertThat(nextMessage().get("type")).isEqualTo("pong");
    end.call();
    assertThat(texts(nextMessage())).containsEntry("type", "slot_free").containsEntry("id", "0");
    tell("{\"type\":\"await_slot\",\"id\":0}");
    assertThat(texts(nextMessage())).containsEntry("type", "slot_free").containsEntry("id", "0");
  }

  private void hangUp() throws IOException {
    control.close();
  }

  /// Ends the worker in one of the ways there are: a message, a hang-up or a signal.
  void end(String how) throws IOException, InterruptedException {
    switch (how) {
      case "hang up" -> hangUp();
      case "TERM" -> signal(how);
      default -> tell("{\"type\":\"" + how + "\"}");
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
  }

  int exitStatus() throws InterruptedException {
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the worker is still alive");
    }
    return process.exitValue();
  }

  String errors() throws IOException {
    return Files.readString(directory.resolve("stderr"));
  }

  String output() throws IOException {
    return Files.readString(directory.resolve("stdout"));
  }

  /// Returns a message's members of string values.
  static Map<String, String> texts(Map<?, ?> message) {
    Map<String, String> texts = new HashMap<>();
    message.forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
    return texts;
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    control.close();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
