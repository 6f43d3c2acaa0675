package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// More requests than the workers can take.
class QueueTest {
  private static RawConnection occupy(Peregrine server, Path file) {
    Path started = server.home().resolve("started" + System.nanoTime());
    RawConnection connection = server.connect();
    connection.send(Messages.get("/wait?started=" + started + "&file=" + file));
    Await.until("worker occupied", () -> Files.exists(started));
    return connection;
  }

  @Test
  void queue_full_answers503WithRetryAfterAtOnce() throws IOException {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen").workers(1).option("max_request_queue_size", 3).ready()) {
      Path file = server.home().resolve("go");
      RawConnection first = occupy(server, file);
      List<RawConnection> waiting = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waiting.add(server.connect().send(Messages.get("/")));
      }
      Await.until("three in the queue", () -> queued(server) == 3);
      Answer refused = server.get("/");
      Files.writeString(file, "");

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.field("retry-after")).matches("\\d+");
      assertThat(first.answer().text()).isEqualTo("waited\n");
      for (RawConnection connection : waiting) {
        assertThat(connection.answer().text()).isEqualTo("hello\n");
        connection.close();
      }
      first.close();
    }
  }

  private static int queued(Peregrine server) {
    return server.status().findValue("queued").asInt();
  }

  @Test
  void clients_goneWhileQueued_areNotWorkedOff() throws IOException {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready()) {
      Path file = server.home().resolve("go");
      RawConnection first = occupy(server, file);
      List<RawConnection> waiting = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        waiting.add(server.connect().send(Messages.post("/ledger?id=" + i, "content")));
      }
      Await.until("all in the queue", () -> queued(server) == 30);
      waiting.forEach(RawConnection::close);
      Await.until("none in the queue", () -> queued(server) == 0);
      Files.writeString(file, "");

      assertThat(first.answer().text()).isEqualTo("waited\n");
      assertThat(server.get("/").text()).isEqualTo("hello\n");
      assertThat(server.home().resolve("ledger")).doesNotExist();
      first.close();
    }
  }

  @Test
  void requests_farMoreThanSlotsAndQueue_areAllAnswered() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(2).ready()) {
      server.awaitWorkers(2);
      AtomicInteger served = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        clients.add(
            Thread.ofVirtual()
                .start(() -> {
                  Answer answer = server.get("/sleep?ms=20");
                  if (answer.status() == 200) {
                    served.incrementAndGet();
                  } else if (answer.status() == 503 && answer.has("retry-after")) {
                    refused.incrementAndGet();
                  }
                }));
      }
      join(clients);

      assertThat(served.get() + refused.get()).isEqualTo(1000);
      assertThat(served.get()).isGreaterThanOrEqualTo(100);
    }
  }

  static void join(List<Thread> threads) {
    for (Thread thread : threads) {
      try {
        thread.join(60_000);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
