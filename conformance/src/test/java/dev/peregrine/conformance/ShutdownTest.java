package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The server's own end, wanted or not.
class ShutdownTest {
  private static RawConnection stuck(Peregrine server) {
    Path started = server.home().resolve("started");
    RawConnection connection = server.connect();
    connection.send(Messages.post("/wait?started=" + started + "&file=" + go(server), "x"));
    Await.until("request in the app", () -> Files.exists(started));
    return connection;
  }

  private static Path go(Peregrine server) {
    return server.home().resolve("go");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ruby/kitchen", "python/kitchen", "node/kitchen"})
  void sigterm_withRequestsRunning_finishesThemAndExits0(String app) {
    try (Peregrine server =
        Peregrine.of(app)
            .option("python", "/usr/bin/python3")
            .workers(2)
            .option("thread_count", 4)
            .ready()) {
      server.awaitWorkers(2);
      RawConnection idle = server.connect();
      idle.get("/nowhere");
      List<RawConnection> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Path started = server.home().resolve("started" + i);
        running.add(
            server
                .connect()
                .send(Messages.get("/wait?started=" + started + "&file=" + go(server))));
        Await.until("request in the app", () -> Files.exists(started));
      }
      server.noteFamily().signal("TERM");
      assertThat(idle.isClosedByPeer()).isTrue();
      ResponseShapes.touch(go(server));

      for (RawConnection connection : running) {
        Answer answer = connection.answer();
        assertThat(answer.text()).isEqualTo("waited\n");
        assertThat(answer.isClosing()).isTrue();
        connection.close();
      }
      assertThat(server.awaitExit()).isZero();
      server.awaitNothingLeft(Duration.ofSeconds(3));
    }
  }

  @Test
  void sigterm_underLoad_cutsNoAnswer() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(2).ready()) {
      try (Load load = Load.gets(server.port(), 16, "/sleep?ms=20")) {
        load.awaitMore(50);
        server.signal("TERM");
        assertThat(server.awaitExit()).isZero();
        load.finish();

        assertThat(load.answers()).as(load.toString()).isEqualTo(load.count(200));
        assertThat(load.toString()).doesNotContain("closed in content");
      }
    }
  }

  @Test
  void sigterm_withAStuckRequest_endsAfterTheGracePeriod() {
    try (Peregrine server =
            Peregrine.of("ruby/kitchen").workers(1).option("shutdown_timeout", 2).ready();
        RawConnection connection = stuck(server)) {
      long begin = System.nanoTime();
      server.noteFamily().signal("TERM");
      server.awaitExit();

      assertThat(System.nanoTime() - begin)
          .isBetween(Duration.ofSeconds(1).toNanos(), Duration.ofSeconds(15).toNanos());
      assertThat(connection.isClosedByPeer()).isTrue();
      server.awaitNothingLeft(Duration.ofSeconds(3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void secondSignal_withAStuckRequest_endsAtOnce(String second) {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready();
        RawConnection connection = stuck(server)) {
      long begin = System.nanoTime();
      server.noteFamily().signal("TERM");
      Await.until("stops accepting", () -> !accepts(server));
      server.signal(second);
      server.awaitExit();

      assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(15).toNanos());
      assertThat(connection.isClosedByPeer()).isTrue();
      server.awaitNothingLeft(Duration.ofSeconds(3));
    }
  }

  private static boolean accepts(Peregrine server) {
    try {
      server.connect().close();
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ruby/kitchen", "python/kitchen", "node/kitchen"})
  void killOfTheFront_leavesNoOrphanAndTheNextStartIsClean(String app) {
    Peregrine.Setup setup = Peregrine.of(app).option("python", "/usr/bin/python3").workers(2);
    Peregrine server = setup.ready();
    server.awaitWorkers(2);
    server.noteFamily().signal("KILL");
    server.awaitExit();
    server.awaitNothingLeft(Duration.ofSeconds(4));

    try (Peregrine next = setup.ready()) {
      assertThat(next.awaitWorkers(2)).hasSize(2);
      assertThat(next.status().toString()).contains(Long.toString(next.pid()));
    }
  }

  @Test
  void killOfTheFront_whileTheAppIgnoresSignals_leavesNoOrphan() {
    Path app =
        Apps.of(
            "config.ru",
            """
            trap('TERM', 'IGNORE')
            trap('INT', 'IGNORE')
            spawn(%q(trap '' TERM INT HUP; sleep 996))
            run(->(env) { sleep if env['PATH_INFO'] == '/stuck'; [200, {}, ['ok']] })
            """);
    try (Peregrine server = Peregrine.of(app).workers(1).ready();
        RawConnection connection = server.connect()) {
      connection.send(Messages.get("/stuck"));
      server.noteFamily().signal("KILL");
      server.awaitExit();

      server.awaitNothingLeft(Duration.ofSeconds(6));
    }
  }

  @Test
  void front_stoppedAndContinued_keepsItsPool() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen").workers(2).option("heartbeat_timeout", 2).ready()) {
      List<Long> workers = server.awaitWorkers(2);
      server.signal("STOP");
      Await.holdsWithin(Duration.ofSeconds(5), () -> false);
      server.signal("CONT");
      assertThat(server.get("/").status()).isEqualTo(200);
      Await.holdsWithin(Duration.ofSeconds(3), () -> false);

      assertThat(server.workers()).isEqualTo(workers);
    }
  }

  @Test
  void stopCommand_endsTheServer() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready()) {
      Commands.Outcome outcome = server.noteFamily().command("stop");

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(server.awaitExit()).isZero();
      server.awaitNothingLeft(Duration.ofSeconds(3));
      assertThat(server.instance().resolve("admin.sock")).doesNotExist();
      assertThat(server.command("status").code()).isEqualTo(69);
    }
  }
}
