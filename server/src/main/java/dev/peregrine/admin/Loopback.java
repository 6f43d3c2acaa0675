package dev.peregrine.admin;

import dev.peregrine.http.Framing;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Method;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.http.h1.ChunkedDecoder;
import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.ResponseParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// A client of the server's own listeners: sends a request the way that those of everybody come.
/// Blocks, but not for longer than a limit.
final class Loopback {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MAX_CONTENT = 8 << 20;

  private final List<String> listeners;

  /// A client of a server that listens there: `http://127.0.0.1:3000`, `unix:/run/app.sock`.
  Loopback(List<String> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /// A response: its head, and its content, at most [#MAX_CONTENT] bytes of it.
  @SuppressWarnings("ArrayRecordComponent") // made for one reader
  record Reply(ResponseHead head, byte[] content) {}

  /// Host and port of the server as its clients name it.
  String authority() {
    return listeners.stream()
        .filter(name -> name.startsWith("http://"))
        .map(name -> name.substring("http://".length()))
        .findFirst()
        .orElse("localhost");
  }

  /// Sends the head of a GET; returns the final response.
  Reply send(String head) throws IOException {
    try (SocketChannel channel = connect()) {
      Thread watchdog =
          Thread.ofVirtual().name("loopback-limit").start(() -> closeWhenLate(channel));
      try {
        ByteBuffer out = ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1));
        while (out.hasRemaining()) {
          channel.write(out);
        }
        return receive(channel);
      } finally {
        watchdog.interrupt();
      }
    }
  }

  private static void closeWhenLate(SocketChannel channel) {
    try {
      Thread.sleep(LIMIT);
      channel.close();
    } catch (InterruptedException | IOException _) {
      // The answer is there, or the connection is gone already.
    }
  }

  private SocketChannel connect() throws IOException {
    IOException failure = new IOException("the server listens nowhere that it could reach itself");
    for (String name : listeners) {
      if (!name.startsWith("unix:descriptor-")) {
        try {
          return connect(name);
        } catch (IOException e) {
          failure = new IOException("the server cannot reach itself at " + name, e);
        }
      }
    }
    throw failure;
  }

  private static SocketChannel connect(String name) throws IOException {
    SocketAddress address;
    SocketChannel channel;
    if (name.startsWith("unix:")) {
      address = UnixDomainSocketAddress.of(name.substring("unix:".length()));
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    } else {
      URI uri = URI.create(name);
      String host = uri.getHost().replaceAll("^\\[|]$", "");
      InetAddress ip = InetAddress.getByName(host);
      InetAddress reachable = ip.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : ip;
      address = new InetSocketAddress(reachable, uri.getPort() < 0 ? 80 : uri.getPort());
      channel = SocketChannel.open();
    }
    try {
      channel.connect(address);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static Reply receive(SocketChannel channel) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(64 << 10).flip();
    ResponseParser parser = new ResponseParser(HeadLimits.DEFAULT);
    while (true) {
      switch (parser.feed(in)) {
        case ParseResult.NeedMore<ResponseHead> _ -> more(channel, in);
        case ParseResult.Rejected<ResponseHead> rejected ->
            throw new IOException("the server's answer is not HTTP: " + rejected.violation());
        case ParseResult.Parsed<ResponseHead>(ResponseHead head) -> {
          if (!head.isInterim()) {
            return new Reply(head, content(channel, in, head.framing(Method.GET)));
          }
          parser = new ResponseParser(HeadLimits.DEFAULT);
        }
      }
    }
  }

  private static byte[] content(SocketChannel channel, ByteBuffer in, Framing framing)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (framing) {
      case Framing.None _ -> {}
      case Framing.Length(long bytes) -> {
        while (out.size() < Math.min(bytes, MAX_CONTENT)) {
          take(channel, in, out);
        }
      }
      case Framing.UntilClose _ -> {
        try {
          while (out.size() < MAX_CONTENT) {
            take(channel, in, out);
          }
        } catch (EndOfAnswer _) {
          return out.toByteArray();
        }
      }
      case Framing.Chunked _ -> chunks(channel, in, out);
    }
    return out.toByteArray();
  }

  private static void chunks(SocketChannel channel, ByteBuffer in, ByteArrayOutputStream out)
      throws IOException {
    ChunkedDecoder decoder = new ChunkedDecoder(HeadLimits.DEFAULT);
    while (out.size() < MAX_CONTENT) {
      switch (decoder.next(in)) {
        case NEED_MORE -> more(channel, in);
        case DATA -> {
          byte[] data = new byte[decoder.dataLength()];
          in.get(decoder.dataStart(), data);
          out.writeBytes(data);
        }
        case END -> {
          return;
        }
        case REJECTED -> throw new IOException("the server's content is not well chunked");
      }
    }
  }

  private static void take(SocketChannel channel, ByteBuffer in, ByteArrayOutputStream out)
      throws IOException {
    if (!in.hasRemaining()) {
      more(channel, in);
    }
    byte[] data = new byte[in.remaining()];
    in.get(data);
    out.writeBytes(data);
  }

  private static void more(SocketChannel channel, ByteBuffer in) throws IOException {
    in.compact();
    int count = channel.read(in);
    in.flip();
    if (count < 0) {
      throw new EndOfAnswer();
    }
  }

  /// The server closed the connection.
  private static final class EndOfAnswer extends IOException {
    private static final long serialVersionUID = 1;

    EndOfAnswer() {
      super("the server closed the connection before its answer was whole");
    }
  }
}
