package dev.peregrine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AccessLogTest {
  @TempDir Path directory;

  @Test
  void record_common_hasSevenParts() throws Exception {
    assertThat(written(AccessLog.Format.COMMON, entry("/a?b", null)))
        .matches(
            "10\\.0\\.0\\.1 - - \\[\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}]"
                + " \"GET /a\\?b HTTP/1\\.1\" 200 12");
  }

  @Test
  void record_combined_addsRefererAndUserAgent() throws Exception {
    assertThat(written(AccessLog.Format.COMBINED, entry("/", "curl/8")))
        .endsWith("\"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\"");
  }

  @Test
  void record_json_hasAllFields() throws Exception {
    JsonNode json =
        JsonMapper.shared().readTree(written(AccessLog.Format.JSON, entry("/é", "a\"b")));

    assertThat(json.get("target").asString()).isEqualTo("/é");
    assertThat(json.get("user_agent").asString()).isEqualTo("a\"b");
    assertThat(json.get("duration_us").asLong()).isEqualTo(1500);
    assertThat(json.get("request_id").asString()).isEqualTo("r1");
    assertThat(json.get("worker").asString()).isEqualTo("web-1");
    assertThat(json.has("referer")).isFalse();
  }

  @Test
  void record_hostileText_isEscaped() throws Exception {
    for (AccessLog.Format format : AccessLog.Format.values()) {
      String line = written(format, entry("/\"\u001b\u0080\r\n\\", "x\n127.0.0.1 - -\"\u009b"));

      assertThat(line.getBytes(StandardCharsets.UTF_8)).doesNotContain(0x1b, '\r', 0x80, 0x9b);
      assertThat(line).doesNotContain("\n");
    }
  }

  @Test
  void isOn_off_isFalse() {
    assertThat(AccessLog.off().isOn()).isFalse();
  }

  private String written(AccessLog.Format format, AccessEntry entry) throws Exception {
    Path file = directory.resolve("access-" + format);
    try (LogSink sink = LogSink.open(new LogTarget.File(file))) {
      AccessLog.to(sink, format).record(entry);
      assertThat(sink.flush(Duration.ofSeconds(20))).isTrue();
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }

  private static AccessEntry entry(String target, @Nullable String userAgent) {
    return new AccessEntry(
        1_700_000_000_000L,
        "10.0.0.1",
        "GET",
        target,
        1,
        "example.org",
        200,
        12,
        1_500_000,
        null,
        userAgent,
        "r1",
        "web-1");
  }
}
