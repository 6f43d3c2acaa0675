package dev.peregrine.cache;

import dev.peregrine.http.EntityTag;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.HttpDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Looks for what apps commonly do wrong about caches. Works on the responses alone; asks nobody.
public final class CacheLinter {
  private static final long MAX_SKEW_SECONDS = 60;
  private static final Pattern COLON =
      Pattern.compile("(?i)\\b(max-age|s-maxage|stale-while-revalidate|stale-if-error)\\s*:");
  private static final Pattern SESSION =
      Pattern.compile("(?i)^[^=]*(sess|sid\\b|auth|token|remember|login|_id\\b|csrf|xsrf)[^=]*=");
  private static final Pattern FORGERY_TOKEN =
      Pattern.compile("(?i)(authenticity_token|csrf[-_]?token|csrfmiddlewaretoken|__requestverif)");

  private final CacheConfig config;
  private final LintSamples samples;
  private final LintSample plain;
  private final FieldSection fields;
  private final CacheControl control;
  private final boolean mayBeShared;
  private final List<LintFinding> findings = new ArrayList<>();

  private CacheLinter(CacheConfig config, LintSamples samples, boolean mayBeShared) {
    this.config = config;
    this.samples = samples;
    this.plain = samples.plain();
    this.fields = plain.response().fields();
    this.control = CacheControl.of(fields);
    this.mayBeShared = mayBeShared;
  }

  /// What is wrong with an app's responses to one URL.
  ///
  /// @param verdict of the policy on the plain one
  public static List<LintFinding> findings(
      CacheConfig config, LintSamples samples, StoreVerdict verdict) {
    boolean isStored = verdict instanceof StoreVerdict.Store;
    CacheLinter linter = new CacheLinter(config, samples, isStored);
    linter.directives();
    linter.cookies();
    linter.variations();
    linter.vary();
    linter.validators();
    linter.dates();
    linter.tokens();
    return List.copyOf(linter.findings);
  }

  private void directives() {
    String value = all(FieldName.CACHE_CONTROL);
    if (COLON.matcher(value).find()) {
      add(
          "colon",
          "a directive is written with a colon",
          "Cache-Control: " + value,
          "caches do not know it, so the time in it does not count",
          "write `max-age=600`, with an equals sign");
    }
    for (String problem : DirectiveProblems.of(fields)) {
      add(
          "directive",
          problem,
          "Cache-Control: " + value,
          "caches pass over what they do not understand, or take the response as stale",
          "write it as RFC 9111 §5.2.2 has it");
    }
    contradictions(value);
    undone(value);
    if (plain.response().status() == 200
        && fields.contains(FieldName.LAST_MODIFIED)
        && Freshness.explicit(control, fields, plain.times()).kind() == Freshness.Kind.NONE
        && !control.isNoStore
        && !control.isNoCache
        && !control.isPrivate) {
      add(
          "heuristics-only",
          "nothing says how long the response is fresh",
          "Last-Modified without Cache-Control and Expires",
          "browsers and proxies guess, often days",
          "send Cache-Control: max-age=N, or no-cache if it is to be validated each time");
    }
  }

  private void contradictions(String value) {
    boolean hasTime = control.maxAge > 0 || control.sharedMaxAge > 0;
    contradiction(control.isPublic && control.isPrivate, "public and private", value);
    contradiction(control.isNoStore && hasTime, "no-store and a time", value);
    contradiction(control.isNoStore && control.isPublic, "no-store and public", value);
    contradiction(control.isPrivate && control.sharedMaxAge > 0, "private and s-maxage", value);
    String pragma = fields.first("pragma");
    contradiction(
        hasTime && pragma != null && pragma.toLowerCase(Locale.ROOT).contains("no-cache"),
        "a time in Cache-Control and Pragma: no-cache",
        value);
  }

