package dev.peregrine.cache;

import static dev.peregrine.cache.PolicyCache.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.PolicyCache.Answer;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Heads;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoringTest {
  private final PolicyCache cache = PolicyCache.byDefault();
  private final PolicyCache opened = PolicyCache.opened();

  // RFC 9111 §4.2.2, RFC 9110 §15.1
  @ParameterizedTest
  @ValueSource(ints = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
  void heuristics_ofACacheableStatus_letReuse(int status) {
    opened.app("HTTP/1.1 " + status + " X", "Last-Modified: " + date(-86_400), "Date: " + date(0));
    opened.get();
    assertThat(opened.get().isReused()).isTrue();
    assertThat(opened.get().status()).isEqualTo(status);
  }

  // RFC 9111 §4.2.2, RFC 9110 §15.1
  @ParameterizedTest
  @ValueSource(ints = {201, 202, 302, 303, 307, 400, 403, 406, 500, 502, 503, 504, 599})
  void heuristics_ofAnyOtherStatus_doNot(int status) {
    opened
        .app("HTTP/1.1 " + status + " X", "Last-Modified: " + date(-86_400), "Date: " + date(0))
        .app("HTTP/1.1 200 OK");
    opened.get();
    assertThat(opened.get().isReused()).isFalse();
  }

  // RFC 9111 §5.2.2.9
  @Test
  void heuristics_ofAnUnknownStatusThatIsPublic_letReuse() {
    opened.app("HTTP/1.1 599 X", "Cache-Control: public", "Last-Modified: " + date(-86_400));
    opened.get();
    assertThat(opened.get().isReused()).isTrue();
  }

  // RFC 9111 §4.2.2: a tenth
  @ParameterizedTest
  @CsvSource({"0,false", "20,false", "30,false", "60,true", "3600,true", "86400,true"})
  void heuristics_areATenthOfTheAge(long seconds, boolean isReused) {
    opened.app("Last-Modified: " + date(-seconds), "Date: " + date(0)).app("HTTP/1.1 200 OK");
    opened.get();
    assertThat(opened.pass(3).get().isReused()).isEqualTo(isReused);
  }

  // RFC 9111 §4.2.2: at most a day, and never beside an explicit time
  @Test
  void heuristics_areBounded() {
    opened.app("Last-Modified: " + date(-86_400 * 365));
    opened.get();
    assertThat(opened.only().lifetimeSeconds()).isEqualTo(86_400);
    PolicyCache other = PolicyCache.opened();
    other.app("Last-Modified: " + date(-86_400 * 365), "Expires: 0");
    other.get();
    assertThat(other.only().lifetimeSeconds()).isZero();
  }

  // RFC 9111 §3: nothing without the app's word
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: y",
        "Last-Modified: Fri, 01 Jan 2027 00:00:00 GMT",
        "ETag: \"a\"",
        "Cache-Control: max-age=0\nETag: \"a\"",
        "Cache-Control: must-revalidate\nETag: \"a\"",
        "Expires: 0\nETag: \"a\"",
        "Cache-Control: stale-if-error=60\nETag: \"a\""
      })
  void byDefault_withoutExplicitWord_nothingIsStored(String fields) {
    cache.app(fields);
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.NOT_EXPLICIT);
    assertThat(cache.isEmpty()).isTrue();
  }

  // RFC 9111 §3
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: max-age=1",
        "Cache-Control: s-maxage=1",
        "Cache-Control: s-maxage=0\nETag: \"a\"",
        "Cache-Control: public\nETag: \"a\"",
        "Cache-Control: max-age=0, stale-while-revalidate=60",
        "Expires: Fri, 01 Jan 2100 00:00:00 GMT",
        "CDN-Cache-Control: max-age=1",
        "Peregrine-Cache-Control: no-cache\nETag: \"a\""
      })
  void byDefault_withExplicitWord_isStored(String fields) {
    cache.app(fields);
    assertThat(cache.get().refusal()).isNull();
  }

  // Web cache deception: no rule looks at paths.
  @Test
  void path_thatLooksLikeAFile_isStoredOnlyIfTheAppSaysSo() {
    cache.app("Content-Type: text/html", "ETag: \"a\"").app("Cache-Control: max-age=60");
    assertThat(cache.send("GET", "/account.php/x.css").refusal())
        .isEqualTo(RefusalReason.NOT_EXPLICIT);
    assertThat(cache.send("GET", "/account.php/x.css").refusal()).isNull();
  }

  // RFC 9111 §3
  @Test
  void response_staleFromTheStartWithoutValidator_isNotStored() {
    cache.app("Cache-Control: max-age=60", "Age: 61");
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.USELESS);
  }

  // RFC 9111 §3: explicit freshness makes every final status cacheable
  @ParameterizedTest
  @ValueSource(
      ints = {
        200, 201, 202, 203, 204, 205, 207, 226, 299, 300, 301, 302, 303, 307, 308, 399, 400, 401,
        402, 403, 404, 405, 406, 408, 409, 410, 411, 413, 414, 415, 418, 421, 422, 425, 451, 499,
        500, 501, 502, 503, 504, 505, 599
      })
  void status_withExplicitFreshness_isReusedAsItIs(int status) {
    cache.app("HTTP/1.1 " + status + " Word", "Cache-Control: max-age=100000", "X-Number: 1");
    cache.get();
    Answer second = cache.pass(3).get();
    assertThat(second.isReused()).isTrue();
    assertThat(second.status()).isEqualTo(status);
    assertThat(second.field("x-number")).isEqualTo("1");
    assertThat(cache.only().reason()).isEqualTo("Word");
  }

  // RFC 9111 §3
  @ParameterizedTest
  @ValueSource(ints = {200, 203, 299, 301, 404, 410, 500, 503, 599})
  void status_stale_isNotReused(int status) {
    for (PolicyCache each : new PolicyCache[] {cache, opened}) {
      each.app(
              "HTTP/1.1 " + status + " X",
              "Expires: " + date(-86_400),
              "Last-Modified: " + date(-172_800))
          .app("HTTP/1.1 200 OK");
      each.get();
      assertThat(each.get().isReused()).isFalse();
    }
  }

  // RFC 9111 §3.3, §4.3.2, RFC 6585 §3 to §6
  @ParameterizedTest
  @CsvSource({
    "206,PARTIAL",
    "304,CONDITIONAL",
    "412,CONDITIONAL",
    "416,CONDITIONAL",
    "417,CONDITIONAL",
    "428,STATUS",
    "429,STATUS",
    "431,STATUS",
    "511,STATUS"
  })
  void status_ofOneRequestOnly_isNeverStored(int status, RefusalReason reason) {
    opened.app("HTTP/1.1 " + status + " X", "Cache-Control: public, max-age=100000", "ETag: \"a\"");
    assertThat(opened.get().refusal()).isEqualTo(reason);
  }

  // RFC 9110 §15.5: an error needs a time
  @Test
  void error_withoutExplicitTime_isNotStored() {
    cache.app("HTTP/1.1 500 X", "Cache-Control: public", "ETag: \"a\"");
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.NOT_EXPLICIT);
  }

  // RFC 9110 §15.2
  @ParameterizedTest
  @ValueSource(ints = {102, 103})
  void interimResponse_isNeverStored(int status) {
    RequestHead request = Heads.request("GET / HTTP/1.1\nHost: a");
    RequestVerdict.Lookup lookup =
        (RequestVerdict.Lookup) opened.policy.judge(request, opened.arrival);
    ResponseHead response =
        Heads.response("HTTP/1.1 " + status + " X\nCache-Control: max-age=100000");
    assertThat(opened.policy.judge(new Answered(request, lookup, response, new Times(0, 0, 0))))
        .isEqualTo(new StoreVerdict.Refuse(RefusalReason.NOT_FINAL));
  }

  // RFC 9111 §3.3: what may be cut off is not stored
  @Test
  void content_thatEndsWithTheConnection_isNotStored() {
    RequestHead request = Heads.request("GET / HTTP/1.1\nHost: a");
    RequestVerdict.Lookup lookup =
        (RequestVerdict.Lookup) cache.policy.judge(request, cache.arrival);
    ResponseHead response = Heads.response("HTTP/1.1 200 OK\nCache-Control: max-age=60");
    assertThat(response.framing(request.method())).isInstanceOf(Framing.UntilClose.class);
    assertThat(cache.policy.judge(new Answered(request, lookup, response, new Times(0, 0, 0))))
        .isEqualTo(new StoreVerdict.Refuse(RefusalReason.OPEN_END));
  }

  @Test
  void content_tooLarge_isNotStored() {
    cache.app("Cache-Control: max-age=60", "Content-Length: 1048577");
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.TOO_LARGE);
  }

  @Test
  void response_namingAFile_isNotStored() {
    cache.app("Cache-Control: max-age=60", "X-Sendfile: /a");
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.FILE);
    cache.app("Cache-Control: max-age=60", "X-Accel-Redirect: /a");
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.FILE);
  }

  // RFC 9110 §9.3.3
  @Test
  void post_thatNamesItself_isUsedForALaterGet() {
    for (String location : new String[] {"/a?b=c", "http://A.example:80/a?b=c", "?b=c"}) {
      PolicyCache each = PolicyCache.byDefault();
      each.app("Cache-Control: max-age=3600", "Content-Location: " + location, "X-Number: 1");
      assertThat(each.send("POST", "/a?b=c", "Content-Length: 1").refusal()).isNull();
      assertThat(each.send("GET", "/a?b=c").field("x-number")).isEqualTo("1");
    }
  }

  // RFC 9110 §9.3.3
  @ParameterizedTest
  @ValueSource(strings = {"/b", "http://b.example/a", "https://a.example/a", "x y"})
  void post_thatNamesSomethingElse_isNotStored(String location) {
    cache.app("Cache-Control: max-age=3600", "Content-Location: " + location);
    assertThat(cache.send("POST", "/a").refusal()).isEqualTo(RefusalReason.BYPASSED);
    assertThat(cache.isEmpty()).isTrue();
  }

  // RFC 9110 §9.3.3: only with explicit freshness
  @Test
  void post_withoutFreshness_isNotStored() {
    for (String directive : new String[] {"x", "public", "s-maxage=0"}) {
      cache.app("Cache-Control: " + directive, "ETag: \"a\"", "Content-Location: /a");
      assertThat(cache.send("POST", "/a").refusal()).isEqualTo(RefusalReason.NOT_EXPLICIT);
    }
  }

  // RFC 9111 §3.5
  @Test
  void request_withAuthorization_isNotShared() {
    cache.app("Cache-Control: max-age=100000");
    assertThat(cache.get("Authorization: Basic x").refusal()).isEqualTo(RefusalReason.CREDENTIALS);
    assertThat(cache.isEmpty()).isTrue();
  }

  // RFC 9111 §3.5
  @ParameterizedTest
  @ValueSource(strings = {"max-age=3600, public", "max-age=3600, must-revalidate", "s-maxage=3600"})
  void request_withAuthorization_isSharedIfTheAppSaysSo(String directives) {
    cache.app("Cache-Control: " + directives);
    cache.get("Authorization: Basic x");
    assertThat(cache.get().isReused()).isTrue();
    assertThat(cache.get("Authorization: Basic y").isReused()).isTrue();
  }

  // RFC 9111 §3.5, turned round
  @Test
  void request_withAuthorization_isNotAnsweredByWhatIsForTheAnonymous() {
    cache.app("Cache-Control: max-age=3600").app("Cache-Control: max-age=3600");
    cache.get();
    Answer second = cache.get("Authorization: Basic x");
    assertThat(second.isReused()).isFalse();
    assertThat(second.refusal()).isEqualTo(RefusalReason.CREDENTIALS);
    assertThat(cache.get().isReused()).isTrue();
  }

  // RFC 9111 §7.3
  @Test
  void setCookie_isSharedOnlyIfToldTo() {
    cache.app("Cache-Control: public, max-age=3600", "Set-Cookie: a=1");
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.SET_COOKIE);
    assertThat(cache.isEmpty()).isTrue();
    opened.app("Cache-Control: max-age=3600", "Set-Cookie: a=1");
    opened.get();
    assertThat(opened.get().field("set-cookie")).isEqualTo("a=1");
  }

  // RFC 9111 §7.3: never both
  @Test
  void setCookie_withPrivate_isNeverShared() {
    opened.app("Cache-Control: private, max-age=3600", "Set-Cookie: a=1");
    assertThat(opened.get().refusal()).isEqualTo(RefusalReason.PRIVATE);
  }

  // RFC 9111 §4.1: Cookie is no part of the key
  @Test
  void cookie_inTheRequest_doesNotMatter() {
    cache.app("Cache-Control: max-age=3600");
    cache.get();
    assertThat(cache.get("Cookie: a=1").isReused()).isTrue();
  }
}
