package dev.peregrine.cache;

import static dev.peregrine.cache.PolicyCache.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.PolicyCache.Answer;
import dev.peregrine.cache.PolicyCache.From;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectivesTest {
  private final PolicyCache cache = PolicyCache.byDefault();

  // RFC 9111 §5.2.2.5, §5.2.2.7
  @ParameterizedTest
  @ValueSource(
      strings = {
        "private, max-age=3600",
        "PrIvAtE, max-age=3600",
        "private=, max-age=3600",
        "private; max-age=3600",
        "private =x, max-age=3600",
        "max-age=3600, private=\"a b\"",
        "no-store",
        "No-StOrE",
        "max-age=10000, no-store",
        "no-store=x, max-age=10000",
        "max-age=10000, x=\"no end"
      })
  void response_notForSharing_isNotStored(String directives) {
    cache.app("Cache-Control: " + directives, "Expires: " + date(7200), "ETag: \"a\"");
    assertThat(cache.get().refusal()).isNotNull();
    assertThat(cache.isEmpty()).isTrue();
  }

  // RFC 9111 §4: while a stored response is fresh, the app is not asked
  @ParameterizedTest
  @ValueSource(strings = {"no-store", "no-store, max-age=0"})
  void response_freshThough_theAppWouldNowSayNoStore_isReused(String later) {
    cache.app("Cache-Control: max-age=10000", "X-Number: 1").app("Cache-Control: " + later);
    cache.get();
    assertThat(cache.pass(3).get().field("x-number")).isEqualTo("1");
    assertThat(cache.get().field("x-number")).isEqualTo("1");
  }

  // RFC 9111 §5.2.2.4
  @ParameterizedTest
  @ValueSource(strings = {"no-cache", "No-CaChE", "no-cache=\"a b\"", "no-cache=", "no-cache; x"})
  void response_noCache_isNeverReusedWithoutValidation(String directive) {
    cache
        .app("Cache-Control: max-age=10000, " + directive, "Expires: " + date(7200), "ETag: \"a\"")
        .app("HTTP/1.1 304 Not Modified", "ETag: \"a\"");
    cache.get();
    Answer second = cache.get();
    assertThat(second.from()).isEqualTo(From.VALIDATED);
    assertThat(second.entityTagSent()).isEqualTo("\"a\"");
    assertThat(second.status()).isEqualTo(200);
  }

  // RFC 9111 §5.2.2.4
  @Test
  void response_noCacheAlone_isStoredForValidationWhenNotOnlyExplicitOnesAre() {
    PolicyCache opened = PolicyCache.opened();
    opened
        .app("Cache-Control: no-cache", "ETag: \"a\"")
        .app("HTTP/1.1 304 Not Modified", "ETag: \"a\"");
    opened.get();
    assertThat(opened.get().from()).isEqualTo(From.VALIDATED);
    cache.app("Cache-Control: no-cache", "ETag: \"a\"");
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.NOT_EXPLICIT);
  }

  // RFC 9111 §5.2.2.4
  @Test
  void response_noCacheWithoutValidator_isNotStored() {
    cache.app("Cache-Control: max-age=10000, no-cache");
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.USELESS);
  }

  // RFC 9111 §5.2.2.4, §5.2.2.7: the qualified forms
  @ParameterizedTest
  @ValueSource(strings = {"no-cache=\"a, b\"", "private=\"A, b\"", "no-cache=\"a\", private=b"})
  void response_qualified_isReusedWithoutTheFields(String directive) {
    cache.app("Cache-Control: " + directive, "Cache-Control: max-age=3600", "A: 1", "B: 2", "C: 3");
    cache.get();
    Answer second = cache.get();
    assertThat(second.isReused()).isTrue();
    assertThat(second.field("a")).isNull();
    assertThat(second.field("b")).isNull();
    assertThat(second.field("c")).isEqualTo("3");
  }

  // RFC 9111 §5.2.2.4, §7.3
  @Test
  void response_withheldSetCookie_isStoredWithoutIt() {
    cache.app("Cache-Control: max-age=3600, no-cache=\"Set-Cookie\"", "Set-Cookie: a=1");
    assertThat(cache.get().field("set-cookie")).isEqualTo("a=1");
    assertThat(cache.get().isReused()).isTrue();
    assertThat(cache.get().field("set-cookie")).isNull();
  }

  // RFC 9111 §5.2.2.2
  @Test
  void response_mustRevalidate_isReusedWhileFreshAndThenValidated() {
    cache
        .app("Cache-Control: max-age=2, must-revalidate", "ETag: \"a\"")
        .app("HTTP/1.1 304 Not Modified", "ETag: \"a\"");
    cache.get();
    assertThat(cache.get().isReused()).isTrue();
    assertThat(cache.pass(3).get().entityTagSent()).isEqualTo("\"a\"");
  }

  // RFC 9111 §5.2.2.3
  @Test
  void response_mustUnderstand_overridesNoStoreIfTheStatusIsUnderstood() {
    String directives = "Cache-Control: max-age=3600, no-store, must-understand";
    cache.app("HTTP/1.1 599 Odd", directives);
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.NOT_UNDERSTOOD);
    cache.app(directives);
    cache.get();
    assertThat(cache.get().isReused()).isTrue();
  }

  // RFC 9111 §5.4
  @ParameterizedTest
  @ValueSource(strings = {"no-cache", "unknown"})
  void pragma_inEitherDirection_isPassedOver(String pragma) {
    cache.app("Cache-Control: max-age=3600", "Pragma: " + pragma);
    cache.get();
    assertThat(cache.get("Pragma: " + pragma).isReused()).isTrue();
  }

  // RFC 9110 §8.3, RFC 6266
  @Test
  void contentDisposition_ofAnAttachment_doesNotInhibitReuse() {
    cache.app("Cache-Control: max-age=3600", "Content-Disposition: attachment; filename=a");
    cache.get();
    assertThat(cache.get().isReused()).isTrue();
  }

  // RFC 8246 §2
  @Test
  void response_immutable_isAnOrdinaryOneToASharedCache() {
    cache.app("Cache-Control: max-age=2, immutable").app("Cache-Control: max-age=2");
    cache.get();
    assertThat(cache.get().isReused()).isTrue();
    assertThat(cache.pass(3).get().isReused()).isFalse();
  }
}
