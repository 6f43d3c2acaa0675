package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// The cache while something is wrong: the app, its worker, the clock, the disk, the memory.
class CacheTroubleTest {
  private static final String HOUR = "Cache-Control: max-age=3600";
  private static final Path FAKETIME =
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

  @Test
  void hits_whileTheWorkerIsGone_areServed() {
    try (ScriptedServer app = ScriptedServer.raw()) {
      app.answer("kept", Reply.ok(HOUR));
      app.get("kept/");
      Procs.signal(app.server().awaitWorkers(1).getFirst(), "STOP");
      for (int i = 0; i < 20; i++) {
        assertThat(app.get("kept/").text()).isEqualTo("response 1 of kept");
      }
      Procs.signal(app.server().workers().getFirst(), "KILL");
      for (int i = 0; i < 20; i++) {
        assertThat(app.get("kept/").text()).isEqualTo("response 1 of kept");
      }
    }
  }

  @Test
  void restart_ofTheApp_keepsWhatIsStored() {
    try (ScriptedServer app = ScriptedServer.raw()) {
      app.answer("kept", Reply.ok(HOUR));
      app.get("kept/");

      assertThat(app.server().command("restart").code()).isZero();

      assertThat(app.get("kept/").text()).isEqualTo("response 1 of kept");
    }
  }

  /// The server's clock is moved while it runs; the monotonic one goes on as the kernel has it. The
  /// app's jumps at another moment, so that it dates nothing.
  @Test
  void clock_thatJumps_makesNoAgeNegativeAndNothingFreshForEver() throws IOException {
    assertThat(FAKETIME).as("apt-get install libfaketime").exists();
    Path offset = Files.createTempFile("conform", ".clock");
    Files.writeString(offset, "+0");
    try (ScriptedServer app =
        ScriptedServer.raw(setup ->
            setup
                .variable("LD_PRELOAD", FAKETIME.toString())
                .variable("FAKETIME_TIMESTAMP_FILE", offset.toString())
                .variable("FAKETIME_CACHE_DURATION", "1")
                .variable("FAKETIME_DONT_FAKE_MONOTONIC", "1"))) {
      app.answer("clock", Reply.ok("Cache-Control: no-store").undated());
      for (String jump : List.of("+3600", "-3600", "+86400", "-86400")) {
        app.answer("before" + jump, Reply.ok(HOUR).undated());
        app.answer("after" + jump, Reply.ok(HOUR).undated());
        app.answer(
            "brief" + jump,
            Reply.ok("Cache-Control: max-age=1").undated(),
            Reply.ok(HOUR).undated());
        app.get("before" + jump + "/");
        app.get("brief" + jump + "/");
        Files.writeString(offset, jump);
        long seconds = Long.parseLong(jump);
        Await.until("the clock has jumped by " + jump, () -> isAhead(app, seconds));

        app.get("after" + jump + "/");
        assertYoung(app.get("before" + jump + "/"), "before" + jump);
        assertYoung(app.get("after" + jump + "/"), "after" + jump);
        Await.until(
            "stale in spite of the clock",
            () -> app.get("brief" + jump + "/").text().startsWith("response 2"));
      }
    } finally {
      Files.delete(offset);
    }
  }

  private static boolean isAhead(ScriptedServer app, long seconds) {
    String date = app.get("clock/").field("Date");
    Instant clock = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    return Duration.between(Instant.now().plusSeconds(seconds), clock).abs().toSeconds() < 60;
  }

  private static void assertYoung(Answer answer, String script) {
    assertThat(answer.text()).isEqualTo("response 1 of " + script);
    assertThat(Long.parseLong(answer.field("Age"))).isBetween(0L, 60L);
  }

  @Test
  void diskOfTheBuffers_full_costsNoHit() throws IOException {
    Path disk = Files.createTempDirectory("conform-disk");
    Commands.Outcome mounted =
        Commands.run("mount", "-t", "tmpfs", "-o", "size=64k", "small", disk.toString());
    assertThat(mounted.code()).as(mounted.toString()).isZero();
    try (ScriptedServer app =
        ScriptedServer.raw(
            setup -> setup.option("content_buffer_memory", 4096).option("data_buffer_dir", disk))) {
      app.answer("kept", Reply.ok(HOUR).content("k".repeat(500_000)));
      Answer first = app.get("kept/");
      Commands.run("dd", "if=/dev/zero", "of=" + disk.resolve("full"), "bs=1k", "count=64");

      List<Answer> answers = app.crowd(20, "kept/");

      assertThat(first.content()).hasSize(500_000);
      assertThat(answers).hasSize(20).allMatch(answer -> answer.content().length == 500_000);
    } finally {
      Commands.run("umount", "-l", disk.toString());
      Files.delete(disk);
    }
  }

  @Test
  void cache_farTooSmallForWhatIsAsked_keepsItsBudgetAndServes() {
    try (ScriptedServer app =
        ScriptedServer.raw(setup -> setup.option("turbocache_size", "8MiB"))) {
      app.answer("much", Reply.ok(HOUR).content("m".repeat(100_000)));
      app.answer("vary", Reply.ok(HOUR, "Vary: Foo"));
      app.answer("giant", Reply.ok(HOUR).content("g".repeat(5_000_000)));
      try (RawConnection connection = app.connect()) {
        for (int i = 0; i < 400; i++) {
          assertThat(connection.get("/much/" + i).content()).hasSize(100_000);
        }
        for (int i = 0; i < 500; i++) {
          connection.send(Messages.get("/vary/", "Foo: " + i));
          assertThat(connection.answer().status()).isEqualTo(200);
        }
        for (int i = 0; i < 5; i++) {
          assertThat(connection.get("/giant/" + i).content()).hasSize(5_000_000);
        }
      }
      Commands.Outcome json = app.server().command("cache", "--json");
      long bytes = JsonMapper.shared().readTree(json.output()).findValue("bytes").asLong();

      assertThat(bytes).isPositive().isLessThanOrEqualTo(8L * 1024 * 1024 * 105 / 100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stale-if-error=60", ""})
  void app_thatDropsConnections_isCoveredByWhatIsStale(String directive) {
    String name = directive.isEmpty() ? "silent" : "said";
    String window = directive.isEmpty() ? "60s" : "0s";
    try (ScriptedServer app =
        ScriptedServer.raw(setup -> setup.option("turbocache_stale_if_error", window))) {
      app.answer(name, Reply.ok("Cache-Control: public, max-age=1, " + directive), Reply.dropped());
      app.get(name + "/");
      Await.until(
          "the app is asked again",
          () -> {
            Answer answer = app.get(name + "/");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            return app.count(name) > 1;
          });
    }
  }
}
