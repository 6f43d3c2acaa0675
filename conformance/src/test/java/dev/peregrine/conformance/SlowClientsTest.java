package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/// Clients that are slow to send or slow to read never hold a worker: 2 workers, one thread each.
@Isolated("opens thousands of connections")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowClientsTest {
  private Peregrine server;

  @BeforeAll
  void start() {
    server =
        Peregrine.of("ruby/kitchen")
            .workers(2)
            .option("header_timeout", 10)
            .option("max_request_queue_size", 2000)
            .ready();
    server.awaitWorkers(2);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private void probe(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(server.get("/").text()).isEqualTo("hello\n");
    }
  }

  @Test
  void slowUploads_athousandInParallel_holdNoWorker() {
    List<RawConnection> uploads = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      uploads.add(
          server
              .connect()
              .send(Messages.request("POST", "/echo", "Content-Length: 20000") + "\r\n")
              .send("u".repeat(10_000)));
    }
    probe(50);
    for (RawConnection upload : uploads) {
      upload.send("u".repeat(10_000));
    }
    for (RawConnection upload : uploads) {
      assertThat(upload.answer().json().get("bytes").asInt()).isEqualTo(20_000);
      upload.close();
    }
  }

  @Test
  void slowReaders_athousandInParallel_holdNoWorker() {
    List<RawConnection> readers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      readers.add(
          RawConnection.toWithSmallWindow(server.port()).send(Messages.get("/blob?size=300000")));
    }
    probe(50);
    List<Thread> threads = new ArrayList<>();
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    for (RawConnection reader : readers) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try (reader) {
                  sizes.add(reader.answer().content().length);
                } catch (UncheckedIOException e) {
                  sizes.add(-1);
                }
              }));
    }
    QueueTest.join(threads);

    assertThat(sizes).hasSize(1000).allMatch(size -> size == 300_000);
  }

  @Test
  void slowloris_fiveHundredBesideOtherSlowClients_areSentOffAndProbesGoOn() {
    List<RawConnection> others = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      others.add(
          server
              .connect()
              .send(Messages.request("POST", "/echo", "Content-Length: 20000") + "\r\nu"));
    }
    for (int i = 0; i < 40; i++) {
      others.add(
          RawConnection.toWithSmallWindow(server.port()).send(Messages.get("/blob?size=3000000")));
    }
    List<RawConnection> slow = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      slow.add(server.connect().send("GET / HTTP/1.1\r\nHost: localhost\r\nX-" + i + ": "));
    }
    probe(50);
    for (RawConnection connection : slow) {
      assertThat(connection.answer().status()).isEqualTo(408);
      connection.close();
    }
    others.forEach(RawConnection::close);
  }

  @Test
  void silentConnections_tenThousand_areClosedAndProbesGoOn() {
    List<RawConnection> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 10_000; i++) {
        silent.add(server.connect());
      }
      probe(50);
      for (RawConnection connection : silent) {
        assertThat(connection.isClosedByPeer()).isTrue();
      }
      probe(5);
    } finally {
      silent.forEach(RawConnection::close);
    }
  }

  @Test
  void idleConnections_tenThousand_costLittleAndStayUsable() {
    long before = Procs.residentBytes(server.pid());
    List<RawConnection> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 10_000; i++) {
        idle.add(server.connect());
      }
      for (RawConnection connection : idle) {
        connection.send("GET /nothing HTTP/1.1\r\nHost: localhost\r\nUser-Agent: idle\r\n\r\n");
        assertThat(connection.answer().status()).isEqualTo(404);
      }
      long growth = Procs.residentBytes(server.pid()) - before;
      probe(50);
      for (int i = 0; i < idle.size(); i += 500) {
        assertThat(idle.get(i).get("/").text()).isEqualTo("hello\n");
      }

      assertThat(growth).isLessThan(100L << 20);
    } finally {
      idle.forEach(RawConnection::close);
    }
  }

  @Test
  void client_resetInTheMiddleOfItsUpload_leavesNothing() {
    for (int i = 0; i < 50; i++) {
      RawConnection connection = server.connect();
      connection.send(Messages.request("POST", "/echo", "Content-Length: 500000") + "\r\n");
      connection.send("r".repeat(300_000));
      connection.reset();
    }
    probe(5);
    Await.until("descriptors closed", () -> Procs.openFiles(server.pid()).count() < 400);
  }

  @Test
  void client_resetInTheMiddleOfItsDownload_freesTheWorker() {
    for (int i = 0; i < 20; i++) {
      RawConnection connection = RawConnection.toWithSmallWindow(server.port());
      connection.send(Messages.get("/blob?size=50000000"));
      assertThat(connection.head().status()).isEqualTo(200);
      connection.reset();
    }
    probe(5);
  }

  @Test
  void client_goneDuringAGet_freesItsWorker() {
    for (int i = 0; i < 2; i++) {
      RawConnection connection = server.connect();
      connection.send(Messages.get("/sleep?ms=1500"));
      connection.reset();
    }
    try {
      probe(2);
    } catch (UncheckedIOException e) {
      throw new AssertionError(server.output(), e);
    }
  }
}
