package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the server writes down, whatever clients try to have it write.
class LogTest {
  private static Peregrine.Setup withAccessLog(String format) {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1);
    return setup
        .option("access_log", format)
        .option("access_log_file", setup.home().resolve("access.log"));
  }

  private static Path accessLog(Peregrine server) {
    return server.home().resolve("access.log");
  }

  private static List<String> awaitLines(Path log, String part) {
    Await.until(
        part + " in " + log,
        () ->
            Files.exists(log)
                && new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1).contains(part));
    return new String(readAll(log), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] readAll(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void accessLog_common_hasOneLineARequest() {
    try (Peregrine server = withAccessLog("common").ready()) {
      server.get("/echo?marked");
      List<String> lines = awaitLines(accessLog(server), "marked");

      assertThat(lines)
          .anyMatch(line ->
              line.matches(
                  "127\\.0\\.0\\.1 - - \\[\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}\\]"
                      + " \"GET /echo\\?marked HTTP/1.1\" 200 \\d+"));
    }
  }

  @Test
  void accessLog_combined_hasRefererAndAgent() {
    try (Peregrine server = withAccessLog("combined").ready()) {
      server.exchange(Messages.get("/?marked", "Referer: http://r/", "User-Agent: agent/1"));

      assertThat(awaitLines(accessLog(server), "marked"))
          .anyMatch(
              line -> line.endsWith("\"GET /?marked HTTP/1.1\" 200 6 \"http://r/\" \"agent/1\""));
    }
  }

  @Test
  void accessLog_withHostileFields_staysOneCleanLineEach() {
    String hostile = "a\" b\\ \u00e4\u00ff\u0080' <x> " + "8".repeat(7000);
    for (String format : List.of("combined", "json")) {
      try (Peregrine server = withAccessLog(format).ready()) {
        server.exchange(Messages.get("/?marked%0a%1b\"x\"", "User-Agent: " + hostile));
        server.exchange(Messages.get("/?marked", "User-Agent: " + hostile, "Referer: \u009b31m"));
        server.get("/?last");
        List<String> lines = awaitLines(accessLog(server), "last");

        assertThat(lines.stream().filter(line -> line.contains("marked"))).hasSizeBetween(1, 2);
        assertThat(lines)
            .allMatch(line -> line.chars().noneMatch(Character::isISOControl), "clean");
        if (format.equals("json")) {
          assertThat(lines).allSatisfy(line -> assertThat(json(line).isObject()).isTrue());
        }
      }
    }
  }

  private static JsonNode json(String line) {
    return JsonMapper.shared().readTree(line);
  }

  @Test
  void events_asJson_areOneObjectALine() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen").workers(1).option("log_format", "json").ready()) {
      server.exchange("GET / HTTP/1.1\r\nHost: a\r\nX: a\u0001\"b\r\n\r\n");

      List<String> events = server.output().lines().filter(line -> line.startsWith("{")).toList();
      assertThat(events)
          .isNotEmpty()
          .allSatisfy(line -> assertThat(json(line).isObject()).isTrue());
    }
  }

  @Test
  void logs_movedAway_areReopenedOnUsr1() throws IOException {
    Peregrine.Setup setup = withAccessLog("common");
    Path log = setup.home().resolve("events.log");
    try (Peregrine server = setup.option("log_file", log).ready()) {
      server.get("/?before");
      awaitLines(accessLog(server), "before");
      Files.move(accessLog(server), server.home().resolve("access.old"));
      Files.move(log, server.home().resolve("events.old"));
      server.signal("USR1");
      Await.until("reopened", () -> Files.exists(accessLog(server)) && Files.exists(log));
      server.get("/?after");
      server.get("/print?err=printed-later");

      assertThat(awaitLines(accessLog(server), "after")).noneMatch(line -> line.contains("before"));
      assertThat(awaitLines(log, "printed-later")).isNotEmpty();
    }
  }

  @Test
  void outputOfTheApp_withPrefix_namesTheWorker() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen").workers(1).option("app_log_prefix", true).ready()) {
      long worker = server.awaitWorkers(1).getFirst();
      server.get("/print?out=prefixed");
      Await.until("line", () -> server.output().contains("prefixed"));

      assertThat(server.output().lines().filter(line -> line.contains("prefixed")))
          .allMatch(line -> line.contains(Long.toString(worker)) && line.endsWith("prefixed"));
    }
  }
}
