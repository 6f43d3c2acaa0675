package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.init.ServiceConfig.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;

/// Puts questions over the network, each on a thread of its own that ends with the answer: an idle
/// init has none.
final class Prober {

  private Prober() {}

  /// @param answer gets what is wrong, or an empty text; called on the question's thread
  static void ask(Probe probe, long limitNanos, Consumer<String> answer) {
    Thread.ofPlatform()
        .daemon()
        .name("init-probe")
        .start(() -> answer.accept(result(probe, (int) Math.max(1, limitNanos / 1_000_000))));
  }

  private static String result(Probe probe, int limitMillis) {
    try {
      return switch (probe) {
        case Probe.Tcp(String host, int port) -> {
          open(host, port, limitMillis).close();
          yield "";
        }
        case Probe.Http(String host, int port, String target) -> {
          try (Socket socket = open(host, port, limitMillis)) {
            yield request(socket, host, target);
          }
        }
        case Probe.Exec _, Probe.Watchdog _ ->
            throw new IllegalArgumentException(probe + " is no network question");
      };
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Socket open(String host, int port, int limitMillis) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), limitMillis);
      socket.setSoTimeout(limitMillis);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException(host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  private static String request(Socket socket, String host, String target) throws IOException {
    String authority = host.indexOf(':') < 0 ? host : "[" + host + "]";
    String request =
        "GET "
            + target
            + " HTTP/1.1\r\nHost: "
            + authority
            + ":"
            + socket.getPort()
            + "\r\nUser-Agent: peregrine-init\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    String line = new String(head, US_ASCII);
    if (!line.matches("HTTP/1\\.[01] [1-5][0-9]{2}")) {
      return "an answer that is no HTTP";
    }
    char kind = line.charAt("HTTP/1.1 ".length());
    return kind == '2' || kind == '3' ? "" : "status " + line.substring("HTTP/1.1 ".length());
  }
}
