package dev.peregrine.listen;

import static dev.peregrine.listen.TestListener.answer;
import static dev.peregrine.listen.TestListener.readAll;
import static dev.peregrine.listen.TestListener.readHead;
import static dev.peregrine.listen.TestListener.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {
  private static final String GET = "GET / HTTP/1.1\nHost: x\n\n";
  private static final String GET_AND_CLOSE = "GET / HTTP/1.1\nHost: x\nConnection: close\n\n";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void listener_request_isAnsweredByTheHandler(boolean isEpoll) throws Exception {
    ListenConfig config = TestListener.Limits.WIDE.config();
    try (TestListener front = new TestListener(isEpoll, config, stream -> answer(stream, "hello"));
        Socket socket = front.connect()) {
      send(socket, GET_AND_CLOSE);
      assertThat(readAll(socket)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhello");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void listener_unixSocket_answersAndRemovesItsFile(boolean isEpoll) throws Exception {
    Path file = directory.resolve("front.sock");
    ListenConfig config =
        TestListener.Limits.WIDE.withAddress(new ListenConfig.ListenAddress.Unix(file)).config();
    try (TestListener _ = new TestListener(isEpoll, config, stream -> answer(stream, "unix"));
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(file));
      socket.write(ByteBuffer.wrap(GET_AND_CLOSE.replace("\n", "\r\n").getBytes(ISO_8859_1)));
      byte[] answer = Channels.newInputStream(socket).readAllBytes();
      assertThat(new String(answer, ISO_8859_1)).startsWith("HTTP/1.1 200").endsWith("unix");
    }
    assertThat(file).doesNotExist();
  }

  // RFC 9112 §9.6
  @Test
  void listener_lastRequestOfAConnection_isAnsweredWithClose() throws Exception {
    try (TestListener front =
            new TestListener(limits -> limits.withRequests(2), stream -> answer(stream, ""));
        Socket socket = front.connect()) {
      send(socket, GET);
      assertThat(readHead(socket)).doesNotContain("Connection: close");
      send(socket, GET);
      assertThat(readAll(socket)).contains("Connection: close");
    }
  }

  @Test
  void listener_headTooSlow_isAnswered408() throws Exception {
    try (TestListener front =
            new TestListener(
                limits -> limits.withTimes(600, 20_000, 20_000), stream -> answer(stream, ""));
        Socket socket = front.connect()) {
      send(socket, "GET / HTTP/1.1\nHost: x\n");
      assertThat(readAll(socket)).startsWith("HTTP/1.1 408 ").contains("Connection: close");
    }
  }

  @Test
  void listener_restingTooLong_isClosedWithoutAWord() throws Exception {
    try (TestListener front =
            new TestListener(
                limits -> limits.withTimes(20_000, 600, 20_000), stream -> answer(stream, ""));
        Socket socket = front.connect()) {
      send(socket, GET);
      readHead(socket);
      assertThat(readAll(socket)).isEmpty();
    }
  }

  // RFC 9112 §3
  @Test
  void listener_refusedRequest_getsAFixedAnswerWithoutEcho() throws Exception {
    try (TestListener front =
            new TestListener(limits -> limits, stream -> answer(stream, "never"));
        Socket socket = front.connect()) {
      send(socket, "GET /" + "evil".repeat(3000) + " HTTP/1.1\nHost: x\n\n");
      assertThat(readAll(socket))
          .startsWith("HTTP/1.1 414 ")
          .contains("Connection: close\r\n")
          .doesNotContain("evil", "never");
    }
  }

  @Test
  void listener_limitOfAddressReached_isAnswered503() throws Exception {
    try (TestListener front =
            new TestListener(
                limits -> limits.withConnections(1000, 1), stream -> answer(stream, ""));
        Socket first = front.connect()) {
      send(first, GET);
      readHead(first);
      try (Socket second = front.connect()) {
        assertThat(readAll(second)).startsWith("HTTP/1.1 503 ").contains("Retry-After: ");
      }
    }
  }

  @Test
  void listener_unixClients_areNotCountedAsOneAddress() throws Exception {
    Path file = directory.resolve("front.sock");
    ListenConfig config =
        TestListener.Limits.WIDE
            .withAddress(new ListenConfig.ListenAddress.Unix(file))
            .withConnections(1000, 1)
            .config();
    try (TestListener _ = new TestListener(true, config, stream -> answer(stream, "unix"));
        SocketChannel first = SocketChannel.open(UnixDomainSocketAddress.of(file));
        SocketChannel second = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
      for (SocketChannel socket : new SocketChannel[] {first, second}) {
        socket.write(ByteBuffer.wrap(GET_AND_CLOSE.replace("\n", "\r\n").getBytes(ISO_8859_1)));
        byte[] answer = Channels.newInputStream(socket).readAllBytes();
        assertThat(new String(answer, ISO_8859_1)).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void listener_limitReachedAndAllBusy_isAnswered503() throws Exception {
    try (TestListener front =
            new TestListener(
                limits -> limits.withConnections(1, 1000),
                stream -> stream.interim(stream.beginHead(103, "Early Hints").writeBytes(CRLF)));
        Socket busy = front.connect()) {
      send(busy, GET);
      readHead(busy);
      try (Socket second = front.connect()) {
        assertThat(readAll(second)).startsWith("HTTP/1.1 503 ");
      }
    }
  }

  @Test
  void listener_limitReachedAndOneRests_closesTheRestingOne() throws Exception {
    try (TestListener front =
            new TestListener(
                limits -> limits.withConnections(1, 1000), stream -> answer(stream, ""));
        Socket resting = front.connect()) {
      send(resting, GET);
      readHead(resting);
      try (Socket second = front.connect()) {
        send(second, GET);
        assertThat(readHead(second)).startsWith("HTTP/1.1 200");
        assertThat(readAll(resting)).isEmpty();
      }
    }
  }

  private static final byte[] CRLF = {'\r', '\n'};
}
