package dev.peregrine.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.log.NamedLines.Shape;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class NamedLinesTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-25T22:00:00.123456Z"), ZoneOffset.UTC);

  private final NamedLines text = new NamedLines(Shape.TEXT, "db", "db: ", CLOCK);
  private final NamedLines json = new NamedLines(Shape.JSON, "db", "db: ", CLOCK);

  @Test
  void add_ofPieces_givesWholeLinesWithTheName() {
    assertThat(add(text, "one\ntw")).isEqualTo("db: one\n");
    assertThat(add(text, "o\n\nthree")).isEqualTo("db: two\ndb: \n");
    assertThat(new String(text.end(), UTF_8)).isEqualTo("db: three\n");
    assertThat(text.end()).isEmpty();
  }

  @Test
  void add_ofAnyBytes_keepsThemAsTheyAre() {
    byte[] bytes = {0, (byte) 0xff, 27, '[', '1', 'm', '\r', '\n'};
    byte[] line = text.add(bytes, bytes.length);
    assertThat(line).startsWith("db: ".getBytes(UTF_8)).endsWith(bytes);
  }

  @Test
  void add_ofVeryLongLine_cutsItWithoutLoss() {
    String line = "x".repeat(NamedLines.MAX_LINE_BYTES + 10);
    String out = add(text, line + "\n");
    assertThat(out.lines())
        .containsExactly("db: " + "x".repeat(NamedLines.MAX_LINE_BYTES), "db: " + "x".repeat(10));
  }

  @Test
  void add_ofLineOfTheLimit_isOneLine() {
    String line = "x".repeat(NamedLines.MAX_LINE_BYTES);
    assertThat(add(text, line)).isEmpty();
    assertThat(add(text, "\n")).isEqualTo("db: " + line + "\n");
  }

  @Test
  void add_asJson_isOneObjectALine() {
    assertThat(add(json, "say \"hi\"\t\u00e9\n"))
        .isEqualTo(
            "{\"time\":\"2026-11-25T22:00:00.123Z\",\"source\":\"db\","
                + "\"message\":\"say \\\"hi\\\"\\t\u00e9\"}\n");
  }

  @Test
  void add_asJsonOfBrokenBytes_replacesThem() {
    byte[] bytes = {'a', (byte) 0xff, 'b', '\n'};
    assertThat(new String(json.add(bytes, bytes.length), UTF_8)).contains("\"a\ufffdb\"");
  }

  @Test
  void line_asText_staysOneLine() {
    byte[] line =
        NamedLines.line(Shape.TEXT, CLOCK, "su: ", "app", "su", "message", "a\nb\u001b[2J");
    assertThat(new String(line, UTF_8)).isEqualTo("su: a\\nb\\x1b[2J\n");
  }

  @Test
  void line_asJson_leavesOutWhatIsEmpty() {
    byte[] line = NamedLines.line(Shape.JSON, CLOCK, "", "app", "su", "pid", "", "message", "a");
    assertThat(new String(line, UTF_8))
        .isEqualTo(
            "{\"time\":\"2026-11-25T22:00:00.123Z\",\"source\":\"syslog\","
                + "\"app\":\"su\",\"message\":\"a\"}\n");
  }

  @Test
  void document_ofObjectsAndLists_isWellFormed() {
    JsonLine out = new JsonLine();
    out.open().text("a", "\"").list("b");
    out.open().number("c", 1).flag("d", true).close().open().close();
    out.closeList().list("e").closeList().close();
    assertThat(out.end()).isEqualTo("{\"a\":\"\\\"\",\"b\":[{\"c\":1,\"d\":true},{}],\"e\":[]}\n");
  }

  private static String add(NamedLines lines, String printed) {
    byte[] bytes = printed.getBytes(UTF_8);
    return new String(lines.add(bytes, bytes.length), UTF_8);
  }
}
