package dev.peregrine.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.pool.Journey.Step;
import dev.peregrine.pool.JourneyStep.State;
import dev.peregrine.pool.StartFailure.Category;
import dev.peregrine.pool.WorkerSource.ReadyWorker;
import dev.peregrine.pool.WorkerSource.Vitals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is made of the remains of a start.
final class StartReportTest {
  private static final Path ROOT = Path.of("/app");

  @TempDir private Path directory = Path.of("set by JUnit");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cannot load such file -- sinatra/base | gem install sinatra",
        "Could not find gem 'rails' in locally installed gems. | bundle install",
        "ModuleNotFoundError: No module named 'flask.ext' | pip install flask",
        "Error: Cannot find module 'express' | npm install express",
        "Cannot find package '@scope/name' imported from /app/app.mjs | npm install @scope/name"
      })
  void refine_libraryMissing_namesTheCommand(String text, String command) {
    assertThat(Remedies.refine(Category.EXIT, text)).isEqualTo(Category.MISSING_DEPENDENCY);
    assertThat(Remedies.remedy(Category.MISSING_DEPENDENCY, text, ROOT, Duration.ZERO))
        .contains(command);
  }

  @Test
  void refine_ownFileMissing_isAnErrorOfTheApp() {
    assertThat(Remedies.refine(Category.APP_ERROR, "Cannot find module './routes'"))
        .isEqualTo(Category.APP_ERROR);
    assertThat(Remedies.refine(Category.APP_ERROR, "cannot load such file -- /app/lib/routes"))
        .isEqualTo(Category.APP_ERROR);
  }

  @Test
  void refine_syntaxError_isNamed() {
    assertThat(Remedies.refine(Category.EXIT, "app.js:1\nSyntaxError: Unexpected token"))
        .isEqualTo(Category.SYNTAX_ERROR);
  }

  @Test
  void remedy_portTaken_speaksOfPort() {
    String text = "Error: listen EADDRINUSE: address already in use :::3000";
    assertThat(Remedies.remedy(Category.EXIT, text, ROOT, Duration.ZERO)).contains("variable PORT");
  }

  @Test
  void mask_secrets_areHidden() {
    Map<String, String> masked =
        SecretMask.mask(
            Map.of(
                "API_KEY", "a",
                "GITHUB_TOKEN", "b",
                "DATABASE_URL", "postgres://u:p@h/d",
                "CACHE_URL", "redis://:p@h:1/0",
                "HOME", "/root"));
    assertThat(masked)
        .containsEntry("API_KEY", "[masked]")
        .containsEntry("GITHUB_TOKEN", "[masked]")
        .containsEntry("DATABASE_URL", "[masked]")
        .containsEntry("CACHE_URL", "redis://[masked]@h:1/0")
        .containsEntry("HOME", "/root");
  }

  @Test
  void journey_failedStep_isTheOneUnderWay() {
    Journey journey = new Journey(0);
    journey.begin(Step.PREPARE, 0);
    journey.begin(Step.SPAWN, 1_000_000);
    journey.begin(Step.BOOT_LOADER, 2_000_000);
    journey.fail(9_000_000);
    List<JourneyStep> steps = journey.steps(true);
    assertThat(steps)
        .extracting(JourneyStep::name)
        .containsExactly("prepare", "spawn", "boot_loader", "load_app", "listen", "ready");
    assertThat(steps)
        .extracting(JourneyStep::state)
        .containsExactly(
            State.DONE,
            State.DONE,
            State.FAILED,
            State.NOT_STARTED,
            State.NOT_STARTED,
            State.NOT_STARTED);
    assertThat(steps.get(2).took()).contains(Duration.ofMillis(7));
  }

  @Test
  void journey_withoutLoader_leavesItsStepsOut() {
    assertThat(new Journey(0).steps(false))
        .extracting(JourneyStep::name)
        .containsExactly("prepare", "spawn", "listen", "ready");
  }

  @Test
  void ready_socketInOwnDirectory_isTaken() throws IOException {
    Path socket = Files.createFile(directory.resolve("slot-0.sock"));
    ReadyWorker ready = WorkerReport.ready(message(socket), 5, directory);
    assertThat(ready.endpoints()).containsExactly(new Endpoint.Unix(socket));
    assertThat(ready.concurrency()).hasValue(1);
  }

  @Test
  void ready_socketElsewhere_isRefused() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/null"));
    for (Path socket : List.of(Path.of("/dev/null"), link, directory.resolve("../x"))) {
      assertThatThrownBy(() -> WorkerReport.ready(message(socket), 5, directory))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void lastLines_pieces_arePutTogether() {
    LastLines lines = new LastLines();
    for (String piece : List.of("a", "b\nc\n", "d")) {
      byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
      lines.write(bytes, bytes.length);
    }
    assertThat(lines.lines()).containsExactly("ab", "c", "d");
  }

  @Test
  void lastLines_many_keepsFifty() {
    LastLines lines = new LastLines();
    for (int i = 0; i < 1000; i++) {
      byte[] bytes = ("line " + i + "\n").getBytes(StandardCharsets.UTF_8);
      lines.write(bytes, bytes.length);
    }
    assertThat(lines.lines()).hasSize(50).last().isEqualTo("line 999");
  }

  @Test
  void vitals_oddProgramName_isParsed() {
    String stat = "7 (a) (b c) T 1 7 7 0 -1 4 9 0 0 0 30 12 0 0 20 0 1 0 5 1000 20";
    assertThat(ProcessVitals.parse(stat, 8)).isEqualTo(new Vitals(true, true, 8, 42));
    assertThat(ProcessVitals.parse("7 (x) Z 1 7 7 0 -1 4 9 0 0 0 3 1 0", 0).isAlive()).isFalse();
  }

  @Test
  void memoryWatch_counterGrows_isClaimedOnce() throws IOException {
    Path events = directory.resolve("memory.events");
    Files.writeString(events, "low 0\noom 2\noom_kill 2\n");
    MemoryWatch watch = new MemoryWatch(List.of(directory.resolve("none"), events));
    assertThat(watch.claimKill()).isFalse();
    Files.writeString(events, "low 0\noom 3\noom_kill 3\n");
    assertThat(watch.claimKill()).isTrue();
    assertThat(watch.claimKill()).isFalse();
  }

  private static JsonNode message(Path socket) {
    return JsonMapper.shared()
        .valueToTree(
            Map.of(
                "type",
                "ready",
                "sockets",
                List.of(socket.toString()),
                "concurrency",
                1,
                "protocol",
                "gateway"));
  }
}
