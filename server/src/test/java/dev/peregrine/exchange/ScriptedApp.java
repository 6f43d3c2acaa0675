package dev.peregrine.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.peregrine.app.GatewayFrame;
import dev.peregrine.app.WorkerProtocol;
import dev.peregrine.pool.Endpoint;
import dev.peregrine.pool.WorkerSource;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/// A source of workers that run in the test: each slot is a Unix socket that a virtual thread
/// serves by a script.
final class ScriptedApp implements WorkerSource, AutoCloseable {
  /// Answers one request on a connection; an exception closes the connection without a word.
  interface Script {
    void answer(Request request, OutputStream out) throws IOException;
  }

  /// One request as it came.
  ///
  /// @param number of this request, from 1, over all workers
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Request(Map<String, String> variables, byte[] content, int number, InputStream in) {
    String get(String name) {
      return variables.getOrDefault(name, "");
    }
  }

  private final Path directory;
  private final Script script;
  private final int slots;
  private final AtomicInteger requests = new AtomicInteger();
  private final List<ServerSocketChannel> open = new ArrayList<>();

  ScriptedApp(Path directory, int slots, Script script) {
    this.directory = directory;
    this.slots = slots;
    this.script = script;
  }

  static void reply(OutputStream out, String message) throws IOException {
    out.write(message.replace("\n", "\r\n").getBytes(ISO_8859_1));
    out.flush();
  }

  static void ok(OutputStream out, String body) throws IOException {
    reply(out, "HTTP/1.1 200 OK\nContent-Length: " + body.length() + "\n\n");
    out.write(body.getBytes(ISO_8859_1));
  }

  @Override
  public WorkerHandle start(String name, WorkerListener listener) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int slot = 0; slot < slots; slot++) {
      Path socket = directory.resolve(name + "-" + slot);
      endpoints.add(new Endpoint.Unix(socket));
      serve(socket);
    }
    Thread.ofVirtual()
        .start(() ->
            listener.ready(
                new ReadyWorker(
                    1, WorkerProtocol.GATEWAY, endpoints, OptionalInt.of(1), false, "script", "")));
    return new Handle(listener);
  }

  int requests() {
    return requests.get();
  }

  @Override
  public void close() throws IOException {
    for (ServerSocketChannel socket : open) {
      socket.close();
    }
  }

  private void serve(Path socket) {
    try {
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      open.add(server);
      Thread.ofVirtual().start(() -> acceptAll(server));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void acceptAll(ServerSocketChannel server) {
    while (server.isOpen()) {
      try (SocketChannel connection = server.accept()) {
        converse(connection);
      } catch (IOException _) {
        // The script broke the connection off, or the test is over.
      }
    }
  }

  private void converse(SocketChannel connection) throws IOException {
    InputStream in = Channels.newInputStream(connection);
    OutputStream out = Channels.newOutputStream(connection);
    DataInputStream data = new DataInputStream(in);
    while (true) {
      int length;
      try {
        length = data.readInt();
      } catch (EOFException _) {
        return;
      }
      Map<String, String> variables = GatewayFrame.read(data, length);
      String contentLength = variables.get("CONTENT_LENGTH");
      byte[] content =
          contentLength == null ? new byte[0] : readAll(in, Long.parseLong(contentLength));
      script.answer(new Request(variables, content, requests.incrementAndGet(), in), out);
      out.flush();
    }
  }

  private static byte[] readAll(InputStream in, long length) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    byte[] buffer = new byte[64 * 1024];
    while (content.size() < length) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, length - content.size()));
      if (count < 0) {
        throw new EOFException();
      }
      content.write(buffer, 0, count);
    }
    return content.toByteArray();
  }

  private record Handle(WorkerListener listener) implements WorkerHandle {
    @Override
    public OptionalInt pid() {
      return OptionalInt.of(1);
    }

    @Override
    public void ping(long id) {}

    @Override
    public void awaitSlot(int index) {}

    @Override
    public void drain() {
      kill();
    }

    @Override
    public void terminate() {
      kill();
    }

    @Override
    public void kill() {
      listener.exited(new WorkerExit("ended", false, false, List.of()));
    }

    @Override
    public Vitals vitals() {
      return new Vitals(true, false, 0, 0);
    }
  }
}
