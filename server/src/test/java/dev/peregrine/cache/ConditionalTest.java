package dev.peregrine.cache;

import static dev.peregrine.cache.PolicyCache.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.ByteRanges.ByteRange;
import dev.peregrine.http.Heads;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionalTest {
  private final PolicyCache cache = PolicyCache.byDefault();

  /// How much of a stored response of 10 bytes with those fields a request gets.
  private static Selected select(String stored, String... request) {
    return select("GET", 200, stored, request);
  }

  private static Selected select(String method, int status, String stored, String... request) {
    PolicyCache cache = PolicyCache.byDefault();
    cache.app("HTTP/1.1 " + status + " X", "Cache-Control: max-age=3600", stored);
    cache.get();
    return cache.policy.select(
        Heads.request(method + " / HTTP/1.1\nHost: a.example\n" + String.join("\n", request)),
        cache.only(),
        10,
        cache.nowSeconds());
  }

  private static Selected whole() {
    return new Selected.Whole();
  }

  private static Selected notModified() {
    return new Selected.NotModified();
  }

  // RFC 9111 §4.3.2, RFC 9110 §13.1.3
  @Test
  void ifModifiedSince_notBeforeLastModified_isNotModified() {
    String stored = "Last-Modified: " + date(-3000);
    assertThat(select(stored, "If-Modified-Since: " + date(-3000))).isEqualTo(notModified());
    assertThat(select(stored, "If-Modified-Since: " + date(-1))).isEqualTo(notModified());
    assertThat(select(stored, "If-Modified-Since: Friday, 15-Jan-27 07:10:00 GMT"))
        .isEqualTo(notModified());
    assertThat(select(stored, "If-Modified-Since: " + date(-3001))).isEqualTo(whole());
    assertThat(select(stored, "If-Modified-Since: x")).isEqualTo(whole());
  }

  // RFC 9111 §4.3.2: without Last-Modified, Date stands in
  @Test
  void ifModifiedSince_withoutLastModified_comparesDate() {
    assertThat(select("Date: " + date(0), "If-Modified-Since: " + date(0)))
        .isEqualTo(notModified());
    assertThat(select("Date: " + date(0), "If-Modified-Since: " + date(-3000))).isEqualTo(whole());
  }

  // RFC 9110 §13.1.2
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"a\"      | \"a\"                    | true",
        "W/\"a\"    | W/\"a\"                  | true",
        "W/\"a\"    | \"a\"                    | true",
        "\"a\"      | W/\"a\"                  | true",
        "\"a\"      | \"a\", \"b\", \"c\"      | true",
        "\"b\"      | \"a\", \"b\", \"c\"      | true",
        "\"c\"      | \"a\", \"b\",\"c\"       | true",
        "\"d\"      | \"a\", \"b\",\"c\"       | false",
        "\"a\"      | *                        | true",
        "\"a,b\"    | \"x\", \"a,b\"           | true",
        "\"\u00e4\" | \"\u00e4\"               | true",
        "a          | a                        | true",
        "a          | \"a\"                    | false",
        "\"a\"      | a                        | false",
        "w/\"a\"    | w/\"a\"                  | true",
        "W\\\"a\"   | W\\\"a\"                 | true",
        "W\"a\"     | W\"a\"                   | true"
      })
  void ifNoneMatch_withTheStoredTag_isNotModified(String tag, String asked, boolean isSame) {
    assertThat(select("ETag: " + tag, "If-None-Match: " + asked))
        .isEqualTo(isSame ? notModified() : whole());
  }

  // RFC 9110 §13.1.2
  @Test
  void ifNoneMatch_onSeveralLines_isOneList() {
    assertThat(select("ETag: \"b\"", "If-None-Match: \"a\"", "If-None-Match: \"b\""))
        .isEqualTo(notModified());
  }

  // RFC 9110 §13.2.2: If-None-Match alone decides
  @Test
  void ifNoneMatch_besideIfModifiedSince_decides() {
    String stored = "ETag: \"a\"\nLast-Modified: " + date(-10);
    assertThat(select(stored, "If-None-Match: \"a\"", "If-Modified-Since: " + date(-100)))
        .isEqualTo(notModified());
    assertThat(select(stored, "If-None-Match: \"b\"", "If-Modified-Since: " + date(0)))
        .isEqualTo(whole());
  }

  // RFC 9111 §4.3.2: for origin servers only
  @Test
  void ifMatch_atACache_isNotHeeded() {
    assertThat(select("ETag: \"a\"", "If-Match: \"b\"")).isEqualTo(whole());
    assertThat(select("Last-Modified: " + date(-10), "If-Unmodified-Since: " + date(-100)))
        .isEqualTo(whole());
  }

  // RFC 9110 §13.2.1: conditions are for what would be a 200
  @Test
  void condition_onAnError_isNotHeeded() {
    assertThat(select("GET", 404, "ETag: \"a\"", "If-None-Match: \"a\"")).isEqualTo(whole());
    assertThat(select("GET", 404, "X: y", "Range: bytes=0-1")).isEqualTo(whole());
  }

  // RFC 9110 §15.4.5
  @Test
  void notModifiedLines_haveWhatTellsTheResponse() {
    cache.app(
        "Cache-Control: max-age=3600",
        "ETag: \"a\"",
        "Vary: Foo",
        "Content-Type: text/html",
        "Content-Location: /b",
        "Expires: " + date(9),
        "Date: " + date(0),
        "X-Other: 1");
    cache.get();
    String lines = new String(cache.only().notModifiedLines(), StandardCharsets.ISO_8859_1);
    assertThat(lines)
        .isEqualTo(
            "Cache-Control: max-age=3600\r\nETag: \"a\"\r\nVary: Foo\r\nContent-Location: /b\r\n"
                + "Expires: "
                + date(9)
                + "\r\nDate: "
                + date(0)
                + "\r\n");
    assertThat(cache.only().notModifiedLines()).isSameAs(cache.only().notModifiedLines());
  }

  // RFC 9111 §4.3.2: a stale one is validated first
  @Test
  void condition_onAStaleResponse_isJudgedAfterValidation() {
    cache
        .app("Cache-Control: max-age=2", "Last-Modified: " + date(-3000))
        .app("HTTP/1.1 304 Not Modified");
    cache.get();
    String condition = "If-Modified-Since: " + date(-3000);
    PolicyCache.Answer answer = cache.pass(3).get(condition);
    assertThat(answer.from()).isEqualTo(PolicyCache.From.VALIDATED);
    assertThat(answer.dateSent()).isEqualTo(date(-3000));
    assertThat(
            cache.policy.select(
                Heads.request("GET / HTTP/1.1\nHost: a\n" + condition), cache.only(), 10, 0))
        .isEqualTo(notModified());
  }

  // RFC 9110 §14.2
  @ParameterizedTest
  @CsvSource({"bytes=0-1,0,1", "bytes=1-,1,9", "bytes=-1,9,9", "bytes=8-99,8,9"})
  void range_ofACompleteResponse_isServed(String range, long first, long last) {
    assertThat(select("X: y", "Range: " + range))
        .isEqualTo(new Selected.Parts(List.of(new ByteRange(first, last))));
  }

  // RFC 9110 §14.2, §14.4
  @Test
  void range_malformedOrOfHead_getsTheWhole() {
    assertThat(select("X: y", "Range: pages=1-2")).isEqualTo(whole());
    assertThat(select("X: y", "Range: bytes=5-1")).isEqualTo(whole());
    assertThat(select("HEAD", 200, "X: y", "Range: bytes=0-1")).isEqualTo(whole());
    assertThat(select("X: y", "Range: bytes=10-")).isEqualTo(new Selected.Unsatisfiable());
  }

  // RFC 9110 §13.1.5
  @ParameterizedTest
  @CsvSource({"\"a\",true", "\"b\",false", "W/\"a\",false", "x,false"})
  void range_underIfRange_isServedOfTheSameState(String condition, boolean isServed) {
    Selected selected = select("ETag: \"a\"", "Range: bytes=0-1", "If-Range: " + condition);
    assertThat(selected instanceof Selected.Parts).isEqualTo(isServed);
  }

  // RFC 9110 §13.1.5, §8.8.2.2
  @Test
  void range_underIfRangeWithDate_comparesLastModified() {
    String stored = "Last-Modified: " + date(-3000);
    assertThat(select(stored, "Range: bytes=0-1", "If-Range: " + date(-3000)))
        .isInstanceOf(Selected.Parts.class);
    assertThat(select(stored, "Range: bytes=0-1", "If-Range: " + date(-2999))).isEqualTo(whole());
    assertThat(select("Date: " + date(-3000), "Range: bytes=0-1", "If-Range: " + date(-3000)))
        .isEqualTo(whole());
  }

  // RFC 9110 §13.2.2: conditions come before ranges
  @Test
  void range_besideIfNoneMatchThatMatches_isNotModified() {
    assertThat(select("ETag: \"a\"", "Range: bytes=0-1", "If-None-Match: \"a\""))
        .isEqualTo(notModified());
  }

  // RFC 9111 §3.3
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void request_withoutConditions_getsTheWhole(String method) {
    assertThat(select(method, 200, "ETag: \"a\"", "X: y")).isEqualTo(whole());
  }
}
