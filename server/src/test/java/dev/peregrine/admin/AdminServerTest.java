package dev.peregrine.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.AdminException;
import dev.peregrine.admin.api.ConfigView;
import dev.peregrine.admin.api.NotRunningException;
import dev.peregrine.admin.api.OutputView;
import dev.peregrine.admin.api.RestartOutcome;
import dev.peregrine.admin.api.RestartRequest;
import dev.peregrine.admin.api.SampleStatus;
import dev.peregrine.admin.api.Status;
import dev.peregrine.admin.api.StopRequest;
import dev.peregrine.log.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminServerTest {
  @TempDir Path directory;

  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private final FakeSubject subject = new FakeSubject();
  private Path socket;
  private AdminServer server;
  private AdminClient client;

  @BeforeEach
  void open() throws Exception {
    socket = directory.resolve(AdminClient.SOCKET_NAME);
    EventLog log = EventLog.to(events::add, EventLog.Format.TEXT, Clock.systemUTC());
    server = AdminServer.open(socket, subject, log);
    client = AdminClient.of(directory);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void open_socket_isForItsOwnerOnly() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
  }

  @Test
  void status_asked_comesBackAsItWas() throws Exception {
    assertThat(client.status()).isEqualTo(SampleStatus.status());
  }

  @Test
  void config_asked_comesBackAsItWas() throws Exception {
    assertThat(client.config()).isEqualTo(subject.config());
  }

  @Test
  void output_asked_comesBackAsItWas() throws Exception {
    assertThat(client.output()).isEqualTo(subject.output());
  }

  @Test
  void restart_asked_answersWithTheOutcomeAndIsLogged() throws Exception {
    RestartOutcome outcome = client.restart(new RestartRequest(Optional.of(true)));

    assertThat(outcome.done()).isTrue();
    assertThat(events).anyMatch(line -> line.startsWith("admin.restart peer="));
  }

  @Test
  void stop_asked_answersThenStops() throws Exception {
    client.stop(new StopRequest(true));

    assertThat(subject.stopped.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(events).anyMatch(line -> line.matches("admin.stop peer=\\S+ now=true"));
  }

  @Test
  void status_failing_tellsOnlyAnId() {
    subject.isFailing = true;

    assertThatThrownBy(client::status)
        .isInstanceOf(AdminException.class)
        .hasMessageContaining("id ")
        .hasMessageNotContaining("inner text");
    assertThat(events).anyMatch(line -> line.contains("inner text"));
  }

  @Test
  void status_serverGone_saysNotRunning() {
    server.close();

    assertThatThrownBy(client::status).isInstanceOf(NotRunningException.class);
  }

  @Test
  void status_staleSocket_saysNotRunning() throws Exception {
    server.close();
    try (var listener = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
    }

    assertThatThrownBy(client::status).isInstanceOf(NotRunningException.class);
    server = AdminServer.open(socket, subject, EventLog.discarding());
    assertThat(client.status()).isEqualTo(SampleStatus.status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v1/status HTTP/1.1~Host: localhost~~ | 200",
        "GET /v1/status HTTP/1.1~Host: evil.example~~ | 403",
        "GET /v1/status HTTP/1.1~Host: localhost~Origin: http://localhost~~ | 403",
        "GET /v1/status HTTP/1.1~Host: localhost~Sec-Fetch-Site: cross-site~~ | 403",
        "GET /v1/stop HTTP/1.1~Host: localhost~~ | 405",
        "POST /v1/status HTTP/1.1~Host: localhost~Content-Length: 0~~ | 405",
        "POST /v1/restart HTTP/1.1~Host: localhost~Content-Length: 2~~{} | 415",
        "POST /v1/restart HTTP/1.1~Host: localhost~Content-Type: text/plain~Content-Length: 2~~{} | 415",
        "POST /v1/restart HTTP/1.1~Host: localhost~Content-Type: application/json~Content-Length: 2~~{} | 200",
        "POST /v1/restart HTTP/1.1~Host: localhost~Content-Type: application/json~Content-Length: 1~~{ | 400",
        "POST /v1/restart HTTP/1.1~Host: localhost~Content-Type: application/json~Content-Length: 7~~{\"x\":1} | 400",
        "POST /v1/stop HTTP/1.1~Host: localhost~Content-Type: application/json~Content-Length: 999999~~ | 413",
        "POST /v1/stop HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~0~~ | 411",
        "GET /nothing HTTP/1.1~Host: localhost~~ | 404",
        "GET /v1/status HTTP/1.1~~ | 400",
        "rubbish~~ | 400",
      })
  void request_ofAnyShape_getsItsStatus(String request, int status) throws Exception {
    assertThat(ask(request.replace("~", "\r\n"))).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void request_deeplyNested_isRefused() throws Exception {
    String content = "[".repeat(100_000);
    String head =
        "POST /v1/restart HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + content.length()
            + "\r\n\r\n";

    assertThat(ask(head + content)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void status_manySilentConnections_stillAnswersTheNextOnceTheyLeave() throws Exception {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < AdminServer.MAX_CONNECTIONS - 1; i++) {
      silent.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    assertThat(client.status()).isEqualTo(SampleStatus.status());
    for (SocketChannel channel : silent) {
      channel.close();
    }
  }

  private String ask(String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
      while (out.hasRemaining()) {
        channel.write(out);
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(4096);
      while (channel.read(in) >= 0) {
        answer.write(in.array(), 0, in.position());
        in.clear();
      }
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  /// A server that says what it is told to say.
  private static final class FakeSubject implements Subject {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean isFailing;

    @Override
    public Status status() {
      if (isFailing) {
        throw new IllegalStateException("inner text");
      }
      return SampleStatus.status();
    }

    @Override
    public RestartOutcome restart(RestartRequest request) {
      return new RestartOutcome(true, 2, 0.5, Optional.empty());
    }

    @Override
    public void stop(StopRequest request) {
      stopped.countDown();
    }

    @Override
    public Optional<CacheDesk> cache() {
      return Optional.empty();
    }

    @Override
    public ConfigView config() {
      return new ConfigView(List.of(new ConfigView.Option("port", "3000", "default")));
    }

    @Override
    public OutputView output() {
      return new OutputView(List.of("App 1 stdout: é\u001b"), 3);
    }
  }
}
