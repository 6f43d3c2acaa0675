package dev.peregrine.conformance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// A client's connection, byte by byte: sends what it is told, right or wrong, and reads answers.
///
/// Every read over TCP ends after the limit given when connecting.
final class RawConnection implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(20);

  private final Closeable transport;
  private final InputStream in;
  private final OutputStream out;

  private RawConnection(Closeable transport, InputStream in, OutputStream out) {
    this.transport = transport;
    this.in = new BufferedInputStream(in, 16_384);
    this.out = out;
  }

  static RawConnection to(int port) {
    return to("127.0.0.1", port, LIMIT);
  }

  static RawConnection to(String host, int port, Duration readLimit) {
    try {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(readLimit.toMillis()));
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(host), port), 10_000);
      return new RawConnection(socket, socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Connects with a receive buffer so small that a response soon has to wait for its reader.
  static RawConnection toWithSmallWindow(int port) {
    try {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(16_384);
      socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
      return new RawConnection(socket, socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RawConnection toUnix(Path path) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(path));
      closeAfterLimit(channel);
      return new RawConnection(
          channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closeAfterLimit(SocketChannel channel) {
    Thread.ofVirtual()
        .start(() -> {
          LockSupport.parkNanos(LIMIT.toNanos());
          try {
            channel.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  RawConnection send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawConnection send(byte[] bytes) {
    return send(bytes, 0, bytes.length);
  }

  RawConnection send(byte[] bytes, int start, int length) {
    try {
      out.write(bytes, start, length);
      out.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Says that nothing more will be sent, and stays ready to read.
  RawConnection halfClose() {
    try {
      ((Socket) transport).shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int localPort() {
    return ((Socket) transport).getLocalPort();
  }

  /// Breaks the connection off with a reset.
  void reset() {
    try {
      ((Socket) transport).setSoLinger(true, 0);
      transport.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends a GET and reads its final answer.
  Answer get(String target) {
    return send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
  }

  /// Reads the next final answer to anything but HEAD.
  Answer answer() {
    return answerTo("GET");
  }

  /// Reads the next final answer; interim ones are passed over.
  Answer answerTo(String method) {
    Answer head = head();
    while (head.status() < 200 && head.status() != 101) {
      head = head();
    }
    return content(head, method);
  }

  /// Reads one head, interim or final.
  Answer head() {
    String[] parts = line().split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
      throw new AssertionError("not a status line: " + String.join(" ", parts));
    }
    return new Answer(
        parts[0],
        Integer.parseInt(parts[1]),
        parts.length > 2 ? parts[2] : "",
        fields(),
        new byte[0],
        List.of());
  }

  /// Reads the content that belongs to a head read before.
  Answer content(Answer head, String method) {
    int status = head.status();
    if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return head;
    }
    if (head.first("transfer-encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] chunk = chunk();
      while (chunk.length > 0) {
        all.writeBytes(chunk);
        chunk = chunk();
      }
      return head.withContent(all.toByteArray(), fields());
    }
    if (head.has("content-length")) {
      return head.withContent(bytes(Integer.parseInt(head.field("content-length"))), List.of());
    }
    return head.withContent(rest(), List.of());
  }

  /// Reads one chunk; empty after the last one, whose trailer section is still to be read.
  byte[] chunk() {
    int size = Integer.parseInt(line(), 16);
    byte[] data = bytes(size);
    if (size > 0 && !line().isEmpty()) {
      throw new AssertionError("chunk data longer than its size");
    }
    return data;
  }

  /// Reads the text of chunks until it ends with `end`.
  String chunksUntil(String end) {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith(end)) {
      byte[] chunk = chunk();
      if (chunk.length == 0) {
        throw new AssertionError("content ended: " + text);
      }
      text.append(new String(chunk, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  List<Map.Entry<String, String>> fields() {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new AssertionError("not a field line: " + line);
      }
      fields.add(Map.entry(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return fields;
  }

  /// Reads a line that must end in CR LF.
  String line() {
    StringBuilder line = new StringBuilder();
    int next = read();
    while (next != '\r') {
      if (next == '\n' || next < 0) {
        throw closedIn("a line: " + line);
      }
      line.append((char) next);
      next = read();
    }
    if (read() != '\n') {
      throw new AssertionError("bare CR after " + line);
    }
    return line.toString();
  }

  int read() {
    try {
      return in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes(int count) {
    try {
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw closedIn("content after " + bytes.length + " of " + count + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads and drops `count` bytes in constant memory.
  long drop(long count) {
    byte[] buffer = new byte[131_072];
    long left = count;
    try {
      while (left > 0) {
        int length = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (length < 0) {
          throw closedIn("content, " + left + " bytes short");
        }
        left -= length;
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads everything until the peer closes.
  byte[] rest() {
    try {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads on until the peer closes or resets; false if it stays open for the whole limit.
  boolean isClosedByPeer() {
    try {
      byte[] buffer = new byte[8192];
      while (in.read(buffer) >= 0) {
        // What the peer still says does not matter here.
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UncheckedIOException closedIn(String where) {
    return new UncheckedIOException(new EOFException("closed in " + where));
  }

  @Override
  public void close() {
    try {
      transport.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
