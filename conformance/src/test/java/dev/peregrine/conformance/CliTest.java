package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Seeing and steering from the command line.
class CliTest {
  private static Commands.Outcome peregrine(
      Path directory, Map<String, String> variables, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Peregrine.EXECUTABLE.toString()));
    command.addAll(List.of(arguments));
    return Commands.run(command, variables, directory);
  }

  private static Commands.Outcome peregrine(String... arguments) {
    return peregrine(Path.of("/tmp"), Map.of(), arguments);
  }

  @Test
  void status_asJson_tellsOfServerAndWorkers() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(2).ready()) {
      List<Long> workers = server.awaitWorkers(2);
      Await.until("two workers in the status", () -> pids(server).containsAll(workers));
      JsonNode status = server.status();

      assertThat(status.toString())
          .contains(Long.toString(server.pid()))
          .contains("ruby")
          .contains(server.app().toString());
    }
  }

  private static List<Long> pids(Peregrine server) {
    return server.status().findValues("pid").stream().map(JsonNode::asLong).toList();
  }

  @Test
  void status_forPeople_isShortAndNamesTheUrl() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready()) {
      Commands.Outcome outcome = server.command("status");

      assertThat(outcome.code()).isZero();
      assertThat(outcome.output()).contains("127.0.0.1:" + server.port()).doesNotContain("\u001b");
      assertThat(server.output()).contains("http://127.0.0.1:" + server.port());
    }
  }

  @Test
  void status_underFullLoad_isAnswered() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready();
        Load load = Load.gets(server.port(), 64, "/sleep?ms=20")) {
      load.awaitMore(20);

      assertThat(server.command("status").code()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "stop", "restart"})
  void command_withoutAServer_exits69(String command) {
    Path app = Apps.of("config.ru", "run nil\n");
    Commands.Outcome outcome =
        peregrine(app, Map.of("PEREGRINE_INSTANCE_DIR", app.resolve("none").toString()), command);

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(69);
    assertThat(outcome.both()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "version,0",
    "help,0",
    "--version,0",
    "--help,0",
    "nonsense,2",
    "start --no-such-flag,2"
  })
  void command_ofAnyKind_exitsAsDocumented(String line, int code) {
    Commands.Outcome outcome = peregrine(line.split(" ", -1));

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(code);
    assertThat(outcome.both()).isNotBlank().doesNotContain("\tat ");
  }

  @Test
  void config_withOrigins_saysWhereEachValueComesFrom() {
    Path app = Apps.of("config.ru", "run nil\n");
    Apps.write(app, "peregrine.yaml", "# comment\nmax_pool_size: 3\nthread_count: 2\n");
    Commands.Outcome outcome =
        peregrine(
            app,
            Map.of("PEREGRINE_MIN_INSTANCES", "2", "PEREGRINE_MAX_POOL_SIZE", "4"),
            "config",
            "--origin",
            app.toString());

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.output()).containsPattern("thread_count\\W+2\\b.*peregrine\\.yaml.*3");
    assertThat(outcome.output()).containsPattern("max_pool_size\\W+4\\b.*PEREGRINE_MAX_POOL_SIZE");
    assertThat(outcome.output()).containsPattern("min_instances\\W+2\\b.*PEREGRINE_MIN_INSTANCES");
    assertThat(outcome.output()).containsPattern("port\\W+3000\\b.*default");
  }

  @Test
  void passengerfile_asItIs_isUnderstood() {
    int port = Peregrine.freePort();
    Path app = Apps.of("config.ru", "run(->(env) { [200, {}, [ENV['COLOR']]] })\n");
    Apps.write(
        app,
        "Passengerfile.json",
        """
        {"environment": "production", "port": %d, "address": "127.0.0.1", "max_pool_size": 1,
         "envvars": {"COLOR": "green"}, "engine": "nginx", "friendly_error_pages": false}
        """
            .formatted(port));
    try (Peregrine server = Peregrine.of(app).withoutPort().start()) {
      Await.until(
          "served on the port of the file",
          () -> {
            try (RawConnection connection = RawConnection.to(port)) {
              return connection.get("/").text().equals("green");
            } catch (UncheckedIOException e) {
              return false;
            }
          });
      assertThat(server.isRunning()).isTrue();
    }
  }

  @Test
  void doctor_onAGoodMachine_findsTheRuntimes() {
    Commands.Outcome outcome = peregrine(Apps.named("ruby/kitchen"), Map.of(), "doctor");

    assertThat(outcome.output()).containsPattern("ruby.*3\\.1").containsIgnoringCase("node");
    assertThat(outcome.both()).doesNotContain("\tat ");
  }

  @Test
  void doctor_withoutRuby_saysWhatWillBeUsed() {
    Commands.Outcome outcome =
        peregrine(
            Apps.named("ruby/kitchen"),
            Map.of("PATH", Tools.pathWithout("ruby", "jruby")),
            "doctor");

    assertThat(outcome.output()).containsIgnoringCase("jruby");
  }

  /// A configuration that must be refused, and what the message must name.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          peregrine.yaml     | max_pool_size: 0            | max_pool_size
          peregrine.yaml     | max_pool_size: many         | max_pool_size
          peregrine.yaml     | max_pol_size: 3             | max_pool_size
          peregrine.yaml     | "max_pool_size: [1"         | peregrine.yaml
          peregrine.yaml     | "- a\\n- b"                 | peregrine.yaml
          peregrine.yaml     | "a: &a [*a]"                | peregrine.yaml
          Passengerfile.json | {"port": 70000}             | port
          Passengerfile.json | {"port": 30                 | Passengerfile.json
          """)
  void configuration_corrupt_isRefusedWithPlaceAndReason(String file, String text, String named) {
    Path app = Apps.of("config.ru", "run nil\n");
    Apps.write(app, file, text.replace("\\n", "\n"));
    Peregrine server = Peregrine.of(app).launch();
    int code = server.awaitExit();
    server.close();

    assertThat(code).isEqualTo(78);
    assertThat(server.output()).contains(file).contains(named).doesNotContain("\tat ");
  }

  @Test
  void configuration_withSeveralFaults_listsThemAll() {
    Path app = Apps.of("config.ru", "run nil\n");
    Apps.write(app, "peregrine.yaml", "max_pool_size: 0\nport: x\nno_such_key: 1\n");
    Peregrine server = Peregrine.of(app).launch();
    int code = server.awaitExit();
    server.close();

    assertThat(code).isEqualTo(78);
    assertThat(server.output()).contains("max_pool_size", "port", "no_such_key");
  }

  @Test
  void daemonize_asked_returnsOnceItServes() {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1);
    Path pidFile = setup.home().resolve("server.pid");
    Path log = setup.home().resolve("server.log");
    Peregrine launcher =
        setup.arguments("--daemonize").option("pid_file", pidFile).option("log_file", log).launch();
    int code = launcher.awaitExit();
    assertThat(code).as(launcher.output()).isZero();
    assertThat(launcher.get("/").text()).isEqualTo("hello\n");
    long pid = Long.parseLong(Commands.text(pidFile).strip());
    List<Long> family = new ArrayList<>(Procs.descendants(pid));
    family.add(pid);

    assertThat(Procs.parent(pid)).isNotEqualTo(ProcessHandle.current().pid());
    assertThat(Commands.text(log)).isNotBlank();
    assertThat(launcher.command("status").code()).isZero();
    assertThat(launcher.command("stop").code()).isZero();
    Await.until("all gone", () -> family.stream().noneMatch(Procs::isAlive));
    assertThat(pidFile).doesNotExist();
    launcher.close();
  }

  /// The second attempt to start a worker never ends: only the first can have been told.
  @Test
  void daemonize_ofAnAppThatDoesNotStart_tellsTheFirstFailure() {
    Path app =
        Apps.of(
            "config.ru",
            """
            sleep if File.exist?("tried")
            File.write("tried", "")
            raise "too bad"
            """);
    Peregrine.Setup setup = Peregrine.of(app).workers(1).option("start_timeout", 600);
    Path log = setup.home().resolve("server.log");
    Peregrine launcher = setup.arguments("--daemonize").option("log_file", log).launch();

    assertThat(launcher.awaitExit()).isEqualTo(1);
    assertThat(launcher.output())
        .contains("answers with errors", "too bad", "config.ru:3", log.toString());
    assertThat(launcher.command("stop").code()).isZero();
    launcher.close();
  }

  @Test
  void daemonize_ofABrokenConfiguration_failsInTheForeground() {
    Peregrine launcher =
        Peregrine.of(Apps.of("config.ru", "run nil\n"))
            .arguments("--daemonize")
            .option("max_pool_size", 0)
            .launch();

    assertThat(launcher.awaitExit()).isEqualTo(78);
    assertThat(launcher.output()).contains("max_pool_size");
    launcher.close();
  }

  @Test
  void pidFile_inTheForeground_isThereWhileTheServerRuns() {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1);
    Path pidFile = setup.home().resolve("server.pid");
    try (Peregrine server = setup.option("pid_file", pidFile).ready()) {
      assertThat(Commands.text(pidFile).strip()).isEqualTo(Long.toString(server.pid()));
      server.noteFamily().signal("TERM");
      server.awaitExit();
      assertThat(Files.exists(pidFile)).isFalse();
      server.awaitNothingLeft(Duration.ofSeconds(3));
    }
  }
}
