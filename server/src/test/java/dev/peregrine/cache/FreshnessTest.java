package dev.peregrine.cache;

import static dev.peregrine.cache.PolicyCache.date;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FreshnessTest {
  private final PolicyCache cache = PolicyCache.byDefault();

  /// Stores a response with those fields and asks for it again 3 s later.
  private boolean isReused(String... fields) {
    return isReusedAfter(3, fields);
  }

  private boolean isReusedAfter(double seconds, String... fields) {
    cache.app(fields).app("Cache-Control: no-store");
    cache.get();
    return cache.pass(seconds).get().isReused();
  }

  // RFC 9111 §4.2.1
  @Test
  void response_withoutFreshnessAndValidator_isNotReused() {
    assertThat(isReused("Date: " + date(0))).isFalse();
  }

  // RFC 9111 §4.2.1, §5.2.2.1
  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-age=3600",
        "max-age=2147483647",
        "max-age=2147483648",
        "max-age=2147483649",
        "max-age=99999999999",
        "max-age=99999999999999999999999999999999999999",
        "foobar, max-age=3600",
        "MaX-aGe=3600",
        "max-age=3600, foobar",
        "max-age=003600",
        "max-age=\"3600\"",
        ", ,max-age=3600,",
        "s-maxage=3600",
        "s-maxage=3600, max-age=1",
        "max-age=1, s-maxage=3600"
      })
  void response_freshByDirective_isReused(String directives) {
    assertThat(isReused("Cache-Control: " + directives)).isTrue();
  }

  // RFC 9111 §4.2.1: what is invalid counts as stale, of two the smaller counts
  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-age=2",
        "max-age=0",
        "max-age=-3600",
        "max-age='3600'",
        "max-age =3600",
        "max-age= 3600",
        "max-age=3600.0",
        "max-age=3600.5",
        "max-age=a3600",
        "max-age=3600a",
        "max-age=",
        "max-age",
        "max-age=\"\"",
        "max-age=1800, max-age=1",
        "max-age=1, max-age=1800",
        "s-maxage=1, max-age=3600",
        "max-age=3600, s-maxage=1",
        "max-age=3600, s-maxage=x",
        "max-age=1, extension=\"max-age=3600\"",
        "extension=\"max-age=3600\", max-age=1",
        "extension=\"a\\\", max-age=3600\", max-age=1",
        "extension=\"max-age=3600",
        "x-max-age=3600",
        "max-age=3600; no-cache"
      })
  void response_staleByDirective_isNotReused(String directives) {
    assertThat(isReused("Cache-Control: " + directives)).isFalse();
  }

  // RFC 9110 §5.3
  @ParameterizedTest
  @CsvSource({
    "s-maxage=1,max-age=3600",
    "max-age=3600,s-maxage=1",
    "max-age=1800,max-age=1",
    "max-age=1,max-age=1800",
    "extension=\"x\",max-age=1"
  })
  void response_directivesOnTwoLines_countAsOneList(String first, String second) {
    assertThat(isReused("Cache-Control: " + first, "Cache-Control: " + second)).isFalse();
  }

  // RFC 9111 §5.3
  @Test
  void response_maxAgeAndExpires_maxAgeCounts() {
    assertThat(isReused("Cache-Control: max-age=3600", "Expires: " + date(-7200))).isTrue();
    assertThat(isReused("Cache-Control: max-age=3600", "Expires: 0")).isTrue();
  }

  // RFC 9111 §5.3
  @Test
  void response_maxAgeZeroAndFutureExpires_isNotReused() {
    assertThat(isReused("Cache-Control: max-age=0", "Expires: " + date(7200))).isFalse();
  }

  // RFC 9111 §5.2.2.10
  @Test
  void response_sharedMaxAgeAndMaxAgeZeroAndPastExpires_isReused() {
    assertThat(isReused("Cache-Control: s-maxage=3600, max-age=0", "Expires: " + date(-7200)))
        .isTrue();
  }

  // RFC 9111 §4.2.3
  @Test
  void response_olderThanItsLifetimeByAge_isNotReused() {
    assertThat(isReused("Cache-Control: max-age=3600", "Age: 7200")).isFalse();
  }

  // RFC 9111 §4.2.3: apparent_age
  @Test
  void response_olderThanItsLifetimeByDate_isNotReused() {
    assertThat(isReused("Cache-Control: max-age=3600", "Date: " + date(-7200))).isFalse();
  }

  // RFC 9111 §5.1
  @ParameterizedTest
  @ValueSource(strings = {"abc", "-7200", "7200.0", "7200;foo=bar", "7200;foo=111", "", "0, 7200"})
  void age_invalidOrZero_isPassedOver(String age) {
    assertThat(isReused("Cache-Control: max-age=3600", "Date: " + date(0), "Age: " + age)).isTrue();
  }

  // RFC 9111 §1.2.2, §5.1
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2147483647",
        "2147483648",
        "2147483649",
        "99999999999999999999999",
        "7200, 0",
        "7200,x"
      })
  void age_beyondTheLifetime_makesStale(String age) {
    assertThat(isReused("Cache-Control: max-age=3600", "Date: " + date(0), "Age: " + age))
        .isFalse();
  }

  // RFC 9111 §5.1: the first member counts
  @ParameterizedTest
  @CsvSource({"7200,0,false", "0,7200,true", "0,0,true"})
  void age_onTwoLines_firstCounts(String first, String second, boolean isReused) {
    assertThat(
            isReused(
                "Cache-Control: max-age=3600",
                "Date: " + date(0),
                "Age: " + first,
                "Age: " + second))
        .isEqualTo(isReused);
  }

  // RFC 9111 §5.1
  @Test
  void age_twiceWithinTheLifetime_isReused() {
    assertThat(isReused("Cache-Control: max-age=10000", "Age: 3600", "Age: 3600")).isTrue();
  }

  // RFC 9111 §5.3
  @ParameterizedTest
  @CsvSource({"2592000,3,true", "-7200,3,false", "0,0,false", "2,3,false", "4,3,true"})
  void expires_afterDate_isTheLifetime(long expires, double wait, boolean isReused) {
    assertThat(isReusedAfter(wait, "Date: " + date(0), "Expires: " + date(expires)))
        .isEqualTo(isReused);
  }

  // RFC 9111 §4.2.1: Expires minus Date
  @Test
  void expires_beforeADateAheadOfTheClock_isNotReused() {
    assertThat(isReusedAfter(0, "Date: " + date(400), "Expires: " + date(300))).isFalse();
  }

  // RFC 9111 §4.2.1: without a Date, the time of receipt
  @Test
  void expires_withInvalidDate_countsFromTheReceipt() {
    assertThat(isReusedAfter(0, "Date: foo", "Expires: " + date(10))).isTrue();
    assertThat(isReusedAfter(11, "Date: foo", "Expires: " + date(10))).isFalse();
  }

  // RFC 9111 §4.2.3
  @ParameterizedTest
  @CsvSource({"-10,10,25,false", "10,20,15,false", "-10,10,15,true", "10,20,5,true"})
  void expires_withDateAndAge_areSetOff(long date, long expires, long age, boolean isReused) {
    assertThat(isReusedAfter(0, "Date: " + date(date), "Expires: " + date(expires), "Age: " + age))
        .isEqualTo(isReused);
  }

  // RFC 9110 §5.6.7
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Thu, 28 Jan 2038 08:00:00 GMT",
        "Tue, 19 Jan 2038 14:14:08 GMT",
        "Thu, 18 Nov 2286 17:46:40 GMT",
        "Thursday, 18-Aug-50 02:01:18 GMT",
        "Mon Aug  8 02:01:18 2050",
        "THU, 18 Aug 2050 02:01:18 GMT",
        "Thu, 18 AUG 2050 02:01:18 GMT",
        "Thu, 18 Aug 2050 02:01:18 gMT"
      })
  void expires_farDateInAnyForm_isReused(String expires) {
    assertThat(isReused("Expires: " + expires)).isTrue();
  }

  // RFC 9111 §4.2, §5.3
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "Wed, 18 Aug 2050 02:01:18 GMT",
        "Thu, 18 Aug 2050 02:01:18 UTC",
        "Thu, 18 Aug 2050 02:01:18 AEST",
        "Thu, 18 Aug 50 02:01:18 GMT",
        "Thu 18 Aug 2050 02:01:18 GMT",
        "Thu,  18 Aug 2050 02:01:18 GMT",
        "Thu, 18  Aug 2050 02:01:18 GMT",
        "Thu, 18-Aug-2050 02:01:18 GMT",
        "Thu, 18 Aug 2050 02.01.18 GMT",
        "Thu, 18 Aug 2050 2:01:18 GMT",
        "Thu, 18 Aug 2050 02:01:18"
      })
  void expires_inNoForm_hasPassed(String expires) {
    assertThat(isReusedAfter(0, "Expires: " + expires)).isFalse();
  }

  // RFC 9111 §4.2.1
  @Test
  void expires_twice_hasPassed() {
    String expires = "Expires: " + date(7200);
    assertThat(isReusedAfter(0, expires, expires)).isFalse();
  }

  // RFC 9111 §4.2.3: a clock that jumps changes no age
  @Test
  void age_ofAStoredResponse_followsTheMonotonicClock() {
    cache.app("Cache-Control: max-age=3600", "Age: 30");
    cache.get();
    assertThat(cache.get().age()).isEqualTo(30);
    assertThat(cache.pass(3).get().age()).isEqualTo(33);
    assertThat(cache.pass(0.9).get().age()).isEqualTo(33);
    assertThat(cache.pass(0.1).get().age()).isEqualTo(34);
  }

  // RFC 9111 §4.2.3: response_delay
  @Test
  void age_ofASlowResponse_countsFromTheRequest() {
    cache.appTakes(5).app("Cache-Control: max-age=3600");
    cache.get();
    assertThat(cache.get().age()).isEqualTo(5);
  }

  // RFC 9111 §4.2.3
  @Test
  void age_withDateAheadOfTheClock_isNeverNegative() {
    cache.app("Cache-Control: max-age=3600", "Date: " + date(86_400));
    cache.get();
    assertThat(cache.get().age()).isZero();
  }
}
