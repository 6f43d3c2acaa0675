package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Quick workers under more load than they can take: they are sent requests ahead.
class PrefetchTest {
  private static final int CLIENTS = 48;

  private static Peregrine start(String app) {
    Peregrine server = Peregrine.of(app).option("python", "/usr/bin/python3").workers(2).ready();
    server.awaitWorkers(2);
    return server;
  }

  private static Load notes(Peregrine server) {
    return Load.start(server.port(), CLIENTS, id -> Messages.get("/ledger?id=" + id));
  }

  private static void assertEachNotedOnce(Peregrine server, Load load) throws IOException {
    List<String> ledger = Files.readAllLines(server.home().resolve("ledger"));
    assertThat(load.lost()).as(load.toString()).isZero();
    assertThat(ledger).doesNotHaveDuplicates();
    assertThat(ledger).containsAll(load.outcomes().keySet().stream().map(String::valueOf).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ruby/kitchen", "python/kitchen"})
  void requests_amongSlowOnes_areAnsweredOnceEach(String app) throws IOException {
    try (Peregrine server = start(app);
        Load load = notes(server);
        RawConnection slow = server.connect()) {
      for (int i = 0; i < 5; i++) {
        load.awaitMore(2000);
        assertThat(slow.send(Messages.get("/sleep?ms=300")).answer().text()).isEqualTo("slept\n");
      }
      load.finish();

      assertEachNotedOnce(server, load);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ruby/kitchen", "python/kitchen"})
  void requests_amongPosts_areAnsweredOnceEach(String app) throws IOException {
    try (Peregrine server = start(app);
        Load load = notes(server);
        RawConnection posting = server.connect()) {
      for (int i = 0; i < 100; i++) {
        load.awaitMore(50);
        assertThat(posting.send(Messages.post("/ledger?id=post-" + i, "content")).answer().text())
            .isEqualTo("noted\n");
      }
      load.finish();

      assertEachNotedOnce(server, load);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ruby/kitchen", "python/kitchen"})
  void workers_killedUnderLoad_loseNoGet(String app) {
    try (Peregrine server = start(app);
        Load load = Load.gets(server.port(), CLIENTS, "/")) {
      for (int i = 0; i < 4; i++) {
        load.awaitMore(2000);
        server.workers().stream().limit(1 + i % 2).forEach(pid -> Procs.signal(pid, "KILL"));
        server.awaitWorkers(2);
      }
      load.awaitMore(200).finish();

      assertThat(load.lost()).as(load.toString()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/partial-hijack", "/full-hijack"})
  void requests_behindAHijackedOne_areAnswered(String path) {
    try (Peregrine server = start("ruby/kitchen");
        Load load = Load.gets(server.port(), CLIENTS, "/")) {
      load.awaitMore(2000);
      for (int i = 0; i < 20; i++) {
        load.awaitMore(100);
        assertThat(server.get(path).text()).isEqualTo("hijacked\n");
      }
      load.finish();

      assertThat(load.lost()).as(load.toString()).isZero();
    }
  }
}
