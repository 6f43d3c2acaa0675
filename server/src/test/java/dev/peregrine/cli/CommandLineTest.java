package dev.peregrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.config.Config;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {
  @TempDir Path directory;

  private RecordedConsole run(String... arguments) {
    return new RecordedConsole(directory).run(arguments);
  }

  @Test
  void run_nothing_showsTheCommands() {
    RecordedConsole console = run();
    assertThat(console.code()).isEqualTo(0);
    assertThat(console.out())
        .isEqualTo(
            """
            Usage: peregrine COMMAND [DIR] [FLAGS]

            Serves Ruby, Python, Node.js and any other web apps.

            Commands:
              start    Serve an app.
              stop     Stop a server.
              status   Show what a server does.
              restart  Replace the workers, without losing a request.
              cache    Look into the response cache, and explain it.
              purge    Take responses out of the cache.
              config   Show the options in force, and where they come from.
              doctor   Find what would keep an app from being served well.
              version  Print the version.
              init     Be process 1 of a container; `init status` looks inside.
              setuser  Become another user and run a command.
              help     Show this, or the help of a command.

            `peregrine help COMMAND` shows all flags of a command.
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "stop", "status", "restart", "config", "doctor", "version"})
  void help_ofEachCommand_isTheSameAsItsFlag(String command) {
    RecordedConsole help = run("help", command);
    assertThat(help.code()).isEqualTo(0);
    assertThat(help.out()).startsWith("Usage: peregrine " + command).doesNotContain("null");
    assertThat(help.out()).isEqualTo(run(command, "--help").out());
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void help_ofStart_namesFlagsDefaultsAndExitCodes() {
    assertThat(run("help", "start").out())
        .contains("  -p, --port=NUMBER")
        .contains("Default: 3000.")
        .contains("--no-static-files turns it off.")
        .containsPattern(" 78 +the configuration is wrong\n")
        .doesNotContain("--engine");
  }

  @ParameterizedTest
  @CsvSource({"statsu,`peregrine status`", "Start,`peregrine start`", "strat,`peregrine start`"})
  void run_misspeltCommand_suggests(String word, String meant) {
    RecordedConsole console = run(word);
    assertThat(console.code()).isEqualTo(2);
    assertThat(console.err())
        .isEqualTo("peregrine: no command is called " + word + "; did you mean " + meant + "?\n");
  }

  @Test
  void run_misspeltFlag_suggests() {
    RecordedConsole console = run("start", "--max-pool-szie", "3");
    assertThat(console.code()).isEqualTo(2);
    assertThat(console.err())
        .isEqualTo(
            "peregrine: --max-pool-szie is not a flag of `peregrine start`; did you mean"
                + " --max-pool-size?\n`peregrine help start` lists the flags\n");
  }

  @Test
  void run_valueMissing_isUsage() {
    assertThat(run("start", "--port").code()).isEqualTo(2);
  }

  @Test
  void run_twoDirectories_isUsage() {
    RecordedConsole console = run("start", "a", "b");
    assertThat(console.code()).isEqualTo(2);
    assertThat(console.err()).startsWith("peregrine: b: one argument too many\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-v"})
  void run_version_isOneLine(String word) {
    assertThat(run(word).out()).matches("peregrine \\S+ \\(Java 25\\S*\\)\n");
  }

  @Test
  void run_versionAsJson_isJson() {
    JsonNode json = JsonMapper.shared().readTree(run("version", "--json").out());
    assertThat(json.get("java").asString()).startsWith("25");
  }

  @Test
  void start_goodConfiguration_serves() {
    RecordedConsole console = run("start", "-p", "21400", "-e", "production", "--no-static-files");
    assertThat(console.code()).isEqualTo(RecordedConsole.SERVED);
    Config config = console.served();
    assertThat(config.app().root()).isEqualTo(directory);
    assertThat(config.app().environment()).isEqualTo("production");
  }

  @Test
  void start_directory_isTheApp() throws Exception {
    Files.createDirectory(directory.resolve("blog"));
    assertThat(run("start", "blog").served().app().root()).isEqualTo(directory.resolve("blog"));
  }

  @Test
  void start_switchBeforeTheDirectory_doesNotSwallowIt() throws Exception {
    Files.createDirectory(directory.resolve("blog"));
    Config config = run("start", "--request-buffering", "blog").served();
    assertThat(config.app().root()).isEqualTo(directory.resolve("blog"));
  }

  @Test
  void start_flagsOfPassenger_areAccepted() {
    RecordedConsole console =
        run(
            "start",
            "--engine=builtin",
            "--max-pool-size",
            "3",
            "--auto",
            "--disable-turbocaching",
            "--no-install-runtime",
            "--no-friendly-error-pages",
            "--envvar",
            "A=1",
            "--envvar",
            "B=2,3",
            "--ctls",
            "a=b",
            "--force-max-concurrent-requests-per-process",
            "-1",
            "-R",
            "other.ru");
    assertThat(console.code()).isEqualTo(RecordedConsole.SERVED);
    assertThat(console.served().app().variables())
        .containsEntry("B", "2,3")
        .containsEntry("A", "1");
    assertThat(console.served().cache().isEnabled()).isFalse();
    assertThat(console.err().lines()).hasSize(4).allMatch(line -> line.contains("has no effect"));
  }

  @Test
  void start_badConfiguration_tellsAllAndDoesNotServe() throws Exception {
    Files.writeString(directory.resolve("peregrine.yaml"), "port: x\n");
    RecordedConsole console = run("start", "--max-pool-size", "0");
    assertThat(console.code()).isEqualTo(78);
    assertThat(console.err())
        .isEqualTo(
            "peregrine: the configuration has 2 problems:\n"
                + "  --max-pool-size: max_pool_size: 0 (expected a whole number from 1 to 10000);"
                + " write for example `--max-pool-size 6`\n"
                + "  peregrine.yaml:1:7: port: x (expected a whole number from 0 to 65535); write"
                + " for example `port: 3000`\n");
  }

  @Test
  void start_noDirectory_isBadConfiguration() {
    assertThat(run("start", "gone").code()).isEqualTo(78);
  }

  @Test
  void config_text_isYamlThatSaysTheSame() throws Exception {
    String text =
        run("config", "-p", "21400", "--listen", "[::1]:1", "--pass-environment", "*").out();
    Files.writeString(directory.resolve("peregrine.yaml"), text);
    List<String> before = new ArrayList<>(text.lines().toList());
    assertThat(run("config").out().lines()).containsExactlyElementsOf(before);
  }

  @Test
  void config_origin_namesIt() {
    assertThat(run("config", "--origin", "--port", "1").out())
        .containsPattern("port: 1 +# --port\n")
        .containsPattern("event_loops: \\d+ +# default, half the number of processors\n");
  }

  @Test
  void config_json_holdsEachOption() {
    JsonNode json = JsonMapper.shared().readTree(run("config", "--json", "--port", "1").out());
    JsonNode port = json.get("options").get(1);
    assertThat(port.get("name").asString()).isEqualTo("port");
    assertThat(port.get("value").asString()).isEqualTo("1");
    assertThat(port.get("origin").asString()).isEqualTo("--port");
  }

  @Test
  void config_jsonOfABadOne_holdsTheProblems() {
    RecordedConsole console = run("config", "--json", "--port", "x");
    assertThat(console.code()).isEqualTo(78);
    JsonNode problem = JsonMapper.shared().readTree(console.out()).get("problems").get(0);
    assertThat(problem.get("subject").asString()).isEqualTo("port");
    assertThat(problem.get("found").asString()).isEqualTo("x");
  }

  @Test
  void config_environmentOfTheApp_isHidden() {
    assertThat(run("config", "--envvar", "SECRET=hunter2").out())
        .contains("SECRET=...")
        .doesNotContain("hunter2");
  }

  @Test
  void config_schema_isJson() {
    assertThat(JsonMapper.shared().readTree(run("config", "--schema").out()).isObject()).isTrue();
  }

  @Test
  void doctor_badConfiguration_isAnError() {
    RecordedConsole console = run("doctor", "--json", "--port", "x");
    assertThat(console.code()).isEqualTo(1);
    JsonNode json = JsonMapper.shared().readTree(console.out());
    assertThat(json.get("ok").asBoolean()).isFalse();
    assertThat(json.get("findings").get(0).get("level").asString()).isEqualTo("error");
  }

  @Test
  void doctor_nothingToRun_saysWhatWasLookedFor() {
    RecordedConsole console = run("doctor", "--port", "0");
    assertThat(console.code()).isEqualTo(1);
    assertThat(console.out())
        .contains("error  app       nothing to run in " + directory)
        .containsPattern("ok +address +0.0.0.0:0 is free")
        .containsPattern("(ok|warn) +disk ");
  }

  @Test
  void doctor_portTaken_isAnError() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      RecordedConsole console = run("doctor", "--port", "" + taken.getLocalPort());
      assertThat(console.out())
          .containsPattern("error +address +0.0.0.0:" + taken.getLocalPort() + ": Address already");
    }
  }
}
