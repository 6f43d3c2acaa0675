package dev.peregrine.admin.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Talks to a running server over the admin socket of its instance directory: one connection a
/// request, blocking. Throws [NotRunningException] if nobody listens there, [AdminException] if the
/// server refuses.
public final class AdminClient {
  /// Name of the socket in the instance directory.
  public static final String SOCKET_NAME = "admin.sock";

  private final Path socket;

  private AdminClient(Path socket) {
    this.socket = socket;
  }

  /// The client of the server whose instance directory this is.
  public static AdminClient of(Path instanceDirectory) {
    return new AdminClient(instanceDirectory.resolve(SOCKET_NAME));
  }

  /// What the server says of itself.
  public Status status() throws IOException {
    return ask("GET", "/v1/status", null, Status.class);
  }

  /// The same as a report for people, made by the server; see [StatusReport].
  public String statusReport(boolean isColoured) throws IOException {
    return text(isColoured ? "/v1/status?view=coloured" : "/v1/status?view=plain");
  }

  /// The same as JSON, for programs.
  public String statusJson() throws IOException {
    return text("/v1/status?view=json");
  }

  /// Replaces all workers and waits until that is done or has failed.
  public RestartOutcome restart(RestartRequest request) throws IOException {
    return ask("POST", "/v1/restart", request, RestartOutcome.class);
  }

  /// Tells the server to end. Returns as soon as it has understood.
  public void stop(StopRequest request) throws IOException {
    exchange("POST", "/v1/stop", request);
  }

  /// The configuration in force.
  public ConfigView config() throws IOException {
    return ask("GET", "/v1/config", null, ConfigView.class);
  }

  /// What the workers printed last.
  public OutputView output() throws IOException {
    return ask("GET", "/v1/output", null, OutputView.class);
  }

  /// What the response cache holds and does, as a report for people, made by the server; see
  /// [CacheReport].
  public String cacheReport(boolean isColoured) throws IOException {
    return text(isColoured ? "/v1/cache?view=coloured" : "/v1/cache?view=plain");
  }

  /// The same as JSON, for programs.
  public String cacheJson() throws IOException {
    return text("/v1/cache");
  }

  /// Purges stored responses.
  public PurgeOutcome purge(PurgeRequest request) throws IOException {
    return ask("POST", "/v1/cache/purge", request, PurgeOutcome.class);
  }

  /// Sends a request through the server and says what the cache made of it.
  public CacheExplanation explain(ExplainRequest request) throws IOException {
    return ask("POST", "/v1/cache/explain", request, CacheExplanation.class);
  }

  /// Sends requests to the app and says what is wrong with the responses.
  public LintReport lint(ExplainRequest request) throws IOException {
    return ask("POST", "/v1/cache/lint", request, LintReport.class);
  }

  private String text(String path) throws IOException {
    return new String(exchange("GET", path, null), StandardCharsets.UTF_8);
  }

  private <T> T ask(String method, String path, @Nullable Object content, Class<T> type)
      throws IOException {
    byte[] answer = exchange(method, path, content);
    try {
      return Json.lenient().readValue(answer, type);
    } catch (JacksonException e) {
      throw new AdminException("the server's answer is not understood: " + e.getOriginalMessage());
    }
  }

  /// One request with its answer's content. The server closes the connection after it.
  private byte[] exchange(String method, String path, @Nullable Object content) throws IOException {
    byte[] body = content == null ? new byte[0] : Json.lenient().writeValueAsBytes(content);
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + (content == null
                ? "\r\n"
                : "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n");
    try (SocketChannel channel = connect()) {
      send(channel, head.getBytes(StandardCharsets.US_ASCII));
      send(channel, body);
      return contentOf(receive(channel));
    }
  }

  private SocketChannel connect() throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotRunningException("no server runs here: " + socket + " does not exist");
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (ConnectException e) {
      channel.close();
      throw new NotRunningException("no server runs here: nobody listens on " + socket);
    } catch (IOException e) {
      channel.close();
      throw new AdminException("cannot connect to " + socket + ": " + e.getMessage());
    }
  }

  private static void send(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static byte[] receive(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return all.toByteArray();
  }

  /// Takes the content out of an answer that is delimited by the end of the connection.
  private static byte[] contentOf(byte[] answer) throws AdminException {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.startsWith("HTTP/1.1 ") || text.length() < 12) {
      throw new AdminException("the server closed the connection without an answer");
    }
    byte[] content = Arrays.copyOfRange(answer, end + 4, answer.length);
    if (text.charAt(9) == '2') {
      return content;
    }
    try {
      throw new AdminException(Json.lenient().readValue(content, AdminFailure.class).error());
    } catch (JacksonException _) {
      throw new AdminException("the server answered " + text.substring(9, text.indexOf("\r\n")));
    }
  }
}
