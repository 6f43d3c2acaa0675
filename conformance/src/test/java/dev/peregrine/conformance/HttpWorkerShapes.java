package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What an app that speaks HTTP itself may send.
interface HttpWorkerShapes {
  Peregrine server();

  @Test
  default void earlyHints_ofTheApp_areRelayed() {
    try (RawConnection connection = server().connect()) {
      Answer hint = connection.send(Messages.get("/hints")).head();

      assertThat(hint.status()).isEqualTo(103);
      assertThat(hint.field("link")).isEqualTo("</style.css>; rel=preload");
      assertThat(connection.answer().text()).isEqualTo("hinted\n");
    }
  }

  @Test
  default void trailers_ofTheApp_areRelayed() {
    try (RawConnection connection = server().connect()) {
      Answer answer = connection.send(Messages.get("/trailers", "TE: trailers")).answer();

      assertThat(answer.text()).isEqualTo("content\n");
      assertThat(answer.trailers().toString()).containsIgnoringCase("x-sum=42");
      assertThat(connection.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  default void response_closeDelimitedByTheApp_isComplete() {
    assertThat(server().get("/close-delimited").text()).isEqualTo("until close\n");
  }

  @Test
  default void response_withSurplusContent_doesNotReachTheNextAnswer() {
    try (RawConnection connection = server().connect()) {
      Answer answer = connection.get("/surplus");

      assertThat(answer.status() == 502 || answer.text().equals("abc"))
          .as(answer.toString())
          .isTrue();
    }
    for (int i = 0; i < 4; i++) {
      assertThat(server().get("/").text()).isEqualTo("hello\n");
    }
  }

  @Test
  default void response_notHttp_is502() {
    assertThat(server().get("/garbage?raw=nonsense%0D%0A%0D%0A").status()).isEqualTo(502);
  }

  @Test
  default void response_withTwoLengths_is502() {
    String raw =
        "HTTP/1.1%20200%20OK%0D%0AContent-Length:%203%0D%0AContent-Length:%204%0D%0A%0D%0Aabcd";

    assertThat(server().get("/garbage?raw=" + raw).status()).isEqualTo(502);
  }

  @Test
  default void upgrade_toAnyProtocol_isATunnel() {
    try (RawConnection connection = server().connect()) {
      Tunnels.echoes(connection, "/tunnel");
    }
  }

  @Test
  default void upgrade_webSocket_echoesMessages() {
    try (RawConnection connection = server().connect()) {
      WebSockets.open(connection, "/socket");
      WebSockets.sendText(connection, "hello");
      assertThat(WebSockets.receive(connection))
          .isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
      String big = "w".repeat(200_000);
      WebSockets.sendText(connection, big);
      assertThat(WebSockets.receive(connection)).hasSize(200_000);
    }
  }

  @Test
  default void upgrade_refusedByTheApp_staysHttp() {
    try (RawConnection connection = server().connect()) {
      connection.send(Messages.get("/", "Upgrade: h2c", "HTTP2-Settings: AAAA"));

      assertThat(connection.answer().text()).isEqualTo("hello\n");
      assertThat(connection.get("/").text()).isEqualTo("hello\n");
    }
  }
}
