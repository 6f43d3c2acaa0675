package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.process.Environment;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Asks the init of this container, or gives it orders.
public final class ControlClient {
  private static final int NOT_RUNNING = 69;
  private static final int MAX_ANSWER = 16 << 20;

  private ControlClient() {}

  /// What came back.
  ///
  /// @param code exit code for the command
  /// @param text what to print
  public record Answer(int code, String text) {}

  /// Sends the words of a question or an order and waits for the answer.
  public static Answer ask(List<String> words) throws IOException {
    Optional<Path> socket = RuntimeDirectory.findControl(Environment.inherited());
    if (socket.isEmpty()) {
      return new Answer(
          NOT_RUNNING,
          "no init to ask (expected `peregrine init` as process 1 of this container, of the same"
              + " account); run this in its container, as root or as that account\n");
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket.get()));
      channel.write(ByteBuffer.wrap((String.join(" ", words) + "\n").getBytes(UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(64 << 10);
      while (channel.read(answer) >= 0) {
        if (!answer.hasRemaining()) {
          answer = larger(answer);
        }
      }
      String text = new String(answer.array(), 0, answer.position(), UTF_8);
      int end = text.indexOf('\n');
      if (end < 0) {
        throw new IOException("init closed the connection without an answer");
      }
      return new Answer(Integer.parseInt(text.substring(0, end)), text.substring(end + 1));
    }
  }

  private static ByteBuffer larger(ByteBuffer full) throws IOException {
    if (full.capacity() >= MAX_ANSWER) {
      throw new IOException("an answer of more than 16 MiB");
    }
    return ByteBuffer.allocate(full.capacity() * 2).put(full.flip());
  }
}
