package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/// 1 GiB up and down in constant memory.
@Isolated("measures memory and moves gigabytes")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BigContentTest {
  private static final long GIB = 1L << 30;
  private static final long MAX_GROWTH = 160L << 20;

  private Peregrine server;

  @BeforeAll
  void start() {
    server = Peregrine.of("ruby/kitchen").workers(1).ready();
    server.exchange(Messages.post("/upload", "u".repeat(2_000_000)));
    server.get("/blob?size=2000000");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /// Runs the work and returns by how much the server's resident memory rose in the meantime.
  private long growthDuring(LongSupplier work, long expected) {
    long before = Procs.residentBytes(server.pid());
    AtomicLong peak = new AtomicLong();
    AtomicBoolean done = new AtomicBoolean();
    Thread sampler =
        Thread.ofPlatform()
            .start(() -> {
              while (!done.get()) {
                peak.accumulateAndGet(Procs.residentBytes(server.pid()), Math::max);
                LockSupport.parkNanos(50_000_000);
              }
            });
    try {
      assertThat(work.getAsLong()).isEqualTo(expected);
    } finally {
      done.set(true);
      QueueTest.join(List.of(sampler));
    }
    return peak.get() - before;
  }

  private long upload(String framing) {
    byte[] piece = new byte[1 << 20];
    try (RawConnection connection = server.connect()) {
      connection.send(Messages.request("POST", "/upload", framing) + "\r\n");
      boolean chunked = framing.startsWith("Transfer");
      for (long sent = 0; sent < GIB; sent += piece.length) {
        if (chunked) {
          connection.send("100000\r\n").send(piece).send("\r\n");
        } else {
          connection.send(piece);
        }
      }
      if (chunked) {
        connection.send("0\r\n\r\n");
      }
      return connection.answer().json().get("bytes").asLong();
    }
  }

  @Test
  void upload_ofOneGibibyte_takesConstantMemory() {
    assertThat(growthDuring(() -> upload("Content-Length: " + GIB), GIB)).isLessThan(MAX_GROWTH);
  }

  @Test
  void upload_ofOneGibibyteInChunks_takesConstantMemory() {
    assertThat(growthDuring(() -> upload("Transfer-Encoding: chunked"), GIB))
        .isLessThan(MAX_GROWTH);
  }

  private long download(String target) {
    try (RawConnection connection = server.connect()) {
      Answer head = connection.send(Messages.get(target)).head();
      assertThat(head.status()).isEqualTo(200);
      if (head.has("content-length")) {
        return connection.drop(Long.parseLong(head.field("content-length")));
      }
      long all = 0;
      for (int size = chunk(connection); size > 0; size = chunk(connection)) {
        all += size;
      }
      return all;
    }
  }

  private static int chunk(RawConnection connection) {
    int size = Integer.parseInt(connection.line(), 16);
    connection.drop(size + 2);
    return size;
  }

  @Test
  void download_ofOneGibibyte_takesConstantMemory() {
    assertThat(growthDuring(() -> download("/blob?size=" + GIB), GIB)).isLessThan(MAX_GROWTH);
  }

  @Test
  void download_ofOneGibibyteInChunks_takesConstantMemory() {
    assertThat(growthDuring(() -> download("/blob?chunked=1&size=" + GIB), GIB))
        .isLessThan(MAX_GROWTH);
  }
}
