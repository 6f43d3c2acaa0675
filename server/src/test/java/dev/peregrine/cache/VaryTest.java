package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.PolicyCache.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaryTest {
  private final PolicyCache cache = PolicyCache.byDefault();

  /// Stores a response to the first request and tells whether the second gets it. `;` separates
  /// field lines.
  private boolean isReused(String vary, String first, String second) {
    cache
        .app("Cache-Control: max-age=5000", "Last-Modified: x", "Vary: " + vary)
        .app("Cache-Control: no-store");
    cache.get(lines(first));
    return cache.get(lines(second)).isReused();
  }

  private static String[] lines(String text) {
    return text.isBlank() ? new String[0] : text.split(" ?/ ?", -1);
  }

  // RFC 9111 §4.1
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Foo           | Foo: 1                   | Foo: 1                  | true",
        "foo           | FOO: 1                   | fOO: 1                  | true",
        "Foo           | Foo: 1                   | Foo: 2                  | false",
        "Foo           | Bar: 1                   | Foo: 2                  | false",
        "Foo           | Foo: 1                   | Bar: 2                  | false",
        "Foo           | Foo: 1 / Other: 2        | Foo: 1 / Other: 3       | true",
        "Foo, Bar      | Foo: 1 / Bar: a          | Bar: a / Foo: 1         | true",
        "Foo, Bar      | Foo: 1 / Bar: a          | Foo: 1 / Bar: b         | false",
        "Foo, Bar      | Foo: 1 / Bar: a          | X: y                    | false",
        "Foo, Bar, Baz | Foo: 1 / Bar: a / Baz: 7 | Baz: 7 / Foo: 1 / Bar: a| true",
        "Foo, Bar, Baz | Foo: 1 / Bar: a          | Foo: 1 / Bar: a         | true",
        "Foo, Bar, Baz | Foo: 1 / Bar: a          | Foo: 1 / Bar: a / Baz: 7| false",
        "Foo, Bar, Baz | Foo: 1 / Bar: a / Baz: 7 | Foo: 1 / Bar: a / Baz: 8| false",
        "Foo           | Foo: 1, 2                | Foo: 1 / Foo: 2         | true",
        "Foo           | Foo: 1 / Foo: 2          | Foo: 1 / Foo: 2         | true",
        "Foo           | Foo: 1 / Foo: 2          | Foo: 2 / Foo: 1         | false",
        "Foo           | Foo: 1,2                 | Foo: 1, 2               | true",
        "Foo           | Foo: 1,2                 | Foo: 1,  2              | true",
        "Foo           | Foo: a                   | Foo: A                  | false",
        "Foo           | Foo: \"1, 2\"            | Foo: \"1,2\"            | false",
        "Foo           | Foo: \"a\\\",b\" , c     | Foo: \"a\\\",b\",c      | true",
        "Foo           | Foo: 1,                  | Foo: 1                  | false",
        "Cookie        | Cookie: a=1              | Cookie: a=1             | true",
        "Cookie        | Cookie: a=1              | Cookie: a=2             | false",
        "Cookie        | Cookie: a=1; b=2         | Cookie: a=1 / Cookie: b=2 | true"
      })
  void vary_namesFields_ofWhichAllMustBeTheSame(
      String vary, String first, String second, boolean isReused) {
    assertThat(isReused(vary, first, second)).isEqualTo(isReused);
  }

  // RFC 9110 §12.5.3, §12.5.4
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Accept-Language | en, de              | de, en                | true",
        "Accept-Language | en, de              | eN, De                | true",
        "Accept-Language | en, de              | en,   de              | true",
        "Accept-Language | en, de;q=0.5        | de;q=0.5, en          | true",
        "Accept-Language | en, de;q=0.5        | en;q=1.0, de;q=0.7    | true",
        "Accept-Language | en, de;q=0.5        | en;q=0.5, de          | false",
        "Accept-Language | en                  | en, de                | false",
        "Accept-Language | en, de;q=2          | de;q=2, en            | false",
        "Accept-Encoding | gzip, br            | br,gzip               | true",
        "Accept-Encoding | gzip, br            | gzip                  | false",
        "Accept-Encoding | gzip, br;q=0        | gzip                  | false",
        "Accept-Encoding | gzip, deflate, br   | GZIP, br, deflate;q=1 | true"
      })
  void vary_onAWeightedField_setsOrderAside(
      String name, String first, String second, boolean isReused) {
    assertThat(isReused(name, name + ": " + first, name + ": " + second)).isEqualTo(isReused);
  }

  // RFC 9111 §4.1: the ranking of the field's own definition
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de     | fr;q=0.5, de;q=1.0 | true",
        "DE     | de                 | true",
        "de     | de, fr             | false",
        "de     | fr, de;q=0.5       | false",
        "de     | de-at              | false",
        "de, en | de;q=1.0           | false",
        "d      | de                 | false"
      })
  void acceptLanguage_thatWantsMostWhatIsStored_getsIt(
      String language, String asked, boolean isReused) {
    cache
        .app(
            "Cache-Control: max-age=5000", "Vary: Accept-Language", "Content-Language: " + language)
        .app("Cache-Control: no-store");
    cache.get("Accept-Language: en, de");
    assertThat(cache.get("Accept-Language: " + asked).isReused()).isEqualTo(isReused);
  }

  // RFC 9111 §4.1
  @Test
  void variants_liveSideBySide() {
    cache
        .app("Cache-Control: max-age=5000", "Vary: Foo", "X-Number: 1")
        .app("Cache-Control: max-age=5000", "Vary: Foo", "X-Number: 2");
    cache.get("Foo: 1");
    cache.get("Foo: 2");
    assertThat(cache.get("Foo: 1").field("x-number")).isEqualTo("1");
    assertThat(cache.get("Foo: 2").field("x-number")).isEqualTo("2");
  }

  // RFC 9111 §4.1: of several that match, the most recent
  @Test
  void variants_ofDifferentVary_newestIsUsed() {
    cache
        .app("Cache-Control: max-age=5000", "Vary: Foo", "X-Number: 1")
        .app("Cache-Control: max-age=5000", "Vary: Bar", "X-Number: 2");
    cache.get("Foo: 1", "Bar: 1");
    cache.get("Foo: 2", "Bar: 1");
    assertThat(cache.get("Foo: 1", "Bar: 1").field("x-number")).isEqualTo("2");
  }

  // RFC 9110 §12.5.5
  @ParameterizedTest
  @ValueSource(strings = {"*", "*, *", "*\nVary: *", ", *", "\nVary: *", "*, Foo", "Foo, *"})
  void vary_withAnAsterisk_fitsNoOtherRequest(String vary) {
    cache.app("Cache-Control: max-age=5000", "Vary: " + vary);
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.VARY_ANY);
  }

  // RFC 9110 §12.5.5
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Foo Bar         | VARY_MALFORMED",
        "(Foo)           | VARY_MALFORMED",
        "X-Forwarded-For | VARY_UNSHARED",
        "X-Request-ID    | VARY_UNSHARED",
        "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q | VARY_MALFORMED"
      })
  void vary_malformedOrUnshared_isNotStored(String vary, RefusalReason reason) {
    cache.app("Cache-Control: max-age=5000", "Vary: " + vary);
    assertThat(cache.get().refusal()).isEqualTo(reason);
  }

  // RFC 9110 §12.5.5: the client's own forwarding fields never reach the app
  @Test
  void vary_onForwardingFields_isUpToTheKey() {
    assertThat(
            isReused(
                "X-Forwarded-Proto, X-Forwarded-Host, X-Real-IP, Host",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Proto: http"))
        .isTrue();
  }

  // RFC 9110 §7.6.1: what is taken off before the app counts as absent
  @Test
  void vary_onAFieldOfTheConnection_isAbsent() {
    cache
        .app("Cache-Control: max-age=5000", "Vary: Device", "X-Number: desktop")
        .app("Cache-Control: max-age=5000", "Vary: Device", "X-Number: mobile");
    cache.get("Device: mobile", "Connection: Device");
    assertThat(cache.get("Device: mobile").field("x-number")).isEqualTo("mobile");
    assertThat(cache.get().field("x-number")).isEqualTo("desktop");
  }

  // RFC 9111 §4.1
  @Test
  void variantKeys_ofTheSameMeaning_areEqual() {
    VariantKey one = variant("Foo, Bar", "Foo: 1,2", "Bar: x");
    VariantKey same = variant("Bar,foo", "Bar: x", "Foo: 1, 2");
    VariantKey other = variant("Foo, Bar", "Foo: 1,3", "Bar: x");
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(other);
    assertThat(one).hasToString("bar: x; foo: 1,2");
    assertThat(variant("Foo")).hasToString("foo: (absent)");
    assertThat(one.names()).containsExactly("bar", "foo");
  }

  private static VariantKey variant(String vary, String... fields) {
    PolicyCache each = PolicyCache.byDefault();
    each.app("Cache-Control: max-age=5000", "Vary: " + vary);
    Answer answer = each.get(fields);
    assertThat(answer.refusal()).isNull();
    return each.only().variant();
  }
}
