package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What Rack promises an app beyond requests and responses.
interface RackShapes {
  Peregrine server();

  @Test
  default void path_withEscapes_isKeptRaw() {
    JsonNode echo = server().get("/echo/a%2Fb%20c/%C3%A9?q").json();

    assertThat(echo.get("path").asString()).isEqualTo("/echo/a%2Fb%20c/%C3%A9");
  }

  @Test
  default void serverNameAndPort_comeFromHost() {
    JsonNode echo = server().exchange("GET /echo HTTP/1.1\r\nHost: Example.ORG:81\r\n\r\n").json();

    assertThat(echo.get("name").asString()).isEqualTo("example.org");
    assertThat(echo.get("port").asString()).isEqualTo("81");
  }

  @Test
  default void input_afterReading_canBeRewound() {
    JsonNode lines = server().exchange(Messages.post("/lines", "first\nsecond\n")).json();

    assertThat(lines.get("first").asString()).isEqualTo("first\n");
    assertThat(lines.get("all").asString()).isEqualTo("first\nsecond\n");
  }

  @Test
  default void body_withToPath_isTheFile() {
    Path file = Apps.named("ruby/kitchen/config.ru");

    assertThat(server().get("/to-path?path=" + file).text()).isEqualTo(Commands.text(file));
  }

  @Test
  default void body_callable_writesToTheStream() {
    assertThat(server().get("/callable").text()).isEqualTo("called\n");
  }

  @Test
  default void hijack_partial_writesAfterTheHead() {
    Answer answer = server().get("/partial-hijack");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("hijacked\n");
  }

  @Test
  default void hijack_fullForAnUpgrade_isATunnel() {
    try (RawConnection connection = server().connect()) {
      Tunnels.echoes(connection, "/hijack");
    }
    assertThat(server().get("/").status()).isEqualTo(200);
  }

  @Test
  default void hijack_partialForAnUpgrade_isATunnel() {
    try (RawConnection connection = server().connect()) {
      Tunnels.echoes(connection, "/upgrade-partial");
    }
    assertThat(server().get("/").status()).isEqualTo(200);
  }

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
  default void earlyHints_toAnHttp10Client_areLeftOut() {
    try (RawConnection connection = server().connect()) {
      assertThat(connection.send("GET /hints HTTP/1.0\r\n\r\n").head().status()).isEqualTo(200);
    }
  }

  @Test
  default void responseFinished_afterTheResponse_isCalled() {
    Path file = server().home().resolve("finished");

    server().get("/finished?file=" + file);

    Await.until("callback called", () -> Files.exists(file));
  }
}
