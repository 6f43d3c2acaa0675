package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.PolicyCache.Answer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Heads of every kind of nonsense: the policy never throws, and a word against sharing that stands
/// outside of quotation marks always holds.
class PolicyFuzzTest {
  private static final String[] NAMES = {
    "Cache-Control",
    "Cache-Control",
    "CDN-Cache-Control",
    "Age",
    "Expires",
    "Date",
    "Vary",
    "ETag",
    "Last-Modified",
    "Surrogate-Control",
    "Cache-Groups",
    "Cache-Tag",
    "Location",
    "Content-Location",
    "Content-Language",
    "Pragma"
  };
  private static final String[] REQUEST_NAMES = {
    "Cache-Control",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "If-Range",
    "Accept-Language",
    "Accept-Encoding",
    "Cookie",
    "Authorization",
    "Foo",
    "Forwarded"
  };
  private static final String[] PIECES = {
    "max-age",
    "=",
    "3600",
    "\"",
    ",",
    " ",
    "private",
    "no-store",
    "no-cache",
    "public",
    "s-maxage",
    "-1",
    "99999999999999999999999",
    "\\",
    ";",
    "*",
    "W/\"a\"",
    "\"a\"",
    "foo",
    "bytes=0-1",
    "q=0.5",
    "must-revalidate",
    "stale-while-revalidate=5",
    "stale-if-error",
    "\u00e4",
    "\t",
    "Thu, 18 Aug 2050 02:01:18 GMT",
    "/",
    "//",
    "..",
    "?",
    "#",
    "http://a.example",
    ":",
    "(",
    ")"
  };

  private final long seed = Long.getLong("peregrine.seed", 9111);
  private final Random random = new Random(seed);

  @Test
  void heads_ofRandomPieces_neverThrow() {
    for (int round = 0; round < 3000; round++) {
      PolicyCache cache = round % 2 == 0 ? PolicyCache.opened() : PolicyCache.byDefault();
      for (int i = 0; i < 6; i++) {
        cache.app("HTTP/1.1 " + (random.nextInt(4) == 0 ? 304 : 200) + " X", lines(NAMES));
        String method = random.nextInt(4) == 0 ? "POST" : "GET";
        Answer answer = cache.send(method, "/", lines(REQUEST_NAMES));
        assertThat(answer).as("seed " + seed).isNotNull();
        assertThat(answer.age()).isNotNegative();
        cache.pass(random.nextInt(3));
      }
    }
  }

  @Test
  void restriction_amongRandomDirectives_holds() {
    String[] restrictions = {"private", "no-store", "PRIVATE", "No-Store"};
    for (int round = 0; round < 20_000; round++) {
      String before = pieces().replace("\"", "").replace("\\", "");
      String after = pieces().replace("\"", "").replace("\\", "");
      String restriction = restrictions[random.nextInt(restrictions.length)];
      PolicyCache cache = PolicyCache.opened();
      cache.app("Cache-Control: max-age=60, " + before + "," + restriction + "," + after);
      assertThat(cache.get().refusal()).as("seed %s: %s | %s", seed, before, after).isNotNull();
    }
  }

  private String lines(String[] names) {
    StringBuilder lines = new StringBuilder("X-First: 1");
    for (int n = random.nextInt(5); n > 0; n--) {
      lines.append('\n').append(names[random.nextInt(names.length)]).append(": ").append(pieces());
    }
    return lines.toString();
  }

  private String pieces() {
    StringBuilder value = new StringBuilder();
    for (int n = random.nextInt(7); n > 0; n--) {
      value.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return value.toString();
  }
}
