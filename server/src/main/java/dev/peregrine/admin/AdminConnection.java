package dev.peregrine.admin;

import dev.peregrine.admin.AdminRoutes.Answer;
import dev.peregrine.admin.AdminRoutes.Call;
import dev.peregrine.http.Framing;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.RequestParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One connection to the admin socket: one request, one answer. Blocks; a peer that does not send
/// its request in time loses the connection.
final class AdminConnection {
  private static final int MAX_CONTENT = 256 << 10;
  private static final Duration RECEIVE_LIMIT = Duration.ofSeconds(10);

  private final SocketChannel channel;
  private final AdminRoutes routes;
  private final String peer;
  private final boolean isTrusted;
  private final ByteBuffer in = ByteBuffer.allocate(8 << 10);

  AdminConnection(SocketChannel channel, AdminRoutes routes, String peer, boolean isTrusted) {
    this.channel = channel;
    this.routes = routes;
    this.peer = peer;
    this.isTrusted = isTrusted;
  }

  void run() throws IOException {
    Thread watchdog = Thread.ofVirtual().name("admin-limit").start(this::closeWhenLate);
    Received received;
    try {
      received = receive();
    } finally {
      watchdog.interrupt();
    }
    switch (received) {
      case Nothing _ -> {}
      case Refused(Answer answer) -> send(answer);
      case Whole(Call call) -> {
        Answer answer = routes.answer(call);
        send(answer);
        if (answer.afterwards() != null) {
          channel.shutdownOutput();
          answer.afterwards().run();
        }
      }
    }
  }

  private void closeWhenLate() {
    try {
      Thread.sleep(RECEIVE_LIMIT);
      channel.close();
    } catch (InterruptedException | IOException _) {
      // Everything came in time, or the connection is gone already.
    }
  }

  private Received receive() throws IOException {
    if (!isTrusted) {
      return refused(403, "only root and the server's own account may use the admin socket");
    }
    RequestParser parser = new RequestParser(HeadLimits.DEFAULT);
    while (true) {
      if (channel.read(in) < 0) {
        return new Nothing();
      }
      in.flip();
      switch (parser.feed(in)) {
        case ParseResult.NeedMore<RequestHead> _ -> in.compact();
        case ParseResult.Rejected<RequestHead> rejected -> {
          return refused(rejected.violation().status(), rejected.violation().reason());
        }
        case ParseResult.Parsed<RequestHead>(RequestHead head) -> {
          return withContent(head);
        }
      }
    }
  }

  private Received withContent(RequestHead head) throws IOException {
    return switch (head.framing()) {
      case Framing.None _ -> new Whole(new Call(head, "{}", peer));
      case Framing.Length(long bytes) -> {
        if (bytes > MAX_CONTENT) {
          yield refused(413, "content is longer than " + MAX_CONTENT + " bytes");
        }
        String content = content((int) bytes);
        yield content == null ? new Nothing() : new Whole(new Call(head, content, peer));
      }
      case Framing.Chunked _, Framing.UntilClose _ -> refused(411, "Content-Length is needed");
    };
  }

  private @Nullable String content(int length) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(length);
    while (in.hasRemaining() && content.hasRemaining()) {
      content.put(in.get());
    }
    while (content.hasRemaining()) {
      if (channel.read(content) < 0) {
        return null;
      }
    }
    return length == 0 ? "{}" : new String(content.array(), StandardCharsets.UTF_8);
  }

  private void send(Answer answer) throws IOException {
    byte[] content = answer.content().getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + answer.status()
            + " \r\nContent-Type: "
            + answer.type()
            + "\r\nContent-Length: "
            + content.length
            + "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            + "Connection: close\r\n\r\n";
    ByteBuffer[] parts = {
      ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)), ByteBuffer.wrap(content)
    };
    while (parts[1].hasRemaining() || parts[0].hasRemaining()) {
      channel.write(parts);
    }
  }

  private static Received refused(int status, String error) {
    return new Refused(Answer.failure(status, error));
  }

  /// What came of waiting for a request.
  private sealed interface Received {}

  /// The peer went away before its request was whole.
  private record Nothing() implements Received {}

  /// A request that is answered without looking at what it asks for.
  private record Refused(Answer answer) implements Received {}

  /// A whole request.
  private record Whole(Call call) implements Received {}
}
