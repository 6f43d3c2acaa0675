package dev.peregrine.pool;

import dev.peregrine.log.EventLog;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The Unix socket where workers report: each connection is accepted, has to name a one-time token
/// within ten seconds, and belongs to the worker that was given it from then on.
///
/// Every connection is read by a virtual thread of its own.
public final class ControlServer implements AutoCloseable {
  private static final Duration HELLO_LIMIT = Duration.ofSeconds(10);
  private static final int MAX_STRANGERS = 256;
  private static final int MAX_PATH_BYTES = 107;
  private static final int TOKEN_BYTES = 32;

  private final Path socket;
  private final Timing timing;
  private final Executor executor;
  private final EventLog log;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, ControlListener> expected = new ConcurrentHashMap<>();
  private final AtomicInteger strangers = new AtomicInteger();
  private volatile @Nullable ServerSocketChannel server;

  /// Makes a server that does not listen yet.
  ///
  /// @param socket where to listen, in a directory that nobody else may write to
  /// @param executor runs blocking tasks, each on a virtual thread
  public ControlServer(Path socket, Timing timing, Executor executor, EventLog log) {
    this.socket = socket;
    this.timing = timing;
    this.executor = executor;
    this.log = log;
  }

  /// Listens; a socket that a dead server left is replaced.
  public void start() throws IOException {
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw new IOException(
          socket
              + ": a path of "
              + length
              + " bytes (expected at most "
              + MAX_PATH_BYTES
              + " for a socket); set PEREGRINE_INSTANCE_DIR to a shorter directory");
    }
    Files.deleteIfExists(socket);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(socket), 128);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    server = channel;
    executor.execute(() -> accept(channel));
  }

  /// Where it listens.
  public Path socket() {
    return socket;
  }

  /// Lets one other account connect, beside the server's own.
  void admit(int uid) throws IOException {
    Files.setAttribute(socket, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
  }

  /// Gives out a token for one worker.
  String expect(ControlListener listener) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = HexFormat.of().formatHex(bytes);
    expected.put(token, listener);
    return token;
  }

  /// Makes a token worthless.
  void forget(String token) {
    expected.remove(token);
  }

  private void accept(ServerSocketChannel channel) {
    while (channel.isOpen()) {
      try {
        SocketChannel connection = channel.accept();
        executor.execute(() -> serve(connection));
      } catch (IOException e) {
        if (channel.isOpen()) {
          log.warn("control.accept_failed", "problem", e);
          pause();
        }
      }
    }
  }

  /// Waits a moment before the next attempt, as when descriptors have run out.
  private static void pause() {
    LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
  }

  private void serve(SocketChannel channel) {
    ControlConnection connection = new ControlConnection(channel);
    ControlListener listener = null;
    try (connection) {
      listener = greet(connection);
      if (listener == null) {
        return;
      }
      listener.connected(connection);
      for (JsonNode message = connection.read(); message != null; message = connection.read()) {
        listener.received(message);
      }
    } catch (IOException e) {
      if (listener == null || connection.isOpen()) {
        log.warn("control.broken", "problem", e.getMessage());
      }
    } finally {
      if (listener != null) {
        listener.disconnected();
      }
    }
  }

  private @Nullable ControlListener greet(ControlConnection connection) throws IOException {
    if (strangers.incrementAndGet() > MAX_STRANGERS) {
      strangers.decrementAndGet();
      log.warn("control.refused", "reason", "too many connections without a token");
      return null;
    }
    Timing.Timer timer = timing.after(HELLO_LIMIT, connection::close);
    try {
      JsonNode hello = connection.read();
      String token = hello == null ? "" : hello.path("hello").asString("");
      ControlListener listener = expected.remove(token);
      if (listener == null) {
        log.warn("control.refused", "reason", hello == null ? "no hello" : "unknown token");
      }
      return listener;
    } finally {
      timer.cancel();
      strangers.decrementAndGet();
    }
  }

  @Override
  public void close() throws IOException {
    ServerSocketChannel channel = server;
    if (channel != null) {
      channel.close();
      Files.deleteIfExists(socket);
    }
  }

  /// Whoever a worker's control connection belongs to; called by one thread at a time.
  interface ControlListener {
    void connected(ControlConnection connection);

    void received(JsonNode message);

    void disconnected();
  }
}
