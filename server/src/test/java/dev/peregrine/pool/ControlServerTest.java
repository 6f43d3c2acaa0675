package dev.peregrine.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.log.EventLog;
import dev.peregrine.pool.ControlServer.ControlListener;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
final class ControlServerTest {
  @TempDir private Path directory = Path.of("set by JUnit");

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Recorder recorder = new Recorder();
  private ControlServer server = server(directory);

  @BeforeEach
  void start() throws IOException {
    server = server(directory);
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    scheduler.shutdownNow();
    executor.shutdownNow();
  }

  @Test
  void start_socket_isForItsOwnerOnly() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket())))
        .isEqualTo("rw-------");
  }

  @Test
  void start_pathTooLong_saysWhatToDo() {
    assertThatThrownBy(() -> server(directory.resolve("x".repeat(100))).start())
        .hasMessageContaining("PEREGRINE_INSTANCE_DIR");
  }

  @Test
  void hello_rightToken_belongsToItsWorker() throws Exception {
    String token = server.expect(recorder);
    try (SocketChannel worker = connect()) {
      send(worker, "{\"hello\":\"" + token + "\",\"pid\":1}\n{\"type\":\"pong\",\"id\":7}\n");
      assertThat(recorder.next()).isEqualTo("connected");
      assertThat(recorder.next()).contains("pong");
      recorder.connection().send(Map.of("type", "ping", "id", 8));
      assertThat(line(worker)).contains("ping");
    }
    assertThat(recorder.next()).isEqualTo("disconnected");
  }

  @Test
  void hello_messageInPieces_isPutTogether() throws Exception {
    String token = server.expect(recorder);
    try (SocketChannel worker = connect()) {
      for (char each : ("{\"hello\":\"" + token + "\"}\n").toCharArray()) {
        send(worker, String.valueOf(each));
      }
      assertThat(recorder.next()).isEqualTo("connected");
    }
  }

  @Test
  void hello_tokenUsedTwice_isRefused() throws Exception {
    String token = server.expect(recorder);
    try (SocketChannel first = connect();
        SocketChannel second = connect()) {
      send(first, "{\"hello\":\"" + token + "\"}\n");
      assertThat(recorder.next()).isEqualTo("connected");
      send(second, "{\"hello\":\"" + token + "\"}\n");
      assertThat(second.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(log).anyMatch(line -> line.contains("unknown token"));
  }

  @Test
  void hello_noJson_isRefused() throws Exception {
    try (SocketChannel stranger = connect()) {
      send(stranger, "GET / HTTP/1.1\r\n\r\n");
      assertThat(stranger.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void read_endlessLine_isCutOff() throws Exception {
    String token = server.expect(recorder);
    try (SocketChannel worker = connect()) {
      send(worker, "{\"hello\":\"" + token + "\"}\n");
      assertThat(recorder.next()).isEqualTo("connected");
      ByteBuffer flood = ByteBuffer.wrap("x".repeat(2 << 20).getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> writeAll(worker, flood)).isInstanceOf(IOException.class);
    }
    assertThat(recorder.next()).isEqualTo("disconnected");
  }

  private ControlServer server(Path where) {
    EventLog events = EventLog.to(log::add, EventLog.Format.TEXT, Clock.systemUTC());
    return new ControlServer(
        where.resolve("control.sock"), Timing.system(scheduler, executor), executor, events);
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(server.socket()));
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    writeAll(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void writeAll(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String line(SocketChannel channel) throws IOException {
    StringBuilder line = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (line.indexOf("\n") < 0 && channel.read(one.clear()) > 0) {
      line.append((char) one.get(0));
    }
    return line.toString();
  }

  private static final class Recorder implements ControlListener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<ControlConnection> connections = new LinkedBlockingQueue<>();

    @Override
    public void connected(ControlConnection connection) {
      connections.add(connection);
      events.add("connected");
    }

    @Override
    public void received(JsonNode message) {
      events.add(message.toString());
    }

    @Override
    public void disconnected() {
      events.add("disconnected");
    }

    String next() throws InterruptedException {
      return String.valueOf(events.poll(20, TimeUnit.SECONDS));
    }

    ControlConnection connection() throws InterruptedException {
      return connections.take();
    }
  }
}
