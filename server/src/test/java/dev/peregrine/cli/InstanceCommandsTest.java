package dev.peregrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.admin.AdminServer;
import dev.peregrine.admin.CacheDesk;
import dev.peregrine.admin.Subject;
import dev.peregrine.admin.api.ConfigView;
import dev.peregrine.admin.api.InstanceFile;
import dev.peregrine.admin.api.OutputView;
import dev.peregrine.admin.api.RestartOutcome;
import dev.peregrine.admin.api.RestartRequest;
import dev.peregrine.admin.api.SampleStatus;
import dev.peregrine.admin.api.Status;
import dev.peregrine.admin.api.StopRequest;
import dev.peregrine.log.EventLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InstanceCommandsTest {
  @TempDir Path directory;

  private final FakeServer server = new FakeServer();
  private Path instance;
  private AdminServer admin;

  @BeforeEach
  void open() throws Exception {
    instance = Files.createDirectory(directory.resolve("i"));
    admin = AdminServer.open(instance.resolve("admin.sock"), server, EventLog.discarding());
    new InstanceFile(
            "blog", 1L << 30, "0.1", "/srv/blog", List.of("http://127.0.0.1:3000"), Instant.EPOCH)
        .write(instance);
  }

  @AfterEach
  void close() {
    admin.close();
  }

  private RecordedConsole run(String... arguments) {
    return new RecordedConsole(directory)
        .variable("PEREGRINE_INSTANCE_DIR", instance.toString())
        .run(arguments);
  }

  @Test
  void status_running_isShown() {
    RecordedConsole console = run("status");
    assertThat(console.code()).isEqualTo(0);
    assertThat(console.out()).contains("blog").contains("http://127.0.0.1:3000");
  }

  @Test
  void status_json_isJson() {
    JsonNode json = JsonMapper.shared().readTree(run("status", "--json").out());
    assertThat(json.get("server").get("name").asString()).isEqualTo("blog");
  }

  @Test
  void status_gone_is69() {
    admin.close();
    RecordedConsole console = run("status");
    assertThat(console.code()).isEqualTo(69);
    assertThat(console.err()).startsWith("peregrine: no server runs");
  }

  @Test
  void status_goneAsJson_saysSoInJson() {
    admin.close();
    RecordedConsole console = run("status", "--json");
    assertThat(console.code()).isEqualTo(69);
    assertThat(JsonMapper.shared().readTree(console.out()).has("error")).isTrue();
  }

  @Test
  void status_unknownName_is69() {
    RecordedConsole console = run("status", "--name", "no-such-server");
    assertThat(console.code()).isEqualTo(69);
    assertThat(console.err()).startsWith("peregrine: no server is called no-such-server");
  }

  @Test
  void status_nameThatLeavesTheDirectory_is69() {
    assertThat(run("status", "--name", "../../" + instance).code()).isEqualTo(69);
  }

  @Test
  void stop_running_waitsUntilItIsGone() throws Exception {
    RecordedConsole console = run("stop", "--now");
    assertThat(console.code()).isEqualTo(0);
    assertThat(console.out()).isEqualTo("stopped i\n");
    server.stopped.await();
    assertThat(server.isNow).isTrue();
  }

  @Test
  void stop_gone_is69UnlessIgnored() {
    admin.close();
    assertThat(run("stop").code()).isEqualTo(69);
    assertThat(run("stop", "-i").code()).isEqualTo(0);
  }

  @Test
  void stop_pidFileGone_is69() {
    RecordedConsole console = run("stop", "--pid-file", "gone.pid");
    assertThat(console.code()).isEqualTo(69);
    assertThat(console.err()).contains("gone.pid does not exist");
  }

  @Test
  void restart_done_saysHowMany() {
    RecordedConsole console = run("restart");
    assertThat(console.code()).isEqualTo(0);
    assertThat(console.out()).isEqualTo("replaced 2 workers in 0.5s\n");
    assertThat(server.resist).isEmpty();
  }

  @Test
  void restart_force_doesNotResist() {
    assertThat(run("restart", "--force").code()).isEqualTo(0);
    assertThat(server.resist).contains(false);
  }

  @Test
  void restart_failing_tellsWhy() {
    server.isFailing = true;
    RecordedConsole console = run("restart");
    assertThat(console.code()).isEqualTo(1);
    assertThat(console.err())
        .startsWith("peregrine: the new version does not start\n")
        .contains("error id 7f3a")
        .contains("  mend it")
        .doesNotContain("\u001b");
  }

  @Test
  void config_running_asksTheServer() {
    assertThat(run("config", "--running", "--origin").out()).matches("port: 3000 +# a flag\n");
  }

  /// A server that says what it is told to say.
  private static final class FakeServer implements Subject {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean isNow;
    private volatile boolean isFailing;
    private volatile Optional<Boolean> resist = Optional.empty();

    @Override
    public Status status() {
      return SampleStatus.status();
    }

    @Override
    public RestartOutcome restart(RestartRequest request) {
      resist = request.resistDeploymentErrors();
      return isFailing
          ? new RestartOutcome(false, 0, 0.5, SampleStatus.status().lastStartFailure())
          : new RestartOutcome(true, 2, 0.5, Optional.empty());
    }

    @Override
    public void stop(StopRequest request) {
      isNow = request.now();
      stopped.countDown();
    }

    @Override
    public Optional<CacheDesk> cache() {
      return Optional.empty();
    }

    @Override
    public ConfigView config() {
      return new ConfigView(List.of(new ConfigView.Option("port", "3000", "a flag")));
    }

    @Override
    public OutputView output() {
      return new OutputView(List.of(), 0);
    }
  }
}
