package dev.peregrine.pool;

import dev.peregrine.app.GatewayFrame;
import dev.peregrine.app.WorkerProtocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Speaks to a worker as the exchange does, one request a connection.
final class WorkerClient {
  private WorkerClient() {}

  /// Sends a GET and returns the content of the answer.
  static String get(Lease lease, String path) throws IOException {
    SocketAddress address =
        switch (lease.endpoint()) {
          case Endpoint.Unix(var socket) -> UnixDomainSocketAddress.of(socket);
          case Endpoint.Tcp(var host, var port) ->
              new InetSocketAddress(InetAddress.ofLiteral(host), port);
        };
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.write(
          ByteBuffer.wrap(
              lease.protocol() == WorkerProtocol.GATEWAY ? frame(path) : message(path)));
      return content(channel);
    }
  }

  private static byte[] message(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] frame(String path) {
    return GatewayFrame.of(
        Map.of(
            "REQUEST_METHOD", "GET",
            "REQUEST_URI", path,
            "PATH_INFO", path,
            "SERVER_NAME", "test",
            "SERVER_PORT", "80",
            "SERVER_PROTOCOL", "HTTP/1.1",
            "REMOTE_ADDR", "127.0.0.1",
            "HTTP_X_FORWARDED_PROTO", "http",
            "HTTP_HOST", "test"));
  }

  /// Reads until the content is as long as its Content-Length says, or the end.
  private static String content(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    while (channel.read(buffer.clear()) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      String text = all.toString(StandardCharsets.UTF_8);
      int end = text.indexOf("\r\n\r\n");
      int length = length(text, end);
      if (end >= 0 && length >= 0 && text.length() >= end + 4 + length) {
        return text.substring(end + 4);
      }
    }
    String text = all.toString(StandardCharsets.UTF_8);
    return text.substring(text.indexOf("\r\n\r\n") + 4);
  }

  private static int length(String text, int end) {
    for (String line : text.substring(0, Math.max(0, end)).split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        return Integer.parseInt(line.substring(15).strip());
      }
    }
    return -1;
  }
}