  private void undone(String value) {
    for (String name : control.undoneBySharedMaxAge()) {
      add(
          "stale-beside-s-maxage",
          name + " has no effect beside s-maxage",
          control.isTargeted
              ? Grounds.targeted(fields) + ": s-maxage and " + name
              : "Cache-Control: " + value,
          "s-maxage includes proxy-revalidate: shared caches may not serve the response stale (RFC"
              + " 9111 §5.2.2.10)",
          "write max-age in the place of s-maxage, or send CDN-Cache-Control with max-age and "
              + name);
    }
  }

  private void contradiction(boolean isThere, String what, String value) {
    if (isThere) {
      add(
          "contradiction",
          what + " contradict each other",
          "Cache-Control: " + value,
          "each cache picks its own side",
          "keep the one that is meant");
    }
  }

  private void cookies() {
    String cookie = fields.first(FieldName.SET_COOKIE);
    if (cookie == null) {
      return;
    }
    String name = cookie.substring(0, Math.max(0, cookie.indexOf('=')));
    boolean isKept = control.isPrivate || control.isNoStore;
    boolean isInvited = control.isPublic || control.sharedMaxAge > 0;
    if (isInvited && !isKept) {
      add(
          "set-cookie-public",
          "a cookie is set by a response that is marked as public",
          "Set-Cookie: " + name + "=…",
          "a shared cache may give one visitor's cookie to all others",
          "do not set cookies on public pages, or mark the page as private");
    } else if (SESSION.matcher(cookie).find() && !isKept) {
      add(
          "session-without-private",
          "a session seems to begin with a response that is not marked as private",
          "Set-Cookie: " + name + "=…",
          "caches between here and the visitor may store what is meant for one",
          "send Cache-Control: private, or no-store, with it");
    }
  }

  private void variations() {
    varied("x-requested-with", "ajax", "JavaScript and page loads get different answers");
    varied("accept", "accept", "the kind of answer depends on Accept");
    varied("accept-language", "language", "the answer depends on Accept-Language");
    varied("accept-encoding", "encoding", "the coding depends on Accept-Encoding");
    varied("user-agent", "user-agent", "the answer depends on the kind of browser");
    Map.Entry<String, LintSample> cookie = samples.with("cookie");
    if (cookie != null && mayBeShared && differs(cookie.getValue()) && !varies("cookie")) {
      add(
          "cookie-changes-answer",
          "the answer depends on a cookie and is stored for all",
          cookie.getKey(),
          "a visitor gets the page of another",
          "mark it as private; if only the value of one cookie matters, name that in"
              + " vary_turbocache_by_cookie");
    }
  }

  private void varied(String field, String rule, String what) {
    Map.Entry<String, LintSample> sample = samples.with(field);
    if (sample != null
        && !control.isPrivate
        && !control.isNoStore
        && differs(sample.getValue())
        && !varies(field)) {
      add(
          rule + "-without-vary",
          what + ", and Vary does not name " + field,
          sample.getKey(),
          "a cache gives one kind of client what is meant for the other; browsers do so even with"
              + " the back button",
          "send Vary: " + field + ", or use another URL");
    }
  }

  private void vary() {
    if (varies("*")) {
      add(
          "vary-any",
          "Vary is *",
          "Vary: *",
          "no cache can use the response for a second request",
          "name the request fields that the answer depends on, or leave Vary out");
    }
    if (varies("user-agent")) {
      add(
          "vary-user-agent",
          "Vary names User-Agent",
          "Vary: " + all(FieldName.VARY),
          "there are thousands of values, so a cache hardly ever finds the same twice",
          "tell browsers apart in the page, or by URL");
    }
    if (varies("cookie") && !control.isPrivate && !control.isNoStore) {
      add(
          "vary-cookie",
          "Vary names Cookie",
          "Vary: " + all(FieldName.VARY),
          "any cookie, also one of an advertisement, makes a visitor miss",
          "name the cookies that matter in vary_turbocache_by_cookie, and leave Cookie out of Vary");
    }
  }

