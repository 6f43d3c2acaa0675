package dev.peregrine.cache;

import static dev.peregrine.cache.PolicyCache.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.PolicyCache.Answer;
import dev.peregrine.http.FieldName;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredFieldsTest {
  private final PolicyCache cache = PolicyCache.byDefault();

  private Answer reused(String... fields) {
    cache.app("Cache-Control: max-age=3600\n" + String.join("\n", fields));
    cache.get();
    Answer second = cache.pass(3).get();
    assertThat(second.isReused()).isTrue();
    return second;
  }

  // RFC 9110 §7.6.1
  @Test
  void fields_namedByConnection_areLeftOut() {
    Answer second = reused("Connection: a, b", "a: 1", "b: 2", "c: 3");
    assertThat(second.field("a")).isNull();
    assertThat(second.field("b")).isNull();
    assertThat(second.field("connection")).isNull();
    assertThat(second.field("c")).isEqualTo("3");
  }

  // RFC 9111 §3.1
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Test-Header: x",
        "X-Test-Header: \u00e4\"\\",
        "Content-Foo: x",
        "Content-Encoding: foobar",
        "Content-Location: /foo",
        "Content-MD5: x",
        "Content-Range: x",
        "Content-Security-Policy: default-src 'self'",
        "Content-Type: text/plain",
        "Clear-Site-Data: \"cookies\"",
        "ETag: \"x\"",
        "Expires: x",
        "Public-Key-Pins: x",
        "Set-Cookie2: a=1",
        "X-Frame-Options: deny",
        "X-XSS-Protection: 1",
        "Warning: 110 - x",
        "CDN-Cache-Control: max-age=60",
        "Cache-Status: origin; hit",
        "Empty:"
      })
  void field_ofTheApp_isGivenBackUnchanged(String line) {
    int colon = line.indexOf(':');
    assertThat(reused(line).field(line.substring(0, colon).toLowerCase(Locale.ROOT)))
        .isEqualTo(line.substring(colon + 1).strip());
  }

  // RFC 9111 §3.1
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Keep-Alive: x",
        "Proxy-Authenticate: x",
        "Proxy-Authentication-Info: x",
        "Proxy-Authorization: x",
        "Proxy-Connection: x",
        "TE: x",
        "Trailer: x",
        "Upgrade: x",
        "Connection: x",
        "Content-Length: 10",
        "Age: 1",
        "Status: 200 OK",
        "X-Request-Id: x",
        "X-Accel-Buffering: no",
        "Cache-Tag: a",
        "Surrogate-Key: a",
        "xkey: a",
        "Cache-Groups: \"a\"",
        "Cache-Group-Invalidation: \"a\"",
        "Surrogate-Control: x",
        "Peregrine-Cache-Control: max-age=60"
      })
  void field_ofConnectionFramingOrForTheCache_isLeftOut(String line) {
    String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
    assertThat(reused(line).field(name)).isNull();
  }

  // RFC 9110 §6.6.1
  @Test
  void date_isGivenBackAsStoredOrAdded() {
    assertThat(reused("Date: " + date(-5), "Expires: " + date(5)).field("date"))
        .isEqualTo(date(-5));
    assertThat(cache.get().field("expires")).isEqualTo(date(5));
    PolicyCache other = PolicyCache.byDefault();
    other.app("Cache-Control: max-age=60");
    other.pass(7).get();
    assertThat(other.pass(1).get().field("date")).isEqualTo(date(7));
  }

  // RFC 9112 §5
  @Test
  void lines_areTheFieldsOnTheWire() {
    reused("A: 1", "b:2", "Date: " + date(0));
    assertThat(new String(cache.only().lines(), StandardCharsets.ISO_8859_1))
        .isEqualTo("Cache-Control: max-age=3600\r\nA: 1\r\nb: 2\r\nDate: " + date(0) + "\r\n");
    assertThat(cache.only().fields().known(0)).isEqualTo(FieldName.CACHE_CONTROL);
    assertThat(cache.only().length()).isEqualTo(cache.only().lines().length);
  }

  @Test
  void tags_ofAllFields_arePickedUp() {
    reused(
        "Cache-Tag: a, b c ,a",
        "Surrogate-Key: d e",
        "xkey: f,g h",
        "Cache-Groups: \"i\", \"j;k\";p=1");
    assertThat(cache.only().tags())
        .containsExactly("a", "b c", "d", "e", "f", "g", "h", "i", "j;k");
  }

  // RFC 9875 §2
  @Test
  void groups_areThoseOfTheOrigin() {
    reused("Cache-Groups: \"a\", \"B\"", "Cache-Groups: \"c\"");
    assertThat(cache.only().groups())
        .containsExactly("http://a.example a", "http://a.example B", "http://a.example c");
  }

  // RFC 9651 §4.2
  @ParameterizedTest
  @ValueSource(strings = {"a", "\"a\", b", "\"a", "(\"a\")", "\"a\",", "1"})
  void groups_malformed_arePassedOver(String groups) {
    reused("Cache-Groups: " + groups);
    assertThat(cache.only().groups()).isEmpty();
  }

  @Test
  void tags_tooMany_areNotStored() {
    StringBuilder tags = new StringBuilder("Cache-Tag: x");
    for (int i = 0; i < 256; i++) {
      tags.append(',').append(i);
    }
    cache.app("Cache-Control: max-age=60", tags.toString());
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.TOO_MANY_TAGS);
  }

  // Edge Architecture Specification 1.0 §2
  @Test
  void surrogateControl_saysWhetherThereIsEsi() {
    reused("Surrogate-Control: max-age=5, content=\"ESI/1.0 ESI-INV/1.0\"");
    assertThat(cache.only().isEsi()).isTrue();
    PolicyCache other = PolicyCache.byDefault();
    other.app("Cache-Control: max-age=60", "Surrogate-Control: content=\"ESI-INV/1.0\"");
    other.get();
    assertThat(other.only().isEsi()).isFalse();
  }

  // Edge Architecture Specification 1.0 §2
  @Test
  void surrogateControl_noStore_holds() {
    cache.app("Cache-Control: max-age=60", "Surrogate-Control: no-store");
    assertThat(cache.get().refusal()).isEqualTo(RefusalReason.NO_STORE);
  }
}
