package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.PolicyCache.ConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvalidationTest {
  private final PolicyCache cache = PolicyCache.byDefault();

  private boolean isReusedAfter(String method, String stored, String target, String... response) {
    cache.app("Cache-Control: max-age=3600").app(response).app("Cache-Control: no-store");
    cache.send("GET", stored);
    cache.send(method, target);
    return cache.send("GET", stored).isReused();
  }

  // RFC 9111 §4.4
  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "get", "PURGE"})
  void unsafeMethod_thatSucceeds_endsWhatIsStored(String method) {
    assertThat(isReusedAfter(method, "/a", "/a", "X: y")).isFalse();
  }

  // RFC 9111 §4.4
  @ParameterizedTest
  @CsvSource({
    "200,false",
    "204,false",
    "301,false",
    "303,false",
    "400,true",
    "404,true",
    "500,true"
  })
  void unsafeMethod_counts_unlessAnErrorComesOfIt(int status, boolean isReused) {
    assertThat(isReusedAfter("POST", "/a", "/a", "HTTP/1.1 " + status + " X")).isEqualTo(isReused);
  }

  // RFC 9111 §4.4, RFC 9110 §9.2.1
  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS", "TRACE"})
  void safeMethod_endsNothing(String method) {
    assertThat(isReusedAfter(method, "/a", "/a", "X: y")).isTrue();
  }

  // RFC 9111 §4.4: on the same origin
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/b?c=d                        | false",
        "/b?c=d#e                      | false",
        "http://a.example/b?c=d        | false",
        "HTTP://A.EXAMPLE:80/b?c=d     | false",
        "//a.example/b?c=d             | false",
        "b?c=d                         | false",
        "./x/../b?c=d                  | false",
        "/../b?c=d                     | false",
        "https://a.example/b?c=d       | true",
        "http://b.example/b?c=d        | true",
        "http://a.example:81/b?c=d     | true",
        "http://a.example@b/b?c=d      | true",
        "/b                            | true",
        "/b?c=d e                      | true",
        "http://a.example              | true",
        "http:                         | true",
        "                              | true"
      })
  void location_onTheSameOrigin_endsWhatIsStoredThere(String location, boolean isReused) {
    String line = location == null ? "" : location;
    assertThat(isReusedAfter("POST", "/b?c=d", "/a", "Location: " + line)).isEqualTo(isReused);
    PolicyCache other = PolicyCache.byDefault();
    other
        .app("Cache-Control: max-age=3600")
        .app("Content-Location: " + line)
        .app("Cache-Control: no-store");
    other.send("GET", "/b?c=d");
    other.send("POST", "/a");
    assertThat(other.send("GET", "/b?c=d").isReused()).isEqualTo(isReused);
  }

  // RFC 3986 §5.2.2
  @ParameterizedTest
  @CsvSource({"?c=d,/a", "b,/b", "/,/", "../..,/"})
  void location_relative_isOfTheTarget(String location, String meant) {
    String stored = location.startsWith("?") ? meant + location : meant;
    assertThat(isReusedAfter("POST", stored, "/a", "Location: " + location)).isFalse();
  }

  // RFC 9111 §4.4: every stored response of the URI
  @Test
  void unsafeMethod_endsAllVariantsAndCookies() {
    PolicyCache each = new PolicyCache(new ConfigBuilder().varyCookies("user").build());
    String fresh = "Cache-Control: max-age=3600";
    each.app(fresh, "Vary: Foo").app(fresh, "Vary: Foo").app("X: y");
    each.get("Cookie: user=1", "Foo: 1");
    each.get("Cookie: user=2", "Foo: 2");
    each.send("POST", "/");
    assertThat(each.isEmpty()).isTrue();
  }

  // RFC 9875 §3
  @Test
  void groups_namedByAnUnsafeResponse_end() {
    cache
        .app("Cache-Control: max-age=3600", "Cache-Groups: \"a\", \"b\"")
        .app("Cache-Control: max-age=3600", "Cache-Groups: \"c\"")
        .app("Cache-Group-Invalidation: \"x\", \"b\"")
        .app("Cache-Control: no-store");
    cache.send("GET", "/1");
    cache.send("GET", "/2");
    cache.send("POST", "/3");
    assertThat(cache.send("GET", "/2").isReused()).isTrue();
    assertThat(cache.send("GET", "/1").isReused()).isFalse();
  }

  // RFC 9875 §3: of unsafe requests only, on the same origin
  @Test
  void groups_namedByASafeResponse_stay() {
    cache
        .app("Cache-Control: max-age=3600", "Cache-Groups: \"a\"")
        .app("Cache-Group-Invalidation: \"a\"");
    cache.send("GET", "/1");
    cache.send("GET", "/2");
    assertThat(cache.send("GET", "/1").isReused()).isTrue();
  }
}
