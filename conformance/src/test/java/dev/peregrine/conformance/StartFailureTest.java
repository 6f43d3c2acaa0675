package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Apps that do not start: told in full to the developer, in short to strangers.
class StartFailureTest {
  private static final Pattern ID = Pattern.compile("\\b[0-9a-f]{6,32}\\b");

  /// A broken app and what has to be said about it.
  record Broken(String name, String file, String text, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Broken> apps() {
    return Stream.of(
        new Broken("ruby exception", "config.ru", "raise 'the oven is cold'\n", "the oven is cold"),
        new Broken("ruby syntax", "config.ru", "run(->(env) { [200\n", "yntax"),
        new Broken("ruby gem", "config.ru", "require 'no_such_gem_42'\n", "no_such_gem_42"),
        new Broken("ruby without run", "config.ru", "# nothing\n", "run"),
        new Broken("ruby exit", "config.ru", "warn 'leaving now'\nexit! 7\n", "leaving now"),
        new Broken(
            "python exception",
            "wsgi.py",
            "raise RuntimeError('the oven is cold')\napplication = None\n",
            "the oven is cold"),
        new Broken("python syntax", "wsgi.py", "application = (\n", "yntax"),
        new Broken(
            "python module",
            "wsgi.py",
            "import no_such_module_42\napplication = 1\n",
            "no_such_module_42"),
        new Broken(
            "python exit",
            "wsgi.py",
            "import os, sys\nprint('leaving now', flush=True)\nos._exit(7)\napplication = 1\n",
            "leaving now"),
        new Broken(
            "node exception",
            "app.js",
            "throw new Error('the oven is cold');\n",
            "the oven is cold"),
        new Broken("node syntax", "app.js", "const = ;\n", "yntax"),
        new Broken("node module", "app.js", "require('no-such-module-42');\n", "no-such-module-42"),
        new Broken(
            "node exit", "app.js", "console.log('leaving now'); process.exit(7);\n", "leaving now"),
        new Broken("generic exit", "Procfile", "web: echo leaving now; exit 7\n", "leaving now"));
  }

  private static Peregrine.Setup of(Broken broken) {
    return Peregrine.of(Apps.of(broken.file(), broken.text()))
        .workers(1)
        .option("python", "/usr/bin/python3")
        .option("start_timeout", 20);
  }

  @ParameterizedTest
  @MethodSource("apps")
  void app_brokenInProduction_is503WithAnIdThatIsInTheLog(Broken broken) {
    try (Peregrine server = of(broken).start()) {
      Answer answer = server.get("/");

      assertThat(answer.status()).as(answer.toString()).isIn(500, 503);
      assertThat(answer.text()).doesNotContain(broken.expected()).doesNotContain("config.ru");
      Await.until("cause in the log", () -> server.output().contains(broken.expected()));
      Await.until(
          "an id of " + answer.text() + " in the log",
          () ->
              ID.matcher(answer.text())
                  .results()
                  .anyMatch(match -> server.output().contains(match.group())));
    }
  }

  @ParameterizedTest
  @MethodSource("apps")
  void app_brokenInDevelopment_getsAPageThatSaysIt(Broken broken) {
    try (Peregrine server = of(broken).option("environment", "development").start();
        RawConnection connection = server.connect()) {
      Answer page = connection.send(Messages.get("/", "Accept: text/html")).answer();

      assertThat(page.status()).as(page.toString()).isIn(500, 503);
      assertThat(page.field("content-type")).startsWith("text/html");
      assertThat(page.text()).contains(broken.expected());
    }
  }

  @Test
  void page_inDevelopment_masksSecretsAndIsJsonForThoseWhoAsk() {
    Path app = Apps.of("config.ru", "raise 'cold'\n");
    try (Peregrine server =
            Peregrine.of(app)
                .option("environment", "development")
                .variable("MY_SECRET_KEY", "topsecret1")
                .variable("DATABASE_PASSWORD", "topsecret2")
                .start();
        RawConnection connection = server.connect()) {
      Answer page = connection.send(Messages.get("/", "Accept: text/html")).answer();
      Answer json = server.exchange(Messages.get("/", "Accept: application/json"));

      assertThat(page.text()).contains("DATABASE_PASSWORD").doesNotContain("topsecret");
      assertThat(json.field("content-type")).startsWith("application/json");
      assertThat(json.json().toString()).contains("cold").doesNotContain("topsecret");
      assertThat(server.output()).doesNotContain("topsecret");
    }
  }

  @Test
  void interpreter_missing_isSaidClearly() {
    Path app = Apps.of("wsgi.py", "application = 1\n");
    Peregrine server = Peregrine.of(app).option("python", "/nonexistent/python3").launch();
    boolean ends = Await.holdsWithin(Duration.ofSeconds(10), () -> !server.isRunning());
    if (ends) {
      assertThat(server.awaitExit()).isNotZero();
    }

    Await.until("path named", () -> server.output().contains("/nonexistent/python3"));
    server.close();
  }

  @Test
  void app_hangingAtStart_isEndedWithItsWholeTree() {
    Path app = Apps.of("config.ru", "$stderr.puts 'sitting down'\nspawn('sleep', '997')\nsleep\n");
    try (Peregrine server = Peregrine.of(app).workers(1).option("start_timeout", 2).start()) {
      Answer answer = server.get("/");

      assertThat(answer.status()).isIn(500, 503, 504);
      Await.until("output in the log", () -> server.output().contains("sitting down"));
      Await.until(
          "timeout in the log", () -> server.output().toLowerCase(Locale.ROOT).contains("timeout"));
    }
    assertThat(
            Procs.all().stream().map(Procs::commandLine).filter(line -> line.equals("sleep 997")))
        .isEmpty();
  }

  @Test
  void app_printingEndlesslyAtStart_isEndedInTime() {
    Path app = Apps.of("config.ru", "loop { $stdout.puts 'y' * 100 }\n");
    try (Peregrine server = Peregrine.of(app).workers(1).option("start_timeout", 2).start()) {
      assertThat(server.get("/").status()).isIn(500, 503, 504);
    }
  }

  @Test
  void directory_withoutAnApp_isRefusedWithAListOfWhatWasLookedFor() {
    Path app = Apps.of("README", "nothing here\n");
    Peregrine server = Peregrine.of(app).launch();
    int code = server.awaitExit();
    server.close();

    assertThat(code).isNotZero();
    assertThat(server.output()).contains("config.ru", "app.js", "wsgi.py", "Procfile");
  }

  @Test
  void app_brokenFirstAndThenRepaired_servesWithoutARestartOfTheServer() {
    Path app = Apps.of("config.ru", "raise 'cold'\n");
    try (Peregrine server = Peregrine.of(app).workers(1).start()) {
      assertThat(server.get("/").status()).isIn(500, 503);
      Apps.write(app, "config.ru", "run(->(env) { [200, {}, ['warm']] })\n");
      server.command("restart");

      assertThat(server.getUntil("/", 200).text()).isEqualTo("warm");
    }
  }
}
