package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The client's half of RFC 6455, as far as an echo needs it.
final class WebSockets {
  private static final byte[] MASK = {1, 2, 3, 4};

  private WebSockets() {}

  static void open(RawConnection connection, String target) {
    Answer answer =
        connection
            .send(
                Messages.get(
                    target,
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
            .head();
    assertThat(answer.status()).as(answer.toString()).isEqualTo(101);
    assertThat(answer.field("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  static void sendText(RawConnection connection, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x81);
    if (content.length < 126) {
      frame.write(0x80 | content.length);
    } else {
      frame.write(0x80 | 127);
      frame.writeBytes(ByteBuffer.allocate(8).putLong(content.length).array());
    }
    frame.writeBytes(MASK);
    for (int i = 0; i < content.length; i++) {
      frame.write(content[i] ^ MASK[i % 4]);
    }
    connection.send(frame.toByteArray());
  }

  static byte[] receive(RawConnection connection) {
    assertThat(connection.read()).isEqualTo(0x81);
    int length = connection.read();
    if (length == 126) {
      length = Short.toUnsignedInt(ByteBuffer.wrap(connection.bytes(2)).getShort());
    } else if (length == 127) {
      length = Math.toIntExact(ByteBuffer.wrap(connection.bytes(8)).getLong());
    }
    return connection.bytes(length);
  }
}
