package dev.peregrine.cache;

import static dev.peregrine.cache.PolicyCache.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.PolicyCache.Answer;
import dev.peregrine.cache.PolicyCache.From;
import dev.peregrine.http.Heads;
import dev.peregrine.http.RequestHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {
  private static final String NOT_MODIFIED = "HTTP/1.1 304 Not Modified";

  private final PolicyCache cache = PolicyCache.byDefault();

  // RFC 9111 §4.3.1: validators go back octet for octet
  @ParameterizedTest
  @ValueSource(strings = {"\"abc\"", "W/\"abc\"", "abc", "w/\"abc\"", "\"\u00e4\""})
  void entityTag_isSentBackAsReceived(String tag) {
    cache.app("Cache-Control: max-age=2", "ETag: " + tag).app(NOT_MODIFIED, "ETag: " + tag);
    cache.get();
    Answer second = cache.pass(3).get();
    assertThat(second.entityTagSent()).isEqualTo(tag);
    assertThat(second.from()).isEqualTo(From.VALIDATED);
    assertThat(second.status()).isEqualTo(200);
  }

  // RFC 9111 §4.3.1
  @Test
  void lastModified_isSentBackAsReceived() {
    String odd = "Friday, 15-Jan-27 07:10:00 GMT";
    cache.app("Cache-Control: max-age=2", "Last-Modified: " + odd).app(NOT_MODIFIED);
    cache.get();
    assertThat(cache.pass(3).get().dateSent()).isEqualTo(odd);
  }

  // RFC 9111 §4.1, §4.3.1
  @Test
  void staleVariant_isValidatedForItsOwnRequestsOnly() {
    cache
        .app("Expires: " + date(1), "Date: " + date(0), "Vary: Abc", "ETag: \"a\"")
        .app(NOT_MODIFIED, "ETag: \"a\"")
        .app("Cache-Control: no-store");
    cache.get("Abc: 1");
    assertThat(cache.pass(3).get("Abc: 1").entityTagSent()).isEqualTo("\"a\"");
    assertThat(cache.get("Abc: 2").entityTagSent()).isNull();
  }

  // RFC 9111 §3.2, §4.3.4
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Foo",
        "Test-Header",
        "X-Test-Header",
        "X-Content-Foo",
        "Content-Type",
        "Content-Location",
        "Content-MD5",
        "Content-Security-Policy",
        "Clear-Site-Data",
        "Expires",
        "X-Frame-Options",
        "X-XSS-Protection",
        "Set-Cookie2",
        "Public-Key-Pins"
      })
  void field_inA304_takesTheOldOnesPlace(String name) {
    cache
        .app("Cache-Control: max-age=2", "ETag: \"a\"", name + ": A", name + ": more")
        .app(NOT_MODIFIED, "Cache-Control: max-age=3600", "ETag: \"a\"", name + ": B");
    cache.get();
    for (int i = 0; i < 2; i++) {
      Answer answer = cache.pass(3).get();
      assertThat(answer.fields().all(name.toLowerCase(java.util.Locale.ROOT))).containsExactly("B");
    }
    assertThat(cache.get().from()).isEqualTo(From.FRESH);
  }

  // RFC 9111 §3.2
  @ParameterizedTest
  @ValueSource(strings = {"Content-Encoding", "Content-Range"})
  void field_thatTheStoredContentDependsOn_staysAsItIs(String name) {
    cache
        .app("Cache-Control: max-age=2", "ETag: \"a\"", name + ": A")
        .app(NOT_MODIFIED, "ETag: \"a\"", name + ": B");
    cache.get();
    assertThat(cache.pass(3).get().field(name.toLowerCase(java.util.Locale.ROOT))).isEqualTo("A");
  }

  // RFC 9111 §3.2
  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 99", "Connection: x", "Keep-Alive: 9", "Age: 1", "Upgrade: x"})
  void field_ofFramingOrConnection_isNotTaken(String line) {
    cache.app("Cache-Control: max-age=2", "ETag: \"a\"").app(NOT_MODIFIED, "ETag: \"a\"", line);
    cache.get();
    String name = line.substring(0, line.indexOf(':')).toLowerCase(java.util.Locale.ROOT);
    assertThat(cache.pass(3).get().field(name)).isNull();
  }

  // RFC 9111 §3.2
  @Test
  void field_leftOutOfA304_staysAsItIs() {
    cache
        .app("Cache-Control: max-age=2", "Last-Modified: " + date(-10), "Foo: A")
        .app(NOT_MODIFIED);
    cache.get();
    assertThat(cache.pass(3).get().field("foo")).isEqualTo("A");
  }

  // RFC 9111 §4.2.1, §4.3.4
  @Test
  void cacheControl_inA304_isTheNewLifetime() {
    cache
        .app("Cache-Control: max-age=1", "ETag: \"a\"")
        .app(NOT_MODIFIED, "ETag: \"a\"", "Cache-Control: max-age=3600");
    cache.get();
    cache.pass(3).get();
    assertThat(cache.pass(1000).get().from()).isEqualTo(From.FRESH);
    assertThat(cache.get().age()).isEqualTo(1000);
  }

  // RFC 9111 §4.3.4: the old lifetime begins anew
  @Test
  void validation_withoutNewFreshness_renewsTheOldOne() {
    cache.app("Cache-Control: max-age=5", "ETag: \"a\"").app(NOT_MODIFIED);
    cache.get();
    cache.pass(6).get();
    assertThat(cache.pass(4).get().from()).isEqualTo(From.FRESH);
    assertThat(cache.get().age()).isEqualTo(4);
  }

  // RFC 9111 §3, §4.3.4: a time that has passed is explicit, too
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ETag: \"a\"",
        "Expires: Thu, 01 Jan 1970 00:00:00 GMT",
        "Expires: 0",
        "Cache-Control: max-age=0"
      })
  void validation_ofWhatHasExpired_keepsItForTheNext(String update) {
    cache
        .app("Expires: " + date(2), "Date: " + date(0), "ETag: \"a\"")
        .app(NOT_MODIFIED, update, "Date: " + date(3))
        .app(NOT_MODIFIED, update, "Date: " + date(3));
    cache.get();
    Answer second = cache.pass(3).get();
    assertThat(second.from()).isEqualTo(From.VALIDATED);
    assertThat(second.refusal()).isNull();
    Answer third = cache.get();
    assertThat(third.from()).isEqualTo(From.VALIDATED);
    assertThat(third.entityTagSent()).isEqualTo("\"a\"");
  }

  // RFC 9213 §2.2
  @Test
  void targetedField_leftOutOfA304_stillHolds() {
    cache
        .app("Peregrine-Cache-Control: max-age=2", "Cache-Control: max-age=0", "ETag: \"a\"")
        .app(NOT_MODIFIED, "Cache-Control: max-age=0");
    cache.get();
    cache.pass(3).get();
    assertThat(cache.pass(1).get().from()).isEqualTo(From.FRESH);
  }

  // RFC 9111 §5.2.2.5, §5.2.2.7
  @ParameterizedTest
  @CsvSource({"no-store,NO_STORE", "private,PRIVATE"})
  void a304_thatForbidsStoring_answersOnceAndEndsIt(String directive, RefusalReason reason) {
    cache
        .app("Cache-Control: max-age=2", "ETag: \"a\"")
        .app(NOT_MODIFIED, "ETag: \"a\"", "Cache-Control: " + directive);
    cache.get();
    Answer second = cache.pass(3).get();
    assertThat(second.from()).isEqualTo(From.VALIDATED);
    assertThat(second.refusal()).isEqualTo(reason);
    assertThat(cache.isEmpty()).isTrue();
  }

  // RFC 9111 §7.3: not even by way of a 304
  @Test
  void setCookie_inA304_isNotStoredForOthers() {
    cache
        .app("Cache-Control: max-age=2", "ETag: \"a\"")
        .app(NOT_MODIFIED, "ETag: \"a\"", "Set-Cookie: a=1");
    cache.get();
    cache.pass(3).get();
    assertThat(cache.get().isReused()).isTrue();
    assertThat(cache.get().field("set-cookie")).isNull();
    PolicyCache opened = PolicyCache.opened();
    opened
        .app("Cache-Control: max-age=2", "ETag: \"a\"", "Set-Cookie: a=0")
        .app(NOT_MODIFIED, "ETag: \"a\"", "Set-Cookie: a=1");
    opened.get();
    assertThat(opened.pass(3).get().field("set-cookie")).isEqualTo("a=1");
  }

  // RFC 9111 §4.3.4: a 304 about another response
  @ParameterizedTest
  @CsvSource({
    "ETag: \"a\",ETag: \"b\"",
    "ETag: W/\"a\",ETag: W/\"b\"",
    "Last-Modified: x,ETag: \"b\"",
    "Last-Modified: x,Last-Modified: y"
  })
  void a304_aboutSomethingElse_isAskedForAgain(String stored, String update) {
    cache
        .app("Cache-Control: max-age=2", stored, "X-Number: 1")
        .app(NOT_MODIFIED, update)
        .app("Cache-Control: max-age=2", "X-Number: 2");
    cache.get();
    Answer second = cache.pass(3).get();
    assertThat(second.from()).isEqualTo(From.APP);
    assertThat(second.field("x-number")).isEqualTo("2");
  }

  // RFC 9110 §8.8.3.2
  @ParameterizedTest
  @CsvSource({"\"a\",W/\"a\"", "W/\"a\",\"a\"", "a,a"})
  void a304_withTheSameTag_isAboutIt(String stored, String update) {
    cache.app("Cache-Control: max-age=2", "ETag: " + stored).app(NOT_MODIFIED, "ETag: " + update);
    cache.get();
    assertThat(cache.pass(3).get().from()).isEqualTo(From.VALIDATED);
  }

  // RFC 9111 §4.3.3
  @Test
  void validation_answeredInFull_replacesWhatIsStored() {
    cache
        .app("Cache-Control: max-age=2", "ETag: \"a\"", "X-Number: 1")
        .app("Cache-Control: max-age=2", "ETag: \"b\"", "X-Number: 2");
    cache.get();
    cache.pass(3).get();
    assertThat(cache.get().field("x-number")).isEqualTo("2");
  }

  // RFC 9111 §4.3.5
  @Test
  void head_thatAgrees_freshensTheStoredResponse() {
    Freshening freshening =
        byHead("ETag: \"a\"", "Cache-Control: max-age=1000", "ETag: \"a\"", "Foo: B");
    assertThat(freshening).isInstanceOf(Freshening.Updated.class);
    StoredHead head = ((Freshening.Updated) freshening).head();
    assertThat(head.lifetimeSeconds()).isEqualTo(1000);
    assertThat(head.fields().first("foo")).isEqualTo("B");
    assertThat(head.fields().first("etag")).isEqualTo("\"a\"");
  }

  // RFC 9111 §4.3.5
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\nETag: \"b\"",
        "HTTP/1.1 200 OK\nLast-Modified: y",
        "HTTP/1.1 200 OK\nContent-Length: 11",
        "HTTP/1.1 410 Gone"
      })
  void head_thatDisagrees_endsTheStoredResponse(String response) {
    assertThat(byHead("ETag: \"a\"", response.split("\n", -1)))
        .isInstanceOf(Freshening.Mismatch.class);
  }

  // RFC 9111 §4.3.5
  @Test
  void head_withTheLengthOfTheStoredContent_agrees() {
    assertThat(byHead("X: y", "Content-Length: 10", "Cache-Control: max-age=5"))
        .isInstanceOf(Freshening.Updated.class);
  }

  private Freshening byHead(String stored, String... response) {
    cache.app("Cache-Control: max-age=2", stored);
    cache.get();
    cache.pass(3);
    RequestHead request = Heads.request("HEAD / HTTP/1.1\nHost: a.example");
    RequestVerdict.Lookup lookup =
        (RequestVerdict.Lookup) cache.policy.judge(request, cache.arrival);
    String text = String.join("\n", response);
    Times times = new Times(cache.nowNanos(), cache.nowNanos(), cache.nowSeconds() * 1000);
    return cache.policy.freshenedByHead(
        cache.only(),
        10,
        new Answered(
            request,
            lookup,
            Heads.response(text.startsWith("HTTP/") ? text : "HTTP/1.1 200 OK\n" + text),
            times));
  }

  // RFC 9110 §9.3.2
  @Test
  void head_isAnsweredFromAStoredGetAndNeverStored() {
    cache.app("Cache-Control: max-age=60");
    assertThat(cache.send("HEAD", "/").refusal()).isEqualTo(RefusalReason.METHOD);
    cache.app("Cache-Control: max-age=60");
    cache.get();
    assertThat(cache.send("HEAD", "/").isReused()).isTrue();
  }
}
