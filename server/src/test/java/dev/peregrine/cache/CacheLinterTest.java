package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.Heads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the linter finds in the responses of apps, and what it lets pass.
class CacheLinterTest {
  private static final long NOW = 1_700_000_000;
  private static final String CLEAN = "Cache-Control: public, max-age=60\nETag: \"1\"";

  private static final CacheConfig CONFIG =
      new CacheConfig(
          true,
          1 << 20,
          1 << 20,
          8,
          false,
          false,
          CacheConfig.ClientDirectives.OFF,
          List.of(),
          List.of(),
          List.of(),
          false,
          List.of(),
          Duration.ZERO);

  @Test
  void soundResponse_hasNoFindings() {
    assertThat(rules(CLEAN)).isEmpty();
    assertThat(rules("Cache-Control: private, no-cache\nETag: \"1\"")).isEmpty();
    assertThat(rules("Cache-Control: no-store")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age: 600 | colon",
        "public, max-age:600 | colon",
        "max-age | directive",
        "max-age=10m | directive",
        "max-age=60, max-age=90 | directive",
        "nocache | directive",
        "maxage=60 | directive",
        "public, private | contradiction",
        "no-store, max-age=60 | contradiction",
        "private, s-maxage=60 | contradiction",
        "s-maxage=60, stale-while-revalidate=30 | stale-beside-s-maxage",
        "s-maxage=60, stale-if-error=30 | stale-beside-s-maxage",
      })
  void cacheControl_wrong_isFound(String value, String rule) {
    assertThat(rules("Cache-Control: " + value + "\nETag: \"1\"")).contains(rule);
  }

  @Test
  void staleBesideSharedMaxAge_inATargetedField_isFound() {
    String plain = "ETag: \"1\"\nCache-Control: max-age=60, stale-while-revalidate=30";
    assertThat(rules(plain)).isEmpty();
    assertThat(rules(plain + "\nCDN-Cache-Control: s-maxage=60, stale-while-revalidate=30"))
        .containsExactly("stale-beside-s-maxage");
  }

  @Test
  void setCookie_public_isFound() {
    assertThat(rules(CLEAN + "\nSet-Cookie: a=b")).contains("set-cookie-public");
    assertThat(rules("Cache-Control: private, max-age=60\nETag: \"1\"\nSet-Cookie: a=b")).isEmpty();
  }

  @Test
  void session_withoutPrivate_isFound() {
    assertThat(rules("ETag: \"1\"\nSet-Cookie: _blog_session=x; path=/"))
        .contains("session-without-private");
    assertThat(rules("ETag: \"1\"\nSet-Cookie: colour=blue")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Requested-With: XMLHttpRequest | ajax-without-vary | X-Requested-With",
        "Accept: application/json | accept-without-vary | accept",
        "Accept-Language: de | language-without-vary | Accept-Language",
        "Accept-Encoding: gzip | encoding-without-vary | Accept-Encoding",
        "User-Agent: phone | user-agent-without-vary | X-Other, User-Agent",
      })
  void answerThatVaries_withoutVary_isFound(String line, String rule, String vary) {
    LintSample other = sample(CLEAN, "other");
    assertThat(rules(CLEAN, Map.of(line, other))).contains(rule);
    assertThat(rules(CLEAN + "\nVary: " + vary, Map.of(line, other))).doesNotContain(rule);
    assertThat(rules(CLEAN, Map.of(line, sample(CLEAN, "same")))).isEmpty();
  }

  @Test
  void contentThatDiffersAnyway_provesNothing() {
    LintSamples samples =
        new LintSamples(
            sample(CLEAN, "1"), sample(CLEAN, "2"), Map.of("Accept: x", sample(CLEAN, "3")));
    assertThat(rules(samples)).isEmpty();
  }

  @Test
  void typeThatDiffers_isProofAnyway() {
    LintSamples samples =
        new LintSamples(
            sample(CLEAN + "\nContent-Type: text/html", "1"),
            sample(CLEAN + "\nContent-Type: text/html", "2"),
            Map.of("Accept: x", sample(CLEAN + "\nContent-Type: application/json", "3")));
    assertThat(rules(samples)).containsExactly("accept-without-vary");
  }

