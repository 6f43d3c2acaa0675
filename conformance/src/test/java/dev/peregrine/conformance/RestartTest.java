package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// New versions of an app take over from the old.
class RestartTest {
  private static final String RUBY =
      "sleep %s\nversion = '%s'\nrun(->(env) { [200, {}, [version]] })\n";

  private static Path app(String version, String bootSeconds) {
    return Apps.of("config.ru", RUBY.formatted(bootSeconds, version));
  }

  @Test
  void restart_underLoadOfASlowlyBootingApp_losesNothing() {
    Path app = app("one", "1.5");
    try (Peregrine server = Peregrine.of(app).workers(2).ready()) {
      List<Long> old = server.awaitWorkers(2);
      try (Load load = Load.gets(server.port(), 16, "/")) {
        load.awaitMore(20);
        Apps.write(app, "config.ru", RUBY.formatted("1.5", "two"));
        Commands.Outcome outcome = server.command("restart");
        load.awaitMore(100);
        Await.until("old workers gone", () -> Collections.disjoint(old, server.workers()));
        load.finish();

        assertThat(outcome.code()).as(outcome.toString()).isZero();
        assertThat(load.lost()).as(load.toString()).isZero();
        assertThat(server.get("/").text()).isEqualTo("two");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"python/kitchen", "node/kitchen"})
  void restart_ofOtherRuntimesUnderLoad_losesNothing(String name) {
    try (Peregrine server =
        Peregrine.of(name).option("python", "/usr/bin/python3").workers(2).ready()) {
      List<Long> old = server.awaitWorkers(2);
      try (Load load = Load.gets(server.port(), 16, "/sleep?ms=3")) {
        for (int i = 0; i < 3; i++) {
          load.awaitMore(20);
          assertThat(server.command("restart").code()).isZero();
        }
        load.awaitMore(50);
        Await.until("old workers gone", () -> Collections.disjoint(old, server.workers()));
        load.finish();

        assertThat(load.lost()).as(load.toString()).isZero();
      }
    }
  }

  @Test
  void restartTxt_touched_restarts() {
    Path app = app("one", "0");
    try (Peregrine server = Peregrine.of(app).workers(1).ready()) {
      Apps.write(app, "config.ru", RUBY.formatted("0", "two"));
      Apps.write(app, "tmp/restart.txt", "");

      Await.until("new version", () -> server.get("/").text().equals("two"));
      Apps.write(app, "config.ru", RUBY.formatted("0", "three"));
      Commands.run("touch", "-d", "+5 seconds", app.resolve("tmp/restart.txt").toString());
      Await.until("next version", () -> server.get("/").text().equals("three"));
    }
  }

  @Test
  void deploy_broken_leavesTheOldVersionServing() {
    Path app = app("one", "0");
    try (Peregrine server = Peregrine.of(app).workers(2).ready()) {
      List<Long> old = server.awaitWorkers(2);
      try (Load load = Load.gets(server.port(), 8, "/")) {
        load.awaitMore(20);
        Apps.write(app, "config.ru", "raise 'broken deploy'\n");
        Commands.Outcome outcome = server.command("restart");
        load.awaitMore(200).finish();

        assertThat(outcome.code()).as(outcome.toString()).isNotZero();
        assertThat(outcome.both()).contains("broken deploy");
        assertThat(load.lost()).as(load.toString()).isZero();
        assertThat(server.workers()).containsAll(old);
        assertThat(server.status().toString()).contains("broken deploy");
      }
      Apps.write(app, "config.ru", RUBY.formatted("0", "two"));
      assertThat(server.command("restart").code()).isZero();
      assertThat(server.get("/").text()).isEqualTo("two");
    }
  }

  @Test
  void request_inTheOldVersionDuringARestart_isFinished() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready();
        RawConnection connection = server.connect()) {
      Path started = server.home().resolve("started");
      Path file = server.home().resolve("go");
      connection.send(Messages.post("/wait?started=" + started + "&file=" + file, "content"));
      Await.until("request in the app", () -> started.toFile().exists());
      Thread restart = Thread.ofVirtual().start(() -> server.command("restart"));
      Await.until("new worker", () -> server.workers().size() == 2);
      assertThat(server.get("/").status()).isEqualTo(200);
      ResponseShapes.touch(file);

      assertThat(connection.answer().text()).isEqualTo("waited\n");
      QueueTest.join(List.of(restart));
      server.awaitWorkers(1);
    }
  }
}
