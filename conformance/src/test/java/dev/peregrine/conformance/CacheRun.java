package dev.peregrine.conformance;

import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/// One case run against a server: its requests on one connection, and a history that tells why it
/// did not hold.
final class CacheRun {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  /// What came of one request: the answer, interim ones before it, and what reached the origin
  /// server meanwhile.
  record Seen(String script, Answer answer, List<Answer> interim, List<JsonNode> asked) {
    boolean isContent(int number) {
      return answer.text().equals("response " + number + " of " + script);
    }
  }

  /// Whether a case held, and all that was said.
  record Result(CacheRow row, boolean isHeld, String history) {}

  private final CacheRow row;
  private final String script;
  private final int port;
  private final Scripts scripts;
  private final StringBuilder history = new StringBuilder();
  private Optional<RawConnection> connection = Optional.empty();

  private CacheRun(CacheRow row, String script, int port, Scripts scripts) {
    this.row = row;
    this.script = script;
    this.port = port;
    this.scripts = scripts;
  }

  /// Runs a case whose paths begin with the name of a script of its own.
  static Result of(CacheRow row, String script, int port, Scripts scripts) {
    CacheRun run = new CacheRun(row, script, port, scripts);
    scripts.answer(script, row.replies());
    boolean isHeld;
    try {
      isHeld = run.allHolds() == row.isExpected();
    } catch (UncheckedIOException | AssertionError e) {
      run.history.append("  no answer: ").append(e.getMessage()).append('\n');
      isHeld = false;
    } finally {
      run.connection.ifPresent(RawConnection::close);
    }
    return new Result(row, isHeld, run.history.toString());
  }

  private boolean allHolds() {
    boolean holds = true;
    for (CacheRow.Step step : row.steps()) {
      LockSupport.parkNanos(step.pauseSeconds() * 1_000_000_000L);
      Seen seen = ask(step);
      for (CacheRow.Check check : step.checks()) {
        boolean isMet = check.holds().test(seen);
        history.append(isMet ? "  yes: " : "  NO:  ").append(check.what()).append('\n');
        holds &= isMet;
      }
    }
    return holds;
  }

  private Seen ask(CacheRow.Step step) {
    int before = scripts.count(script);
    String target = "/" + script + "/" + step.path();
    StringBuilder message = new StringBuilder(step.method() + " " + target + " HTTP/1.1\r\n");
    message.append("Host: localhost\r\n");
    step.fields().forEach(field -> message.append(dated(field)).append("\r\n"));
    message.append(step.method().equals("POST") ? "Content-Length: 0\r\n\r\n" : "\r\n");
    history.append("> ").append(message.toString().strip().replace("\r\n", "\n>   ")).append('\n');
    RawConnection client = connection.orElseGet(() -> RawConnection.to(port));
    connection = Optional.of(client);
    client.send(message.toString());
    List<Answer> interim = new ArrayList<>();
    Answer head = client.head();
    while (head.status() < 200) {
      interim.add(head);
      head = client.head();
    }
    Answer answer = client.content(head, step.method());
    List<JsonNode> all = scripts.asked(script);
    List<JsonNode> asked = all.subList(before, all.size());
    asked.forEach(request -> history.append("    origin is asked ").append(request).append('\n'));
    history.append("< ").append(answer).append('\n');
    if (answer.isClosing()) {
      client.close();
      connection = Optional.empty();
    }
    return new Seen(script, answer, interim, asked);
  }

  /// A number behind an @ is a date so many seconds from now.
  private static String dated(String field) {
    int at = field.indexOf(": @");
    if (at < 0) {
      return field;
    }
    ZonedDateTime date =
        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(Long.parseLong(field.substring(at + 3)));
    return field.substring(0, at + 2) + HTTP_DATE.format(date);
  }
}
