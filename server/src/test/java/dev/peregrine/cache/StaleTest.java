package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.PolicyCache.Answer;
import dev.peregrine.cache.PolicyCache.ConfigBuilder;
import dev.peregrine.cache.PolicyCache.From;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaleTest {
  private final PolicyCache cache = PolicyCache.byDefault();
  private final PolicyCache forgiving =
      new PolicyCache(new ConfigBuilder().staleIfError(Duration.ofHours(1)).build());

  private static Answer afterLoss(PolicyCache cache, String... fields) {
    cache.app(fields);
    cache.get();
    return cache.pass(3).get();
  }

  private static Answer afterError(PolicyCache cache, int status, String... fields) {
    cache.app(fields).app("HTTP/1.1 " + status + " Error");
    cache.get();
    return cache.pass(3).get();
  }

  // RFC 9111 §4.2.4
  @Test
  void staleResponse_withoutPermission_isNotServedOnError() {
    assertThat(afterLoss(cache, "Cache-Control: max-age=2").from()).isEqualTo(From.NOBODY);
    assertThat(afterError(PolicyCache.byDefault(), 503, "Cache-Control: max-age=2").status())
        .isEqualTo(503);
  }

  // RFC 9111 §4.2.4: by configuration
  @Test
  void staleResponse_byConfiguration_isServedOnError() {
    assertThat(afterLoss(forgiving, "Cache-Control: max-age=2").from()).isEqualTo(From.STALE);
    assertThat(forgiving.app("HTTP/1.1 503 Error").pass(3500).get().status()).isEqualTo(200);
    assertThat(forgiving.app("HTTP/1.1 503 Error").pass(200).get().status()).isEqualTo(503);
  }

  // RFC 9111 §4.2.4, §5.2.2.2, §5.2.2.4, §5.2.2.8, §5.2.2.10
  @ParameterizedTest
  @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=2"})
  void staleResponse_prohibited_isNeverServed(String directive) {
    String[] fields = {"Cache-Control: max-age=2, stale-if-error=60, " + directive, "ETag: \"a\""};
    assertThat(afterLoss(forgiving, fields).from()).isEqualTo(From.NOBODY);
    assertThat(afterError(forgiving, 503, fields).status()).isEqualTo(503);
    String[] whileRevalidating = {
      "Cache-Control: max-age=2, stale-while-revalidate=60, " + directive, "ETag: \"a\""
    };
    assertThat(afterLoss(forgiving, whileRevalidating).from()).isEqualTo(From.NOBODY);
  }

  // RFC 9111 §5.2.1.2: not even to a client that takes it
  @ParameterizedTest
  @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=2"})
  void staleResponse_prohibited_isNotServedForMaxStale(String directive) {
    PolicyCache opened = PolicyCache.opened();
    opened.app("Cache-Control: max-age=2, " + directive, "ETag: \"a\"");
    opened.get();
    assertThat(opened.pass(3).get("Cache-Control: max-stale=1000").from()).isEqualTo(From.NOBODY);
  }

  // RFC 5861 §4
  @ParameterizedTest
  @CsvSource({"500,true", "502,true", "503,true", "504,true", "501,false", "404,false"})
  void staleResponse_staleIfError_isServedInPlaceOfServerErrors(int status, boolean isServed) {
    Answer answer = afterError(cache, status, "Cache-Control: max-age=2, stale-if-error=60");
    assertThat(answer.status()).isEqualTo(isServed ? 200 : status);
  }

  // RFC 5861 §4
  @Test
  void staleResponse_staleIfError_isServedWithinItsTime() {
    assertThat(afterLoss(cache, "Cache-Control: max-age=2, stale-if-error=60").from())
        .isEqualTo(From.STALE);
    assertThat(cache.pass(58).get().from()).isEqualTo(From.STALE);
    assertThat(cache.pass(2).get().from()).isEqualTo(From.NOBODY);
  }

  // RFC 5861 §4: the directive in a request
  @Test
  void staleResponse_clientsStaleIfError_countsOfThoseWhoAreHeeded() {
    PolicyCache opened = PolicyCache.opened();
    opened.app("Cache-Control: max-age=2");
    opened.get();
    assertThat(opened.pass(3).get("Cache-Control: stale-if-error=60").from()).isEqualTo(From.STALE);
    cache.app("Cache-Control: max-age=2");
    cache.get();
    assertThat(cache.pass(3).get("Cache-Control: stale-if-error=60").from()).isEqualTo(From.NOBODY);
  }

  // RFC 5861 §3
  @Test
  void staleResponse_staleWhileRevalidate_isServedAtOnce() {
    cache.app("Cache-Control: max-age=1, stale-while-revalidate=3600", "ETag: \"a\"");
    cache.get();
    Answer second = cache.pass(3).get();
    assertThat(second.from()).isEqualTo(From.STALE_WHILE_REVALIDATE);
    assertThat(second.age()).isEqualTo(3);
  }

  // RFC 5861 §3: the refresh replaces what is stored, and the window ends
  @Test
  void staleWhileRevalidate_refreshedByNoCache_isAskedForAgain() {
    cache
        .app("Cache-Control: max-age=1, stale-while-revalidate=4", "ETag: \"abc\"")
        .app("Cache-Control: max-age=1, no-cache", "ETag: \"def\"")
        .app("HTTP/1.1 304 Not Modified", "ETag: \"def\"");
    cache.get();
    assertThat(cache.pass(3).get().from()).isEqualTo(From.STALE_WHILE_REVALIDATE);
    Answer third = cache.pass(3).get();
    assertThat(third.from()).isEqualTo(From.VALIDATED);
    assertThat(third.entityTagSent()).isEqualTo("\"def\"");
  }

  // RFC 5861 §3
  @Test
  void staleWhileRevalidate_beyondItsWindow_isValidatedFirst() {
    cache
        .app("Cache-Control: max-age=1, stale-while-revalidate=4", "ETag: \"abc\"")
        .app("HTTP/1.1 304 Not Modified", "ETag: \"abc\"");
    cache.get();
    assertThat(cache.pass(6).get().from()).isEqualTo(From.VALIDATED);
  }

  // RFC 9111 §5.5: Warning is obsolete
  @Test
  void staleResponse_served_hasNoWarning() {
    assertThat(afterLoss(forgiving, "Cache-Control: max-age=2").field("warning")).isNull();
  }

  // RFC 9111 §4.2.4
  @Test
  void softlyPurgedResponse_isStaleFromThen() {
    cache.app("Cache-Control: max-age=3600, stale-while-revalidate=10");
    cache.get();
    StoredHead expired = cache.pass(5).only().expired(cache.nowNanos());
    long now = cache.nowNanos();
    assertThat(cache.policy.decide(RequestDirectives.NONE, expired, now))
        .isEqualTo(new Decision.StaleWhileRevalidate(5));
    assertThat(cache.policy.decide(RequestDirectives.NONE, expired, now + 10_000_000_000L))
        .isEqualTo(new Decision.Validate(ValidationReason.STALE));
  }
}