  private void validators() {
    String tag = fields.first(FieldName.ETAG);
    String changed = fields.first(FieldName.LAST_MODIFIED);
    if (tag == null && changed == null && mayBeShared) {
      add(
          "no-validator",
          "there is neither ETag nor Last-Modified",
          "status " + plain.response().status(),
          "once it is stale, the whole response has to be made and sent again",
          "send an ETag, such as a digest of what the page is made of");
    }
    if (tag != null && EntityTag.parse(tag).isEmpty()) {
      add(
          "etag-form",
          "the ETag is not in quotation marks",
          "ETag: " + tag,
          "clients that keep to the standard pass over it",
          "write ETag: \"" + tag.replace("\"", "") + "\"");
    }
    FieldSection again = samples.again().response().fields();
    if (samples.isStable()) {
      changing("etag-changes", "ETag", tag, again.first(FieldName.ETAG));
      changing(
          "last-modified-changes", "Last-Modified", changed, again.first(FieldName.LAST_MODIFIED));
    }
    if (changed != null && !isDate(changed)) {
      add(
          "last-modified-form",
          "Last-Modified is not a date of HTTP",
          "Last-Modified: " + changed,
          "caches pass over it",
          "write it like " + HttpDate.format(plain.times().responseSeconds()));
    }
  }

  private void changing(String rule, String field, @Nullable String one, @Nullable String other) {
    if (one != null && other != null && !one.equals(other)) {
      add(
          rule,
          "the same content came with two values of " + field,
          field + ": " + one + ", then " + other,
          "validation never succeeds, and everything is sent again",
          "make it from the content, not from time, process or server");
    }
  }

  private void dates() {
    List<String> expires = fields.all("expires");
    if (expires.size() > 1 || (expires.size() == 1 && !isDate(expires.getFirst()))) {
      add(
          "expires-form",
          "Expires is not one date of HTTP",
          "Expires: " + String.join(", ", expires),
          "it counts as expired",
          "write it like "
              + HttpDate.format(plain.times().responseSeconds())
              + ", or rather send Cache-Control: max-age=N");
    }
    String date = fields.first(FieldName.DATE);
    long now = plain.times().responseSeconds();
    long skew = date == null ? 0 : HttpDate.parse(date, now).orElse(now) - now;
    if (Math.abs(skew) > MAX_SKEW_SECONDS) {
      add(
          "date-skew",
          "Date is " + Math.abs(skew) + " seconds " + (skew < 0 ? "behind" : "ahead"),
          "Date: " + date,
          "ages and Expires are counted wrong by so much",
          "set the clock, or have the app leave Date out");
    }
  }

  private void tokens() {
    if (mayBeShared && FORGERY_TOKEN.matcher(plain.text()).find()) {
      add(
          "forgery-token",
          "a page that is stored for all has a token against forged requests in it",
          "content",
          "all visitors get one visitor's token, and their forms are refused",
          "fetch the token with a private request, or mark the page as private");
    }
  }

  /// Whether another sample differs in more than the app's responses do anyway.
  private boolean differs(LintSample other) {
    if (plain.response().status() != other.response().status()) {
      return true;
    }
    FieldSection others = other.response().fields();
    for (String name :
        List.of("content-type", "content-language", "content-encoding", "location")) {
      if (!Objects.equals(fields.first(name), others.first(name))) {
        return true;
      }
    }
    return samples.isStable() && !plain.content().equals(other.content());
  }

  private boolean varies(String name) {
    for (String member : all(FieldName.VARY).split(",", -1)) {
      if (member.strip().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return name.equals("cookie") && !config.varyCookies().isEmpty();
  }

  private boolean isDate(String text) {
    return HttpDate.parse(text, plain.times().responseSeconds()).isPresent();
  }

  private String all(FieldName name) {
    return String.join(", ", fields.all(name.lowerCase()));
  }

  private void add(String rule, String what, String where, String why, String remedy) {
    findings.add(new LintFinding(rule, what, where, why, remedy));
  }
}