  @Test
  void cookie_thatChangesWhatIsStored_isFound() {
    Map<String, LintSample> varied = Map.of("Cookie: a=b", sample(CLEAN, "hello Ann"));
    assertThat(rules(CLEAN, varied)).contains("cookie-changes-answer");
    assertThat(rules("Cache-Control: private, max-age=60\nETag: \"1\"", varied)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"*,vary-any", "User-Agent,vary-user-agent", "'Accept, Cookie',vary-cookie"})
  void vary_thatDefeatsCaches_isFound(String vary, String rule) {
    assertThat(rules(CLEAN + "\nVary: " + vary)).contains(rule);
  }

  @Test
  void validators_missing_areFound() {
    assertThat(rules("Cache-Control: public, max-age=60")).containsExactly("no-validator");
  }

  @Test
  void validator_thatChangesForTheSameContent_isFound() {
    LintSamples samples =
        new LintSamples(
            sample(CLEAN, "same"),
            sample("Cache-Control: public, max-age=60\nETag: \"2\"", "same"),
            Map.of());
    assertThat(rules(samples)).containsExactly("etag-changes");
  }

  @Test
  void validators_ofWrongForm_areFound() {
    assertThat(rules("Cache-Control: max-age=60\nETag: abc")).contains("etag-form");
    assertThat(rules("Cache-Control: max-age=60\nLast-Modified: yesterday"))
        .contains("last-modified-form");
  }

  @Test
  void expires_ofWrongForm_isFound() {
    assertThat(rules(CLEAN + "\nExpires: 0")).contains("expires-form");
    assertThat(rules(CLEAN + "\nExpires: Tue, 14 Nov 2023 22:13:20 UTC")).contains("expires-form");
    assertThat(rules(CLEAN + "\nExpires: Tue, 14 Nov 2023 22:13:20 GMT")).isEmpty();
  }

  @Test
  void date_farOff_isFound() {
    assertThat(rules(CLEAN + "\nDate: Tue, 14 Nov 2023 22:13:30 GMT")).isEmpty();
    assertThat(rules(CLEAN + "\nDate: Tue, 14 Nov 2023 23:13:20 GMT")).contains("date-skew");
  }

  @Test
  void lifetime_unsaid_isFound() {
    assertThat(rules("Last-Modified: Tue, 14 Nov 2023 20:13:20 GMT")).contains("heuristics-only");
    assertThat(rules("Cache-Control: no-cache\nLast-Modified: Tue, 14 Nov 2023 20:13:20 GMT"))
        .isEmpty();
  }

  @Test
  void forgeryToken_inStoredPage_isFound() {
    LintSample page = sample(CLEAN, "<input name=\"authenticity_token\">");
    assertThat(rules(new LintSamples(page, page, Map.of()))).containsExactly("forgery-token");
  }

  private static List<String> rules(String fields) {
    return rules(fields, Map.of());
  }

  private static List<String> rules(String fields, Map<String, LintSample> varied) {
    LintSample plain = sample(fields, "same");
    return rules(new LintSamples(plain, plain, varied));
  }

  private static List<String> rules(LintSamples samples) {
    CachePolicy policy = new CachePolicy(CONFIG, 1);
    var request = Heads.request("GET / HTTP/1.1\nHost: a");
    var lookup =
        (RequestVerdict.Lookup)
            policy.judge(request, Arrival.of(Scheme.HTTP, Trust.UNTRUSTED, Trust.UNTRUSTED));
    LintSample plain = samples.plain();
    StoreVerdict verdict =
        policy.judge(new Answered(request, lookup, plain.response(), plain.times()));
    return CacheLinter.findings(CONFIG, samples, verdict).stream().map(LintFinding::rule).toList();
  }

  private static LintSample sample(String fields, String content) {
    return new LintSample(
        Heads.response("HTTP/1.1 200 OK\nContent-Length: 1\n" + fields),
        new Times(0, 0, NOW * 1000),
        content,
        content);
  }
}
