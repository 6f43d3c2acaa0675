package dev.peregrine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventLogTest {
  private static final String HOSTILE =
      "a\r\nb\u001b[2J\"q\"\\ \u0000\u007f\u0085\u009b\u2028\u202e\ud800 é 漢 \t=";

  private final List<String> lines = new ArrayList<>();

  @Test
  void info_plainWords_areBare() {
    log(EventLog.Format.TEXT)
        .info("worker.exited", "app", "blog", "pid", 412, "uptime", Duration.ofMillis(3200));

    assertThat(lines).containsExactly("worker.exited app=blog pid=412 uptime=3.2s");
  }

  @Test
  void warn_timedText_hasTimeAndLevel() {
    log(EventLog.Format.TIMED_TEXT).warn("pool.full", "limit", 100);

    assertThat(lines).containsExactly("1970-01-01T00:00:00Z level=warn pool.full limit=100");
  }

  @Test
  void info_absentValues_areLeftOut() {
    log(EventLog.Format.TEXT)
        .info("x", "a", null, "b", Optional.empty(), "c", Optional.of("d"), "e", "");

    assertThat(lines).containsExactly("x c=d e=\"\"");
  }

  @Test
  void info_hostileText_staysOneLineWithoutControls() {
    for (EventLog.Format format : EventLog.Format.values()) {
      lines.clear();
      log(format).info("x", "key", HOSTILE, HOSTILE, "value");

      assertThat(lines).hasSize(1);
      assertThat(lines.getFirst().codePoints()).allMatch(Line::isPlain, "no control, no separator");
    }
  }

  @Test
  void info_json_isReadBackAsItWas() {
    log(EventLog.Format.JSON).info("x", "text", "a\n\"é\"\u001b😀", "n", 5, "t", true);

    JsonNode json = JsonMapper.shared().readTree(lines.getFirst());
    assertThat(json.get("text").asString()).isEqualTo("a\n\"é\"\u001b😀");
    assertThat(json.get("n").asInt()).isEqualTo(5);
    assertThat(json.get("event").asString()).isEqualTo("x");
    assertThat(json.get("level").asString()).isEqualTo("info");
  }

  @Test
  void error_throwable_namesItsCausesAndFrames() {
    Throwable failure = new IllegalStateException("outer", new RuntimeException("in\nner"));

    log(EventLog.Format.TEXT).error("failed", "error", failure);

    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .startsWith("level=error failed error=\"java.lang.IllegalStateException: outer; caused by")
        .contains("in\\nner")
        .contains("trace=\"dev.peregrine.log.EventLogTest.error_throwable");
  }

  private EventLog log(EventLog.Format format) {
    return EventLog.to(lines::add, format, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
  }

  /// What a line may hold.
  private static final class Line {
    static boolean isPlain(int point) {
      int type = Character.getType(point);
      return type != Character.CONTROL
          && type != Character.FORMAT
          && type != Character.SURROGATE
          && type != Character.LINE_SEPARATOR;
    }
  }
}
