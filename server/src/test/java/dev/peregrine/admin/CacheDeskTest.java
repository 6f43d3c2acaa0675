package dev.peregrine.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.admin.api.CacheExplanation;
import dev.peregrine.admin.api.CacheReport;
import dev.peregrine.admin.api.ExplainRequest;
import dev.peregrine.admin.api.LintReport;
import dev.peregrine.admin.api.PurgeOutcome;
import dev.peregrine.admin.api.PurgeRequest;
import dev.peregrine.cache.CacheConfig;
import dev.peregrine.cache.CacheOutcome;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.MemorySource;
import dev.peregrine.cache.RefusalReason;
import dev.peregrine.cache.ResponseStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What operators see of the cache and do to it.
class CacheDeskTest {
  private static final String SOUND =
      "HTTP/1.1 200 OK\nCache-Control: public, max-age=60\nETag: \"1\"\nContent-Length: 2\n\nhi";
  private static final CacheConfig CONFIG =
      new CacheConfig(
          true,
          1 << 20,
          1 << 16,
          8,
          false,
          false,
          CacheConfig.ClientDirectives.OFF,
          List.of(),
          List.of(),
          List.of("session"),
          false,
          List.of(),
          Duration.ZERO);

  private final CachePolicy policy = new CachePolicy(CONFIG, 1);
  private final ResponseStore store = new ResponseStore(CONFIG, new DirectMemory(), Runnable::run);
  private FakeFront front;
  private CacheDesk desk;

  @BeforeEach
  void open() throws Exception {
    front = new FakeFront(policy, store);
    desk = new CacheDesk(CONFIG, policy, store, List.of(front.address()));
  }

  @AfterEach
  void close() throws Exception {
    front.close();
    store.close();
  }

  @Test
  void explain_storable_saysForHowLongAndWhy() throws Exception {
    front.pages.put("/a", SOUND);
    CacheExplanation explanation = explain("/a");
    assertThat(explanation.verdict())
        .isEqualTo("The app was asked, and its response may be stored.");
    assertThat(explanation.isStored()).isTrue();
    assertThat(explanation.lifetimeSeconds()).contains(60L);
    assertThat(text(explanation))
        .contains("Lifetime: 60 seconds, from max-age in Cache-Control")
        .contains("Next request: is answered from the cache");
  }

  @Test
  void explain_stored_saysThatItWasAHit() throws Exception {
    front.pages.put("/a", SOUND);
    explain("/a");
    CacheExplanation explanation = explain("/a");
    assertThat(explanation.verdict()).isEqualTo("It was answered from the cache.");
    assertThat(text(explanation)).contains("Cache-Status: Peregrine; hit");
  }

  @Test
  void explain_private_saysSoAndWhatWouldChangeIt() throws Exception {
    front.pages.put("/a", SOUND.replace("public", "private"));
    CacheExplanation explanation = explain("/a");
    assertThat(explanation.isStored()).isFalse();
    assertThat(explanation.verdict()).contains("not stored: the app says private");
    assertThat(explanation.remedies()).anyMatch(remedy -> remedy.contains("public"));
  }

  @Test
  void explain_sharedMaxAge_beatsTheOthers() throws Exception {
    front.pages.put(
        "/a",
        SOUND.replace(
            "max-age=60", "max-age=60, s-maxage=5\nExpires: Tue, 14 Nov 2023 22:13:20 GMT"));
    assertThat(text(explain("/a")))
        .contains("Lifetime: 5 seconds, from s-maxage in Cache-Control")
        .contains("Passed over: max-age, as s-maxage is there")
        .contains("Passed over: Expires, as Cache-Control says how long");
  }

  // RFC 9111 §5.2.2.10
  @Test
  void explain_staleWhileRevalidateBesideSharedMaxAge_saysThatItIsVoid() throws Exception {
    front.pages.put("/a", SOUND.replace("max-age=60", "s-maxage=60, stale-while-revalidate=30"));
    assertThat(text(explain("/a")))
        .contains("Passed over: stale-while-revalidate: it has no effect beside s-maxage");
    assertThat(lint("/a").findings().getFirst().what())
        .isEqualTo("stale-while-revalidate has no effect beside s-maxage");
  }

  @Test
  void explain_bypassCookie_isNamed() throws Exception {
    front.pages.put("/a", SOUND);
    CacheExplanation explanation =
        desk.trial().explain(new ExplainRequest("/a", List.of("Cookie: session=1")));
    assertThat(explanation.verdict()).contains("passed by").contains("turbocache_bypass_cookie");
  }

