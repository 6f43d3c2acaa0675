package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.CacheConfig.ClientDirectives;
import dev.peregrine.cache.PolicyCache.Answer;
import dev.peregrine.cache.PolicyCache.ConfigBuilder;
import dev.peregrine.cache.PolicyCache.From;
import dev.peregrine.http.Heads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientDirectivesTest {
  private final PolicyCache heeding = PolicyCache.opened();

  // RFC 9111 §5.2.1.1, §5.2.1.3, §5.2.1.4
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age=3600            | max-age=0     | 0",
        "max-age=3600            | max-age=1     | 3",
        "max-age=3600,age=1800   | max-age=600   | 0",
        "max-age=1500            | min-fresh=2000| 0",
        "max-age=1500,age=1000   | min-fresh=1000| 0",
        "max-age=3600            | no-cache      | 0",
        "max-age=3600            | No-Cache      | 0",
        "max-age=3600            | max-age=x     | 0",
        "max-age=3600            | max-age=9, max-age=0 | 0"
      })
  void directive_ofAHeededClient_sendsToTheApp(String stored, String demand, double wait) {
    Answer answer = ask(heeding, stored, demand, wait);
    assertThat(answer.from()).isEqualTo(From.APP);
  }

  // RFC 9111 §5.2.1
  @ParameterizedTest
  @ValueSource(strings = {"max-age=0", "no-cache", "min-fresh=2000", "no-store", "only-if-cached"})
  void directive_ofAnybodyElse_isPassedOver(String demand) {
    PolicyCache cache = PolicyCache.byDefault();
    assertThat(ask(cache, "max-age=1500", demand, 3).from()).isEqualTo(From.FRESH);
    PolicyCache off =
        new PolicyCache(new ConfigBuilder().clientDirectives(ClientDirectives.OFF).build());
    off.arrival = Arrival.of(Scheme.HTTP, Trust.TRUSTED, Trust.TRUSTED);
    assertThat(ask(off, "max-age=1500", demand, 3).from()).isEqualTo(From.FRESH);
  }

  // RFC 9111 §5.2.1
  @Test
  void directive_ofATrustedClient_isHeededByDefault() {
    PolicyCache cache = PolicyCache.byDefault();
    cache.arrival = Arrival.of(Scheme.HTTP, Trust.TRUSTED, Trust.UNTRUSTED);
    assertThat(ask(cache, "max-age=1500", "no-cache", 3).from()).isEqualTo(From.APP);
  }

  // RFC 9111 §5.2.1.1, §5.2.1.3
  @ParameterizedTest
  @ValueSource(
      strings = {"max-age=600", "min-fresh=100", "max-age=600, min-fresh=100", "no-transform"})
  void directive_thatTheResponseMeets_letsItBeReused(String demand) {
    assertThat(ask(heeding, "max-age=1500", demand, 3).from()).isEqualTo(From.FRESH);
  }

  // RFC 9111 §5.2.1.2
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age=2             | max-stale=1000 | STALE",
        "max-age=1500,age=2000 | max-stale=1000 | STALE",
        "max-age=2             | max-stale      | STALE",
        "max-age=2             | max-stale=0    | APP",
        "max-age=1500,age=3000 | max-stale=1000 | APP",
        "max-age=2             | max-stale=x    | APP"
      })
  void maxStale_letsStaleOnesBeUsed(String stored, String demand, From from) {
    PolicyCache cache = PolicyCache.opened();
    assertThat(ask(cache, stored, demand, 3, "ETag: \"a\"").from()).isEqualTo(from);
  }

  // RFC 9111 §5.2.1.4
  @Test
  void noCache_withAValidator_validates() {
    heeding
        .app("Cache-Control: max-age=3600", "ETag: \"a\"", "Last-Modified: x")
        .app("HTTP/1.1 304 Not Modified", "ETag: \"a\"");
    heeding.get();
    Answer answer = heeding.get("Cache-Control: no-cache");
    assertThat(answer.from()).isEqualTo(From.VALIDATED);
    assertThat(answer.entityTagSent()).isEqualTo("\"a\"");
    assertThat(answer.dateSent()).isEqualTo("x");
    assertThat(answer.status()).isEqualTo(200);
  }

  // RFC 9111 §5.2.1.5
  @Test
  void noStore_ofAHeededClient_keepsTheResponseOut() {
    heeding.app("Cache-Control: max-age=3600");
    assertThat(heeding.get("Cache-Control: no-store").refusal())
        .isEqualTo(RefusalReason.CLIENT_NO_STORE);
    assertThat(heeding.isEmpty()).isTrue();
  }

  // RFC 9111 §5.2.1.5
  @Test
  void noStore_whileAFreshResponseIsHeld_usesIt() {
    assertThat(ask(heeding, "max-age=3600", "no-store", 3).from()).isEqualTo(From.FRESH);
  }

  // RFC 9111 §5.2.1.7
  @Test
  void onlyIfCached_withNothingStored_isAnswered504() {
    assertThat(heeding.get("Cache-Control: only-if-cached").from()).isEqualTo(From.NOBODY);
    assertThat(ask(heeding, "max-age=3600", "only-if-cached", 3).from()).isEqualTo(From.FRESH);
  }

  @Test
  void request_plain_isCollapsible() {
    assertThat(directives("").isCollapsible()).isTrue();
    for (String field :
        new String[] {
          "Range: bytes=0-1",
          "If-None-Match: \"a\"",
          "Authorization: x",
          "Cache-Control: no-cache",
          "Cache-Control: no-store"
        }) {
      assertThat(directives(field).isCollapsible()).as(field).isFalse();
    }
    assertThat(directives("Range: bytes=0-1").hasRange()).isTrue();
    assertThat(directives("If-Modified-Since: x").isConditional()).isTrue();
    assertThat(directives("Authorization: x").hasCredentials()).isTrue();
  }

  private RequestDirectives directives(String field) {
    return ((RequestVerdict.Lookup)
            heeding.policy.judge(
                Heads.request("GET / HTTP/1.1\nHost: a\n" + field), heeding.arrival))
        .directives();
  }

  private static Answer ask(
      PolicyCache cache, String stored, String demand, double wait, String... more) {
    String[] parts = stored.split(",age=", -1);
    cache
        .app(
            "Cache-Control: " + parts[0],
            "Age: " + (parts.length > 1 ? parts[1] : "0"),
            String.join("\n", more.length > 0 ? more : new String[] {"X: y"}))
        .app("Cache-Control: max-age=3600");
    cache.get();
    return cache.pass(wait).get("Cache-Control: " + demand);
  }
}
