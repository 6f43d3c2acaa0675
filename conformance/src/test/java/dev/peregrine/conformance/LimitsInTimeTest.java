package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Clients that stop half-way are sent off by limits in time.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsInTimeTest {
  private Peregrine server;

  @BeforeAll
  void start() {
    server =
        Peregrine.of("ruby/kitchen")
            .workers(1)
            .option("header_timeout", 2)
            .option("idle_timeout", 2)
            .option("content_timeout", 2)
            .ready();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void header_unfinished_is408AndClosed() {
    try (RawConnection connection = server.connect()) {
      Answer answer = connection.send("GET / HTTP/1.1\r\nHos").answer();

      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.isClosing()).isTrue();
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void header_tricklingIn_isLimitedAsAWhole() {
    try (RawConnection connection = server.connect()) {
      connection.send("GET / HTTP/1.1\r\n");
      boolean open = true;
      for (int i = 0; i < 100 && open; i++) {
        open = sends(connection, "X-" + i + ": y\r\n");
        LockSupport.parkNanos(100_000_000);
      }

      assertThat(open).isFalse();
    }
  }

  private static boolean sends(RawConnection connection, String text) {
    try {
      connection.send(text);
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  @Test
  void content_unfinished_is408AndClosed() {
    try (RawConnection connection = server.connect()) {
      connection.send(Messages.request("POST", "/echo", "Content-Length: 10") + "\r\nhalf");

      assertThat(connection.answer().status()).isEqualTo(408);
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void connection_silentFromTheStart_isClosed() {
    try (RawConnection connection = server.connect()) {
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void connection_idleAfterARequest_isClosedWithoutAWord() {
    try (RawConnection connection = server.connect()) {
      connection.get("/");

      assertThat(connection.rest()).isEmpty();
    }
  }

  @Test
  void reader_thatTakesNothing_isCutOff() {
    try (RawConnection connection = RawConnection.toWithSmallWindow(server.port())) {
      connection.send(Messages.get("/blob?size=20000000"));

      Await.until("connection gone", () -> !Procs.isEstablished(connection.localPort()));
      assertThat(server.get("/").status()).isEqualTo(200);
    }
  }
}