  @Test
  void explain_neverArrived_saysSo() throws Exception {
    assertThat(explain("/none").verdict()).contains("did not come to the cache");
  }

  @Test
  void explain_url_isAskedWithItsHost() throws Exception {
    front.pages.put("/a?b=%C3%A4", SOUND);
    assertThat(explain("https://Example.org/a?b=ä#top").isStored()).isTrue();
    assertThat(front.asked.getFirst())
        .contains("GET /a?b=%C3%A4 ")
        .contains("Host: Example.org\n")
        .contains("X-Forwarded-Proto: https");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://a/b", "http://", "http://a b:c/"})
  void explain_noUrl_isRefused(String url) {
    assertThatThrownBy(() -> explain(url)).isInstanceOf(BadRequest.class).hasMessageContaining(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no colon", "A: b\r\nX: y", ": empty"})
  void explain_noFieldLine_isRefused(String line) {
    assertThatThrownBy(() -> desk.trial().explain(new ExplainRequest("/a", List.of(line))))
        .isInstanceOf(BadRequest.class);
  }

  @Test
  void lint_soundApp_findsNothing_andStoresNothing() throws Exception {
    front.pages.put("/a", SOUND);
    LintReport report = lint("/a");
    assertThat(report.findings()).isEmpty();
    assertThat(report.requests()).isEqualTo(front.asked.size()).isGreaterThan(5);
    assertThat(store.totals().responses()).isZero();
  }

  @Test
  void lint_unsoundApp_namesWhatIsWrong() throws Exception {
    front.pages.put(
        "/a", SOUND.replace("ETag", "Set-Cookie: sid=1; path=/\nETag").replace("=60", ": 60"));
    assertThat(lint("/a").findings())
        .extracting(LintReport.Finding::rule)
        .contains("colon", "set-cookie-public");
    assertThat(front.asked).anyMatch(head -> head.contains("Cookie: sid=1\n"));
  }

  @Test
  void lint_notTheApp_isRefused() {
    assertThatThrownBy(() -> lint("/none"))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("404");
  }

  @Test
  void purge_whatWasTyped_isFound() throws Exception {
    front.pages.put("/a?b=1", SOUND);
    explain("http://example.org/a?b=1");
    assertThat(purge("/a?b=2").responses()).isZero();
    assertThat(purge("HTTP://EXAMPLE.org:80/a?b=1#frag").responses()).isEqualTo(1);
    explain("http://example.org/a?b=1");
    assertThat(purge("example.org/a?b=1").responses()).isEqualTo(1);
    explain("http://example.org/a?b=1");
    assertThat(purge("/a?b=1").responses()).isEqualTo(1);
    assertThat(store.totals().responses()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://", "page", "ftp://a/", "", "?"})
  void purge_noUrl_isRefused(String text) {
    assertThatThrownBy(() -> purge(text)).isInstanceOf(BadRequest.class);
  }

  @Test
  void view_afterWork_showsIt() throws Exception {
    front.pages.put("/a", SOUND);
    explain("/a");
    store.statistics().answered(CacheOutcome.HIT, 5000);
    store.statistics().answered(CacheOutcome.HIT, 5000);
    store.statistics().answered(CacheOutcome.HIT, 5000);
    store.statistics().answered(CacheOutcome.MISS_ABSENT, 0);
    store.statistics().refused(RefusalReason.PRIVATE);
    String report = CacheReport.plain(desk.view());
    assertThat(report)
        .contains("1 responses under 1 keys")
        .contains("75.0 % in 1 minute")
        .contains("the app says private")
        .contains("/a\n");
    assertThat(CacheReport.coloured(desk.view())).contains("\033[2m");
  }

  private CacheExplanation explain(String url) throws Exception {
    return desk.trial().explain(new ExplainRequest(url, List.of()));
  }

  private LintReport lint(String url) throws Exception {
    return desk.trial().lint(new ExplainRequest(url, List.of()));
  }

  private PurgeOutcome.Purged purge(String url) throws Exception {
    PurgeRequest request = new PurgeRequest(List.of(url), List.of(), List.of(), false, false);
    return desk.purge(request).purged().getFirst();
  }

  private static String text(CacheExplanation explanation) {
    StringBuilder out = new StringBuilder();
    explanation.facts().forEach(fact -> out.append(fact.name() + ": " + fact.text() + "\n"));
    return out.toString();
  }

  /// Memory that the garbage collector takes back.
  private static final class DirectMemory implements MemorySource {
    @Override
    public @Nullable ByteBuffer map(int bytes) {
      return ByteBuffer.allocateDirect(bytes);
    }

    @Override
    public void unmap(ByteBuffer memory) {}
  }
}
