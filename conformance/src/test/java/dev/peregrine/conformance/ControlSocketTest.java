package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/// Strangers at the sockets of the instance directory.
class ControlSocketTest {
  @Test
  void controlSocket_toldNonsense_changesNothing() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready()) {
      var workers = server.awaitWorkers(1);
      for (String nonsense :
          new String[] {
            "{\"hello\":\"wrong\",\"pid\":1}\n{\"type\":\"ready\",\"sockets\":[\"/tmp/x\"]}\n",
            "not json\n",
            "[".repeat(100_000) + "\n",
            "x".repeat(2_000_000)
          }) {
        try (RawConnection connection =
            RawConnection.toUnix(server.instance().resolve("control.sock"))) {
          connection.send(nonsense);
          connection.rest();
        } catch (UncheckedIOException e) {
          // Closed in the face of so much nonsense.
        }
        assertThat(server.get("/").text()).isEqualTo("hello\n");
      }

      assertThat(server.workers()).isEqualTo(workers);
      assertThat(server.output()).doesNotContain("\tat ");
    }
  }

  @Test
  void adminSocket_askedByAForeignPage_refuses() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready()) {
      String stop = "POST /v1/stop HTTP/1.1\r\nHost: %s\r\nContent-Length: 2\r\n%s\r\n{}";
      String json = "Content-Type: application/json\r\n";
      for (String request :
          new String[] {
            stop.formatted("evil.example", json),
            stop.formatted("localhost", json + "Origin: http://evil.example\r\n"),
            stop.formatted("localhost", json + "Sec-Fetch-Site: cross-site\r\n"),
            stop.formatted("localhost", "Content-Type: text/plain\r\n"),
            stop.formatted("localhost", json).replace("{}", "{]"),
            "GET /v1/stop HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /v1/restart HTTP/1.1\r\nHost: localhost\r\n"
                + json
                + "Content-Length: 200000\r\n\r\n"
                + "[".repeat(200_000)
          }) {
        try (RawConnection connection =
            RawConnection.toUnix(server.instance().resolve("admin.sock"))) {
          assertThat(connection.send(request).answer().status()).isBetween(400, 415);
        }
      }

      assertThat(server.get("/").text()).isEqualTo("hello\n");
    }
  }
}
