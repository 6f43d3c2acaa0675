package dev.peregrine.pool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A stream of JSON objects, one a line, to and from a worker. One thread reads; any may write.
final class ControlConnection implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 1 << 20;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final SocketChannel channel;
  private final ReentrantLock writing = new ReentrantLock();
  private byte[] line = new byte[1024];
  private int lineLength;
  private final ByteBuffer input = ByteBuffer.allocate(8192).flip();

  ControlConnection(SocketChannel channel) {
    this.channel = channel;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /// Waits for the next object; null at the end of the stream.
  @Nullable JsonNode read() throws IOException {
    String text = readLine();
    if (text == null) {
      return null;
    }
    try {
      JsonNode node = JSON.readTree(text);
      if (!node.isObject()) {
        throw new IOException("control connection: a line that is no JSON object");
      }
      return node;
    } catch (JacksonException e) {
      throw new IOException(
          "control connection: a line that is no JSON: " + e.getOriginalMessage());
    }
  }

  private @Nullable String readLine() throws IOException {
    while (true) {
      while (input.hasRemaining()) {
        byte next = input.get();
        if (next == '\n') {
          String text = new String(line, 0, lineLength, StandardCharsets.UTF_8);
          lineLength = 0;
          return text;
        }
        append(next);
      }
      input.clear();
      int count = channel.read(input);
      input.flip();
      if (count < 0) {
        return null;
      }
    }
  }

  private void append(byte next) throws IOException {
    if (lineLength == MAX_LINE_BYTES) {
      throw new IOException("control connection: a line above " + MAX_LINE_BYTES + " bytes");
    }
    if (lineLength == line.length) {
      line = Arrays.copyOf(line, 2 * lineLength);
    }
    line[lineLength++] = next;
  }

  /// Sends an object; a connection that is broken swallows it, since its reader notices.
  void send(Map<String, ?> message) {
    byte[] bytes = (JSON.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8);
    writing.lock();
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException _) {
      close();
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // Nothing was left to be written: closing is all that was wanted.
    }
  }
}
