package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.PolicyCache.ConfigBuilder;
import dev.peregrine.http.Heads;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheKeyTest {
  private static final Arrival HTTP = Arrival.of(Scheme.HTTP, Trust.UNTRUSTED, Trust.UNTRUSTED);
  private static final Arrival HTTPS = Arrival.of(Scheme.HTTPS, Trust.UNTRUSTED, Trust.UNTRUSTED);
  private static final Arrival PROXIED = Arrival.of(Scheme.HTTP, Trust.UNTRUSTED, Trust.TRUSTED);

  private static CacheKey key(
      ConfigBuilder config, Arrival arrival, String target, String... lines) {
    String text = "GET " + target + " HTTP/1.1\n" + String.join("\n", lines);
    RequestVerdict verdict = new CachePolicy(config.build(), 7).judge(Heads.request(text), arrival);
    return ((RequestVerdict.Lookup) verdict).key();
  }

  private static CacheKey key(Arrival arrival, String target, String... lines) {
    return key(new ConfigBuilder(), arrival, target, lines);
  }

  // RFC 9111 §2
  @Test
  void key_ofARequest_isItsUrl() {
    assertThat(key(HTTP, "/a%2f/../b?c=d&e", "Host: Example.ORG:8080").url())
        .isEqualTo("http://example.org:8080/a%2f/../b?c=d&e");
    assertThat(key(HTTPS, "/", "Host: [::1]")).hasToString("https://[::1]/");
    assertThat(key(HTTP, "/a?", "Host: a").url()).isEqualTo("http://a/a?");
    assertThat(key(HTTP, "http://B:80/x?y", "Host: a").url()).isEqualTo("http://b/x?y");
    assertThat(key(HTTP, "/", "Host: a:80").origin()).isEqualTo("http://a");
  }

  // RFC 9110 §4.2.3
  @ParameterizedTest
  @CsvSource({"a.example,A.EXAMPLE", "a.example,a.example:80", "a.example:80,A.Example"})
  void hosts_writtenDifferently_areTheSame(String one, String other) {
    assertThat(key(HTTP, "/", "Host: " + one)).isEqualTo(key(HTTP, "/", "Host: " + other));
  }

  // RFC 9110 §4.2.3
  @ParameterizedTest
  @CsvSource({
    "a.example,b.example",
    "a.example,a.example:443",
    "a.example,a.example:81",
    "a.example,a.example.",
    "a.example:8080,a.example:80"
  })
  void hosts_thatDiffer_areNotTheSame(String one, String other) {
    assertThat(key(HTTP, "/", "Host: " + one)).isNotEqualTo(key(HTTP, "/", "Host: " + other));
  }

  // RFC 9110 §4.2
  @Test
  void schemes_doNotMix() {
    assertThat(key(HTTP, "/", "Host: a")).isNotEqualTo(key(HTTPS, "/", "Host: a"));
    assertThat(key(HTTPS, "/", "Host: a:443")).isEqualTo(key(HTTPS, "/", "Host: a"));
    assertThat(key(HTTPS, "/", "Host: a:80")).isNotEqualTo(key(HTTPS, "/", "Host: a"));
  }

  // RFC 9111 §2: the parts keep their places
  @Test
  void keys_ofDifferentParts_areDifferent() {
    String[] targets = {"/", "/?", "/a", "/A", "/a?", "/a?b", "/a%3Fb", "/a?b?", "//a", "/%61"};
    Set<CacheKey> keys = new HashSet<>();
    for (String target : targets) {
      keys.add(key(HTTP, target, "Host: a"));
    }
    assertThat(keys).hasSize(targets.length);
    assertThat(key(HTTP, "/bc", "Host: a")).isNotEqualTo(key(HTTP, "/c", "Host: ab"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST / HTTP/1.1/Host: a                          | METHOD",
        "M-SEARCH / HTTP/1.1/Host: a                      | METHOD",
        "OPTIONS * HTTP/1.1/Host: a                       | METHOD",
        "GET / HTTP/1.1/Host: a/Content-Length: 1         | CONTENT",
        "GET / HTTP/1.1/Host: a/Transfer-Encoding: chunked| CONTENT",
        "HEAD / HTTP/1.1/Host: a/Content-Length: 3        | CONTENT",
        "GET / HTTP/1.1/Host: a/Connection: upgrade/Upgrade: websocket | UPGRADE",
        "GET / HTTP/1.0/X: y                              | NO_HOST",
        "GET / HTTP/1.1/Host: a/Cookie: x=1; session=2    | COOKIE",
        "GET / HTTP/1.1/Host: a/Cookie: wordpress_logged_in_1=2 | COOKIE",
        "GET / HTTP/1.1/Host: a/Cookie: x=1,session=2     | COOKIE",
        "GET / HTTP/1.1/Host: a/Cookie: x=1/Cookie: session=2 | COOKIE",
        "GET / HTTP/1.1/Host: a/Cookie: session           | COOKIE"
      })
  void request_thatCannotBeAnsweredFromTheCache_bypassesIt(String text, BypassReason reason) {
    CachePolicy policy =
        new CachePolicy(
            new ConfigBuilder().bypassCookies("session", "wordpress_logged_in_*").build(), 7);
    String lines = text.replaceAll("/(?=[A-Z][a-zA-Z-]*:)", "\n");
    assertThat(policy.judge(Heads.request(lines), HTTP))
        .isEqualTo(new RequestVerdict.Bypass(reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x=session", "sessions=1", "Session=1", "wordpress_logged_i=1", "x_session=1"})
  void request_withOtherCookies_isLookedUp(String cookie) {
    CachePolicy policy =
        new CachePolicy(
            new ConfigBuilder().bypassCookies("session", "wordpress_logged_in_*").build(), 7);
    assertThat(policy.judge(Heads.request("GET / HTTP/1.1\nHost: a\nCookie: " + cookie), HTTP))
        .isInstanceOf(RequestVerdict.Lookup.class);
  }

  @Test
  void request_withEmptyContent_isLookedUp() {
    assertThat(key(HTTP, "/", "Host: a", "Content-Length: 0")).isEqualTo(key(HTTP, "/", "Host: a"));
  }

  // Fields from which frameworks take host, path or method are part of the key.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded: host=evil",
        "X-Forwarded-Prefix: /evil",
        "X-Forwarded-Server: evil",
        "X-Forwarded-Scheme: evil",
        "X-Forwarded-Ssl: on",
        "X-Forwarded-Protocol: https",
        "X-Url-Scheme: https",
        "Front-End-Https: on",
        "X-Host: evil",
        "X-Original-Host: evil",
        "X-Original-URL: /evil",
        "X-Rewrite-URL: /evil",
        "X-Script-Name: /evil",
        "X-HTTP-Method: DELETE",
        "X-HTTP-Method-Override: DELETE",
        "X-Method-Override: DELETE"
      })
  void field_thatAppsTakeTheTargetFrom_hasItsOwnKey(String line) {
    CacheKey plain = key(HTTP, "/", "Host: a");
    CacheKey poisoned = key(HTTP, "/", "Host: a", line);
    assertThat(poisoned).isNotEqualTo(plain).isEqualTo(key(HTTP, "/", "Host: a", line));
    assertThat(poisoned).isNotEqualTo(key(HTTP, "/", "Host: a", line + "x"));
    assertThat(poisoned.isSameResource(plain)).isTrue();
    assertThat(poisoned.resourceHash()).isEqualTo(plain.resourceHash());
    assertThat(poisoned.url()).isEqualTo(plain.url());
  }

  // What an untrusted client says in X-Forwarded-* never reaches the app.
  @Test
  void forwardedHost_countsOfTrustedProxiesOnly() {
    String line = "X-Forwarded-Host: public.example";
    assertThat(key(HTTP, "/", "Host: a", line)).isEqualTo(key(HTTP, "/", "Host: a"));
    assertThat(key(PROXIED, "/", "Host: a", line)).isNotEqualTo(key(HTTP, "/", "Host: a"));
    assertThat(key(PROXIED, "/", "Host: a")).isEqualTo(key(HTTP, "/", "Host: a"));
    for (String other : new String[] {"X-Forwarded-For: 1", "X-Forwarded-Proto: x", "Accept: x"}) {
      assertThat(key(HTTP, "/", "Host: a", other)).isEqualTo(key(HTTP, "/", "Host: a"));
    }
  }

  // RFC 6265 §4.2.1, §5.4
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "level=1                | level=1; other=2       | true",
        "level=1                | other=2;level=1        | true",
        "level=1                | a=b;  level=1          | true",
        "level=1                | level=2                | false",
        "level=1                | x=y                    | false",
        "x=y                    | z=level                | true",
        "x=y                    | xlevel=1               | true",
        "x=y                    | levels=1               | true",
        "x=y                    | x_level=1              | true",
        "level=1                | level=1; level=2       | false",
        "level=2                | level=1; level=2       | false",
        "level=1; level=2       | level=2; level=1       | false",
        "level=                 | x=y                    | false",
        "level=1; group=2       | group=2; level=1       | true",
        "level=1; group=2       | level=1                | false",
        "level=1; group=2       | group=1; level=2       | false"
      })
  void cookies_byName_arePartOfTheKey(String one, String other, boolean isSame) {
    ConfigBuilder config = new ConfigBuilder().varyCookies("level", "group");
    CacheKey first = key(config, HTTP, "/", "Host: a", "Cookie: " + one);
    CacheKey second = key(config, HTTP, "/", "Host: a", "Cookie: " + other);
    assertThat(first.equals(second)).isEqualTo(isSame);
    assertThat(first.isSameResource(second)).isTrue();
  }

  // Where a lenient app might see the cookie, nobody else gets the answer.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x=1, user_id=2",
        "x=1 user_id=2",
        "x=\"1; user_id=2\"",
        "x=1,user_id=2",
        "user_id =2",
        "USER_ID=2",
        "user.id=2",
        "user id=2",
        "user%5Fid=2",
        "user%5fid=2",
        "user_id[]=2",
        "x=1\tuser_id=2",
        "a%=1"
      })
  void cookies_hidden_makeAKeyOfTheirOwn(String cookie) {
    ConfigBuilder config = new ConfigBuilder().varyCookies("user_id");
    CacheKey hidden = key(config, HTTP, "/", "Host: a", "Cookie: " + cookie);
    assertThat(hidden).isNotEqualTo(key(config, HTTP, "/", "Host: a"));
    assertThat(hidden).isNotEqualTo(key(config, HTTP, "/", "Host: a", "Cookie: user_id=2"));
    assertThat(hidden).isNotEqualTo(key(config, HTTP, "/", "Host: a", "Cookie: " + cookie + "3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_ga=GA1.2.3.4; consent={\"a\":1,\"b\":[2, 3]}",
        "x=a b c, d",
        "my_user_id=7; user_id_hash=8",
        "user_id",
        "x=user_id; y",
        ";;;"
      })
  void cookies_oddButOfNoConcern_doNotMatter(String cookie) {
    ConfigBuilder config = new ConfigBuilder().varyCookies("user_id");
    assertThat(key(config, HTTP, "/", "Host: a", "Cookie: " + cookie))
        .isEqualTo(key(config, HTTP, "/", "Host: a"));
  }

  @Test
  void cookies_onTwoLines_areOneList() {
    ConfigBuilder config = new ConfigBuilder().varyCookies("a", "b");
    assertThat(key(config, HTTP, "/", "Host: a", "Cookie: a=1", "Cookie: b=2"))
        .isEqualTo(key(config, HTTP, "/", "Host: a", "Cookie: a=1; b=2"));
  }

  @ParameterizedTest
  @CsvSource({
    "/?b=2&a=1,/?a=1&b=2,true",
    "/?a=2&a=1,/?a=1&a=2,false",
    "/?b&a=1&b=3,/?a=1&b&b=3,true",
    "/?ab=1&a=2,/?a=2&ab=1,true",
    "/?a=1,/?a=1&,false",
    "/?a=1,/,false"
  })
  void query_sorted_setsOrderAside(String one, String other, boolean isSame) {
    ConfigBuilder config = new ConfigBuilder().sortsQuery();
    assertThat(key(config, HTTP, one, "Host: a").equals(key(config, HTTP, other, "Host: a")))
        .isEqualTo(isSame);
    assertThat(key(HTTP, one, "Host: a")).isNotEqualTo(key(HTTP, other, "Host: a"));
  }

  @ParameterizedTest
  @CsvSource({
    "/?a=1&utm_source=x,/?a=1,true",
    "/?utm_source=x&a=1&fbclid=y,/?a=1,true",
    "/?utm_source=x,/,true",
    "/?utm_source,/,true",
    "/?UTM_source=x,/,false",
    "/?fbclid2=x,/,false",
    "/?,/,false",
    "/?utm_source=x;callback=y,/,false",
    "/?utm_source=x?callback=y,/,false",
    "/?utm;x=1,/,false"
  })
  void query_withoutDroppedParameters_isTheSame(String one, String other, boolean isSame) {
    ConfigBuilder config = new ConfigBuilder().dropped("utm_*", "fbclid");
    assertThat(key(config, HTTP, one, "Host: a").equals(key(config, HTTP, other, "Host: a")))
        .isEqualTo(isSame);
  }

  @Test
  void key_ofAUrl_isThatOfARequestForIt() {
    CachePolicy policy = new CachePolicy(new ConfigBuilder().build(), 7);
    assertThat(policy.key("HTTP://A.example:80/b?c#d").orElseThrow())
        .isEqualTo(key(HTTP, "/b?c", "Host: a.example"));
    assertThat(policy.key("https://a.example").orElseThrow())
        .isEqualTo(key(HTTPS, "/", "Host: a.example"));
    assertThat(policy.key("http://a?b").orElseThrow().url()).isEqualTo("http://a/?b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/a",
        "a",
        "ftp://a/",
        "http:///a",
        "http://a b/",
        "http://a/b c",
        "http://u@a/"
      })
  void key_ofWhatIsNoUrl_isEmpty(String url) {
    assertThat(new CachePolicy(new ConfigBuilder().build(), 7).key(url)).isEmpty();
  }

  @Test
  void hashes_ofManyKeys_areSpread() {
    Set<Integer> hashes = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      hashes.add(key(HTTP, "/page/" + i, "Host: a").hashCode());
    }
    assertThat(hashes).hasSizeGreaterThan(19_990);
  }

  @Test
  void hashes_underAnotherSeed_differ() {
    CachePolicy one = new CachePolicy(new ConfigBuilder().build(), 1);
    CachePolicy other = new CachePolicy(new ConfigBuilder().build(), 2);
    assertThat(one.key("http://a/").orElseThrow().resourceHash())
        .isNotEqualTo(other.key("http://a/").orElseThrow().resourceHash());
  }

  @Test
  void keys_ofRandomCookies_neverThrowAndNeverMixUsers() {
    long seed = Long.getLong("peregrine.seed", 20_261_125L);
    Random random = new Random(seed);
    String alphabet = "user_id=;, \"%12\t.[]ab";
    ConfigBuilder config = new ConfigBuilder().varyCookies("user_id");
    CacheKey anonymous = key(config, HTTP, "/", "Host: a");
    List<String> found = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder cookie = new StringBuilder("a=");
      for (int n = random.nextInt(12); n > 0; n--) {
        cookie.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      cookie.append("user_id=1");
      boolean isPart = cookie.toString().matches("(?s).*[\\w-]user_id=1");
      CacheKey key = key(config, HTTP, "/", "Host: a", "Cookie: " + cookie);
      if (!isPart && key.equals(anonymous) && !cookie.toString().equals("a=user_id=1")) {
        found.add(cookie.toString());
      }
    }
    assertThat(found).as("seed " + seed).isEmpty();
  }
}
