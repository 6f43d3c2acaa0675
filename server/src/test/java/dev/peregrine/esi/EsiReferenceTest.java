package dev.peregrine.esi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.Heads;
import dev.peregrine.http.RequestHead;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EsiReferenceTest {
  private static final RequestHead PAGE =
      Heads.request(
          "GET /shop/list?page=2&x=..%2fa HTTP/1.1\nHost: Example.org:8080\n"
              + "Cookie: a=1; theme=dark/blue&x; evil=../../admin\nAccept-Language: de, en;q=0.5");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      commentCharacter = '~',
      value = {
        "/a/b?c=d,/a/b?c=d",
        "side,/shop/side",
        "../top?x,/top?x",
        "./side#part,/shop/side",
        "?q=1,/shop/list?q=1",
        "http://example.org:8080/a,/a",
        "https://EXAMPLE.org:8080/a?b,/a?b",
        "//example.org:8080/a,/a",
        "/t/$(HTTP_COOKIE{theme}),/t/dark%2Fblue%26x",
        "/t/$(HTTP_COOKIE{evil}),/t/%2E%2E%2F%2E%2E%2Fadmin",
        "/t/$(HTTP_COOKIE{none}|plain),/t/plain",
        "/t/$(HTTP_COOKIE{none}|'a b'),/t/a%20b",
        "/t?p=$(QUERY_STRING{page})&q=$(QUERY_STRING{none}),/t?p=2&q=",
        "/t?$(QUERY_STRING{x}),/t?%2E%2E%2fa",
        "/t/$(UNKNOWN),/t/"
      })
  void of_referenceToTheSameHost_isItsTarget(String reference, String target) {
    assertThat(EsiReference.of(reference, PAGE)).isEqualTo(new EsiReference.Target(target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://other.org/a",
        "//other.org/a",
        "http://example.org/a",
        "http://user@example.org:8080/a",
        "ftp://example.org:8080/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "/a b",
        "/a\r\nX: y",
        "/\u00e9",
        "/../../a",
      })
  void of_anythingElse_isRefused(String reference) {
    assertThat(EsiReference.of(reference, PAGE)).isInstanceOf(EsiReference.Refused.class);
  }
}
