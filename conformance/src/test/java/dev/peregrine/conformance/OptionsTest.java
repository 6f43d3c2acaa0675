package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Options that change what clients and apps see of each other.
class OptionsTest {
  private static JsonNode echoed(Peregrine server, String message) {
    Answer answer = server.exchange(message);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void trustedProxy_namingItsClient_isBelieved() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen").workers(1).option("trusted_proxies", "127.0.0.0/8").ready()) {
      JsonNode echo =
          echoed(
              server,
              Messages.get(
                  "/echo",
                  "X-Forwarded-For: 6.6.6.6, 203.0.113.7",
                  "X-Forwarded-Proto: https",
                  "X-Forwarded-Host: shop.example"));

      assertThat(echo.get("address").asString()).isEqualTo("203.0.113.7");
      assertThat(echo.get("scheme").asString()).isEqualTo("https");
      assertThat(echo.get("fields").get("HTTP_X_FORWARDED_PROTO").asString()).isEqualTo("https");
      assertThat(echo.get("fields").get("HTTP_X_FORWARDED_HOST").asString())
          .isEqualTo("shop.example");
    }
  }

  @Test
  void forwardedHost_fromAStranger_isReplaced() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready()) {
      JsonNode echo =
          echoed(
              server,
              Messages.get(
                  "/echo",
                  "X-Forwarded-Host: evil.example",
                  "Forwarded: for=6.6.6.6;host=evil.example"));

      assertThat(echo.toString()).doesNotContain("evil.example");
    }
  }

  @Test
  void via_named_isAddedToTheRequest() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen").workers(1).option("via", "falcon").ready()) {
      Answer answer = server.get("/echo");

      assertThat(answer.json().get("fields").get("HTTP_VIA").asString()).isEqualTo("1.1 falcon");
    }
  }

  @Test
  void underscores_allowed_reachTheApp() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen").workers(1).option("underscores_in_headers", true).ready()) {
      assertThat(
              echoed(server, Messages.get("/echo", "X_Custom: kept"))
                  .get("fields")
                  .get("HTTP_X_CUSTOM")
                  .asString())
          .isEqualTo("kept");
    }
  }

  @Test
  void connection_afterItsLastRequest_isClosedWithNotice() {
    try (Peregrine server =
            Peregrine.of("ruby/kitchen")
                .workers(1)
                .option("max_requests_per_connection", 3)
                .ready();
        RawConnection connection = server.connect()) {
      assertThat(connection.get("/").isClosing()).isFalse();
      assertThat(connection.get("/").isClosing()).isFalse();
      assertThat(connection.get("/").isClosing()).isTrue();
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void connections_beyondTheLimit_pushOutTheOldestIdle() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen").workers(1).option("max_connections", 10).ready()) {
      List<RawConnection> crowd = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        RawConnection connection = server.connect();
        assertThat(connection.get("/").status()).isEqualTo(200);
        crowd.add(connection);
      }

      assertThat(crowd.getFirst().isClosedByPeer()).isTrue();
      assertThat(crowd.getLast().get("/").status()).isEqualTo(200);
      crowd.forEach(RawConnection::close);
    }
  }

  @Test
  void connections_ofOneAddressBeyondItsLimit_areRefused() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen").workers(1).option("max_connections_per_address", 5).ready()) {
      List<RawConnection> crowd = new ArrayList<>();
      int served = 0;
      for (int i = 0; i < 12; i++) {
        RawConnection connection = server.connect();
        served += serves(connection) ? 1 : 0;
        crowd.add(connection);
      }
      crowd.forEach(RawConnection::close);

      assertThat(served).isBetween(4, 5);
      Await.until("room again", () -> serves(server.connect()));
    }
  }

  private static boolean serves(RawConnection connection) {
    try {
      return connection.get("/").status() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  @Test
  void customErrorPage_ofAnAppThatDoesNotStart_isShown() {
    Path app = Apps.of("config.ru", "raise 'cold'\n");
    Apps.write(app, "sorry.html", "<p>back soon</p>");
    try (Peregrine server =
        Peregrine.of(app)
            .workers(1)
            .option("custom_error_page", app.resolve("sorry.html"))
            .start()) {
      assertThat(server.get("/").text()).contains("back soon").doesNotContain("cold");
    }
  }

  @Test
  void heap_tooSmallForTheCrowd_mixesUpNoAnswer() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen")
            .workers(2)
            .option("max_request_queue_size", 5000)
            .variable("PEREGRINE_JAVA_OPTIONS", "-Xmx64m -XX:MaxDirectMemorySize=64m")
            .ready()) {
      List<Thread> clients = new ArrayList<>();
      List<String> wrong = Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 400; i++) {
        String content = ("client" + i + " ").repeat(10_000);
        clients.add(Thread.ofVirtual().start(() -> wrong.addAll(mixUps(server, content))));
      }
      QueueTest.join(clients);

      assertThat(wrong).isEmpty();
      assertThat(server.get("/").status()).isEqualTo(200);
    }
  }

  private static List<String> mixUps(Peregrine server, String content) {
    try {
      Answer answer = server.exchange(Messages.post("/echo", content));
      if (answer.status() == 503) {
        return List.of();
      }
      boolean isRight =
          answer.status() == 200
              && answer.json().get("bytes").asInt() == content.length()
              && answer.json().get("content").asString().equals(content.substring(0, 10_000));
      return isRight ? List.of() : List.of(answer.toString());
    } catch (RuntimeException e) {
      return List.of(e.toString());
    }
  }
}
