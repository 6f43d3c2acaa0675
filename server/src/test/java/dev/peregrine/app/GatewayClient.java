package dev.peregrine.app;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One request connection to a worker: writes frames, or HTTP requests, and reads responses.
final class GatewayClient implements AutoCloseable {
  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(65536).flip();

  GatewayClient(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
  }

  Reply get(String path) throws IOException {
    return request("GET", path, Map.of(), "");
  }

  Reply request(String method, String path, Map<String, String> more, String content)
      throws IOException {
    send(method, path, more, content.getBytes(StandardCharsets.UTF_8));
    return reply(method);
  }

  void send(String method, String path, Map<String, String> more, byte[] content)
      throws IOException {
    Map<String, String> environment = environment(method, path);
    if (content.length > 0 && !more.containsKey("HTTP_TRANSFER_ENCODING")) {
      environment.put("CONTENT_LENGTH", Integer.toString(content.length));
      environment.put("CONTENT_TYPE", "application/octet-stream");
    }
    environment.putAll(more);
    write(GatewayFrame.of(environment));
    write(content);
  }

  void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  void write(byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  Reply reply(String method) throws IOException {
    int status = Integer.parseInt(line().substring(9, 12));
    List<String> fields = new ArrayList<>();
    for (String field = line(); !field.isEmpty(); field = line()) {
      fields.add(field);
    }
    Reply head = new Reply(status, fields, "", true);
    boolean none = method.equals("HEAD") || status < 200 || status == 204 || status == 304;
    return none ? head : withContent(head);
  }

  String line() throws IOException {
    return line("\r\n");
  }

  String line(String end) throws IOException {
    StringBuilder line = new StringBuilder();
    while (!line.toString().endsWith(end)) {
      int next = next();
      if (next < 0) {
        throw new EOFException("end within a line: " + line);
      }
      line.append((char) next);
    }
    return line.substring(0, line.length() - end.length());
  }

  boolean isAtEnd() throws IOException {
    return next() < 0;
  }

  private Reply withContent(Reply head) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    boolean whole;
    if (head.field("Transfer-Encoding").isPresent()) {
      whole = chunked(content);
    } else {
      int length = head.field("Content-Length").map(Integer::valueOf).orElse(Integer.MAX_VALUE);
      whole = take(length, content) || length == Integer.MAX_VALUE;
    }
    return new Reply(
        head.status(), head.fields(), content.toString(StandardCharsets.ISO_8859_1), whole);
  }

  private boolean chunked(ByteArrayOutputStream content) throws IOException {
    try {
      while (true) {
        int size = Integer.parseInt(line(), 16);
        if (!take(size, content) || !line().isEmpty()) {
          return false;
        }
        if (size == 0) {
          return true;
        }
      }
    } catch (EOFException _) {
      return false;
    }
  }

  private boolean take(int count, ByteArrayOutputStream content) throws IOException {
    for (int i = 0; i < count; i++) {
      int next = next();
      if (next < 0) {
        return false;
      }
      content.write(next);
    }
    return true;
  }

  private int next() throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.clear();
      int count;
      try {
        count = channel.read(buffer);
      } catch (IOException _) {
        count = -1; // reset by the peer
      }
      buffer.flip();
      if (count < 0) {
        return -1;
      }
    }
    return buffer.get() & 0xff;
  }

  private static Map<String, String> environment(String method, String target) {
    String[] parts = target.split("\\?", 2);
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("REQUEST_METHOD", method.toUpperCase(Locale.ROOT));
    environment.put("PATH_INFO", parts[0]);
    environment.put("QUERY_STRING", parts.length > 1 ? parts[1] : "");
    environment.put("REQUEST_URI", target);
    environment.put("SERVER_NAME", "localhost");
    environment.put("SERVER_PORT", "8080");
    environment.put("SERVER_PROTOCOL", "HTTP/1.1");
    environment.put("REMOTE_ADDR", "192.0.2.1");
    environment.put("REMOTE_PORT", "40000");
    environment.put("HTTP_HOST", "localhost:8080");
    environment.put("HTTP_X_FORWARDED_PROTO", "http");
    return environment;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
