package dev.peregrine.listen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.peregrine.http.Framing;
import dev.peregrine.http.HeadLimits;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;

/// A listener before a handler that a test gives, on a free port of the loopback address.
final class TestListener implements AutoCloseable {
  final Listener listener;
  private final Transport transport;
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final List<String> names;

  TestListener(boolean isEpoll, ListenConfig config, RequestHandler handler)
      throws ListenException {
    transport = new Transport(config.eventLoops(), isEpoll);
    listener = new Listener(config, transport, timers, handler, NOBODY, new Traffic());
    names = listener.bind(List.of());
  }

  TestListener(UnaryOperator<Limits> change, RequestHandler handler) throws ListenException {
    this(true, change.apply(Limits.WIDE).config(), handler);
  }

  Socket connect() throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(names.getFirst()).getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  static String readAll(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  static String readHead(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith("\r\n\r\n")) {
      int octet = socket.getInputStream().read();
      if (octet < 0) {
        throw new IOException("closed after: " + text);
      }
      text.append((char) octet);
    }
    return text.toString();
  }

  static void answer(ClientStream stream, byte[] content) {
    stream.commit(stream.beginHead(200, "OK"), Framing.Length.of(content.length), false);
    stream.write(Unpooled.wrappedBuffer(content));
    stream.end();
  }

  static void answer(ClientStream stream, String content) {
    answer(stream, content.getBytes(ISO_8859_1));
  }

  @Override
  public void close() {
    listener.stopAccepting();
    listener.closeAll();
    transport.close(Duration.ofSeconds(2));
    timers.shutdownNow();
  }

  /// What tests vary.
  record Limits(
      List<ListenConfig.ListenAddress> addresses,
      int connections,
      int connectionsPerAddress,
      int requests,
      long headerMillis,
      long idleMillis,
      long contentMillis) {
    static final Limits WIDE =
        new Limits(
            List.of(new ListenConfig.ListenAddress.Tcp("127.0.0.1", 0)),
            1000,
            1000,
            1000,
            20_000,
            20_000,
            20_000);

    Limits withAddress(ListenConfig.ListenAddress address) {
      return new Limits(
          List.of(address),
          connections,
          connectionsPerAddress,
          requests,
          headerMillis,
          idleMillis,
          contentMillis);
    }

    Limits withConnections(int all, int perAddress) {
      return new Limits(
          addresses, all, perAddress, requests, headerMillis, idleMillis, contentMillis);
    }

    Limits withRequests(int limit) {
      return new Limits(
          addresses,
          connections,
          connectionsPerAddress,
          limit,
          headerMillis,
          idleMillis,
          contentMillis);
    }

    Limits withTimes(long header, long idle, long content) {
      return new Limits(
          addresses, connections, connectionsPerAddress, requests, header, idle, content);
    }

    ListenConfig config() {
      return new ListenConfig(
          addresses,
          128,
          1,
          HeadLimits.DEFAULT,
          connections,
          connectionsPerAddress,
          requests,
          Duration.ofMillis(headerMillis),
          Duration.ofMillis(idleMillis),
          Duration.ofMillis(contentMillis),
          Duration.ofSeconds(20),
          1);
    }
  }

  private static final TrafficObserver NOBODY =
      new TrafficObserver() {
        @Override
        public boolean isInterestedInAnswers() {
          return false;
        }

        @Override
        public void answered(Answer answer) {}

        @Override
        public void rejected(Peer peer, int status, String reason, String detail) {}
      };
}
