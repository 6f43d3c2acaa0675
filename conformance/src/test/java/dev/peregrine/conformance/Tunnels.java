package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/// Connections that have left HTTP by an upgrade to the made-up protocol `raw`.
final class Tunnels {
  private Tunnels() {}

  static void echoes(RawConnection connection, String target) {
    Answer answer =
        connection.send(Messages.get(target, "Connection: Upgrade", "Upgrade: raw")).head();
    assertThat(answer.status()).as(answer.toString()).isEqualTo(101);
    assertThat(answer.field("upgrade")).isEqualTo("raw");
    for (int i = 0; i < 10; i++) {
      String line = "line " + i + "\n";
      connection.send(line);
      byte[] echo = connection.bytes(line.length() + 5);
      assertThat(new String(echo, StandardCharsets.US_ASCII)).isEqualTo("echo " + line);
    }
  }
}
