package dev.peregrine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.RequestParser;
import dev.peregrine.pool.JourneyStep;
import dev.peregrine.pool.StartFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ErrorPagesTest {
  private static final String HOSTILE = "</pre><script>alert(1)</script>\"'\u001b[31m\u202e";

  private final ErrorPages production = new ErrorPages(false, Optional.empty());
  private final ErrorPages development = new ErrorPages(true, Optional.empty());

  @Test
  void startFailure_inProduction_tellsOnlyTheId() {
    for (ErrorFormat format : ErrorFormat.values()) {
      String page = text(production.startFailure(503, failure("summary-text"), format));

      assertThat(page).contains("id-1");
      assertThat(page)
          .doesNotContain("summary-text", "ruby", "config.ru", "SECRET", "load_app", "Load app");
    }
  }

  @Test
  void startFailure_inDevelopment_tellsAll() {
    String page = text(development.startFailure(503, failure("summary-text"), ErrorFormat.HTML));

    assertThat(page)
        .contains("summary-text", "id-1", "config.ru:1", "booting", "exit status 1", "do this")
        .contains("Load app", "failed", "not reached", "DATABASE_URL", "A library is missing");
  }

  @Test
  void startFailure_asJson_isReadable() {
    byte[] content = development.startFailure(503, failure(HOSTILE), ErrorFormat.JSON).content();

    JsonNode json = JsonMapper.shared().readTree(content);
    assertThat(json.get("summary").asString()).isEqualTo(HOSTILE);
    assertThat(json.at("/journey/1/state").asString()).isEqualTo("failed");
    assertThat(json.at("/status").asInt()).isEqualTo(503);
  }

  @Test
  void startFailure_withHostileText_escapesIt() {
    String page = text(development.startFailure(503, failure(HOSTILE), ErrorFormat.HTML));

    assertThat(page).doesNotContain("<script", "\u001b", "\u202e").contains("&lt;script&gt;");
  }

  @Test
  void appError_inProduction_tellsOnlyTheId() {
    AppError error = new AppError("TypeError", "secret message", List.of("app.rb:1"));

    String page = text(production.appError(error, "GET /", "id-2", ErrorFormat.HTML));

    assertThat(page).contains("id-2").doesNotContain("secret", "TypeError", "app.rb");
  }

  @Test
  void appError_inDevelopment_marksFramesOfTheApp() {
    AppError error =
        new AppError("TypeError", HOSTILE, List.of("/srv/app.rb:1", "/x/gems/rack/lib/a.rb:2"));

    String page = text(development.appError(error, "GET /<b>", "id-2", ErrorFormat.HTML));

    assertThat(page)
        .contains("<span class=\"own\">/srv/app.rb:1", "<span class=\"lib\">/x/gems/rack")
        .contains("GET /&lt;b&gt;")
        .doesNotContain("<script", "\u001b");
  }

  @Test
  void generated_html_allowsNothingButItsOwnStyle() {
    Map<String, String> fields = new HashMap<>();
    for (var field : production.generated(502, "x", ErrorFormat.HTML).fields()) {
      fields.put(field.getKey(), field.getValue());
    }

    assertThat(fields)
        .containsEntry("X-Content-Type-Options", "nosniff")
        .containsEntry("Cache-Control", "no-store");
    assertThat(fields.get("Content-Security-Policy"))
        .startsWith("default-src 'none'; style-src 'sha256-");
  }

  @Test
  void generated_withCustomPage_fillsInStatusAndId() {
    ErrorPages pages = new ErrorPages(false, Optional.of("<p>{{status}} {{id}}</p>"));

    assertThat(text(pages.generated(504, "a<b", ErrorFormat.HTML))).isEqualTo("<p>504 a&lt;b</p>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Accept: */* | HTML",
        "Accept: text/html,application/xhtml+xml,*/*;q=0.8 | HTML",
        "Accept: application/json | JSON",
        "Accept: application/problem+json, text/html;q=0.5 | JSON",
        "Accept: application/json;q=0.5, text/html | HTML",
        "Accept: application/json;q=x | HTML",
        "Content-Type: application/json | JSON",
        "X-Nothing: 1 | HTML",
      })
  void format_ofFields_followsTheirPreference(String field, ErrorFormat expected) {
    // RFC 9110 §12.5.1
    String head = "POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n";
    ParseResult<RequestHead> result =
        new RequestParser(HeadLimits.DEFAULT)
            .feed(ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)));

    assertThat(result).isInstanceOf(ParseResult.Parsed.class);
    if (result instanceof ParseResult.Parsed<RequestHead>(RequestHead parsed)) {
      assertThat(ErrorFormat.of(parsed.fields())).isEqualTo(expected);
    }
  }

  @Test
  void parse_loaderObject_readsEveryEscape() {
    String json =
        "{\"class\": \"A\\u00e9\", \"message\":\"a\\n\\\"\\\\\\/\\t\",\"backtrace\":[\"x:1\",\"y\"]}";

    assertThat(AppError.parse(json.getBytes(StandardCharsets.UTF_8)))
        .contains(new AppError("Aé", "a\n\"\\/\t", List.of("x:1", "y")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``",
        "{",
        "[]",
        "{\"class\":1}",
        "{\"class\":\"a",
        "{\"x\":\"\"}",
        "{\"class\":\"\\q\"}"
      })
  void parse_anythingElse_isEmpty(String content) {
    assertThat(AppError.parse(content.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  private static String text(ErrorPage page) {
    return new String(page.content(), StandardCharsets.UTF_8);
  }

  private static StartFailure failure(String summary) {
    return new StartFailure(
        "id-1",
        "web-1",
        StartFailure.Category.MISSING_DEPENDENCY,
        summary,
        "details " + summary,
        List.of("/srv/config.ru:1", summary),
        List.of("booting", summary),
        Optional.of("exit status 1"),
        List.of(
            new JourneyStep("spawn", JourneyStep.State.DONE, Optional.of(Duration.ofMillis(3))),
            new JourneyStep(
                "load_app", JourneyStep.State.FAILED, Optional.of(Duration.ofMillis(1500))),
            new JourneyStep("ready", JourneyStep.State.NOT_STARTED, Optional.empty())),
        Duration.ofMillis(1503),
        Map.of("DATABASE_URL", summary),
        List.of("ruby", "SECRET"),
        "do this",
        Instant.EPOCH);
  }
}
