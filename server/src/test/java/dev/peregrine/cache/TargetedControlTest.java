package dev.peregrine.cache;

import static dev.peregrine.cache.PolicyCache.date;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetedControlTest {
  private final PolicyCache cache = PolicyCache.byDefault();

  private boolean isReused(String... fields) {
    cache.app(fields).app("Cache-Control: no-store");
    cache.get();
    return cache.pass(3).get().isReused();
  }

  // RFC 9213 §2.2
  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-age=3600",
        "max-age=2147483648",
        "max-age=99999999999",
        "foobar, max-age=3600",
        "max-age=3600;parameter=1",
        "s-maxage=3600, max-age=0"
      })
  void targetedField_fresh_letsReuse(String value) {
    assertThat(isReused("CDN-Cache-Control: " + value)).isTrue();
  }

  // RFC 9213 §2.2: Cache-Control and Expires do not count
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Expires: Thu, 01 Jan 1970 00:00:00 GMT",
        "Expires: 0",
        "Cache-Control: max-age=1",
        "Cache-Control: no-store",
        "Cache-Control: private, no-cache"
      })
  void targetedField_besideAnythingUntargeted_decides(String field) {
    assertThat(isReused("CDN-Cache-Control: max-age=10000", field)).isTrue();
  }

  // RFC 9213 §2.2
  @ParameterizedTest
  @ValueSource(strings = {"max-age=0", "max-age=1", "private", "no-cache", "no-store", "foobar"})
  void targetedField_restrictive_decides(String value) {
    assertThat(
            isReused(
                "CDN-Cache-Control: " + value,
                "Cache-Control: max-age=10000",
                "Expires: " + date(7200)))
        .isFalse();
  }

  // RFC 9111 §4.2.3
  @Test
  void targetedField_besideAge_isStaleInTime() {
    assertThat(isReused("CDN-Cache-Control: max-age=3600", "Age: 7200")).isFalse();
  }

  // RFC 9213 §2.1, RFC 9651 §4.2: what is no dictionary is passed over
  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-age=10000, &&&&&",
        "max-age =10000",
        "max-age= 10000",
        "MaX-aGe=3600",
        "max-age=10000,",
        "",
        "max-age=1234567890123456"
      })
  void targetedField_malformed_isPassedOver(String value) {
    assertThat(isReused("CDN-Cache-Control: " + value, "Cache-Control: no-store")).isFalse();
    PolicyCache other = PolicyCache.byDefault();
    other.app("CDN-Cache-Control: " + value, "Cache-Control: max-age=3600");
    other.get();
    assertThat(other.pass(3).get().isReused()).isTrue();
  }

  // RFC 9213 §2.1: nor are members of another type
  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-age=\"10000\"",
        "max-age=10000.0",
        "max-age",
        "max-age=?1",
        "max-age=-1",
        "max-age=a"
      })
  void targetedField_withMaxAgeOfAnotherType_isStale(String value) {
    for (String untargeted : new String[] {"no-store", "max-age=3600"}) {
      assertThat(isReused("CDN-Cache-Control: " + value, "Cache-Control: " + untargeted)).isFalse();
    }
  }

  // RFC 9213 §2.1
  @ParameterizedTest
  @CsvSource({
    "no-store=1,false",
    "no-store=?0,true",
    "private=?0,true",
    "private=x,false",
    "no-cache=?0,true",
    "must-revalidate=?0,true"
  })
  void targetedField_restrictionOfAnotherType_holdsUnlessFalse(String member, boolean isReused) {
    assertThat(isReused("CDN-Cache-Control: max-age=3600, " + member)).isEqualTo(isReused);
  }

  // RFC 9213 §2.2: the most specific one
  @Test
  void targetedFields_ownBeforeCdn() {
    assertThat(isReused("CDN-Cache-Control: max-age=1", "Peregrine-Cache-Control: max-age=3600"))
        .isTrue();
    PolicyCache other = PolicyCache.byDefault();
    other.app("CDN-Cache-Control: max-age=3600", "Peregrine-Cache-Control: no-store");
    assertThat(other.get().refusal()).isEqualTo(RefusalReason.NO_STORE);
  }

  // RFC 9213 §2.2
  @Test
  void targetedField_ofTheCdn_isPassedOn() {
    assertThat(isReused("CDN-Cache-Control: max-age=3600", "Cache-Control: max-age=1")).isTrue();
    assertThat(cache.get().field("cdn-cache-control")).isEqualTo("max-age=3600");
    assertThat(cache.get().age()).isEqualTo(3);
  }

  // RFC 9213 §2.1, RFC 9111 §5.2.2.4
  @Test
  void targetedField_qualified_withholdsFields() {
    assertThat(isReused("CDN-Cache-Control: max-age=3600, no-cache=\"a, b\"", "A: 1", "C: 3"))
        .isTrue();
    assertThat(cache.get().field("a")).isNull();
    assertThat(cache.get().field("c")).isEqualTo("3");
  }

  // RFC 9213 §2.2
  @Test
  void targetedField_prohibitions_hold() {
    cache.app("CDN-Cache-Control: max-age=1, stale-if-error=60, must-revalidate");
    cache.get();
    assertThat(cache.pass(3).get().from()).isEqualTo(PolicyCache.From.NOBODY);
  }
}
