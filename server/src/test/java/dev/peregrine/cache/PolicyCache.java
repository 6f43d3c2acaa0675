package dev.peregrine.cache;

import dev.peregrine.cache.CacheConfig.ClientDirectives;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Heads;
import dev.peregrine.http.HttpDate;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A cache of heads that does what the policy says, before a scripted app, in time that passes only
/// when told to.
final class PolicyCache {
  /// Wall time at the beginning, in seconds since 1970.
  static final long START = 1_800_000_000L;

  /// How a request was answered.
  enum From {
    /// A fresh stored response.
    FRESH,
    /// A stale one, in place of an error or as the client allows.
    STALE,
    /// A stale one, while it is validated in the background.
    STALE_WHILE_REVALIDATE,
    /// A stored one that the app just said is current.
    VALIDATED,
    /// The app's own response.
    APP,
    /// Nobody: 504.
    NOBODY
  }

  /// An answer, and what the app saw of the request.
  ///
  /// @param from how it came about
  /// @param status its status
  /// @param fields its fields; those of the stored response if there is one
  /// @param age its `Age`
  /// @param refusal why the app's response was not stored
  /// @param entityTagSent `If-None-Match` as sent to the app
  /// @param dateSent `If-Modified-Since` as sent to the app
  record Answer(
      From from,
      int status,
      FieldSection fields,
      long age,
      @Nullable RefusalReason refusal,
      @Nullable String entityTagSent,
      @Nullable String dateSent) {
    boolean isReused() {
      return from == From.FRESH || from == From.STALE || from == From.STALE_WHILE_REVALIDATE;
    }

    boolean asksApp() {
      return !isReused();
    }

    @Nullable String field(String name) {
      return fields.first(name);
    }
  }

  final CachePolicy policy;
  Arrival arrival = Arrival.of(Scheme.HTTP, Trust.UNTRUSTED, Trust.UNTRUSTED);
  private final Map<CacheKey, List<StoredHead>> stored = new HashMap<>();
  private final Deque<String> script = new ArrayDeque<>();
  private long nowNanos;
  private long delayNanos;

  PolicyCache(CacheConfig config) {
    policy = new CachePolicy(config, 42);
  }

  /// As it is out of the box.
  static PolicyCache byDefault() {
    return new PolicyCache(new ConfigBuilder().build());
  }

  /// With everything on that the defaults leave off for safety.
  static PolicyCache opened() {
    return new PolicyCache(
        new ConfigBuilder()
            .heuristics(true)
            .sharesSetCookie(true)
            .clientDirectives(ClientDirectives.ALL)
            .build());
  }

  /// A date so many seconds after the beginning.
  static String date(long seconds) {
    return HttpDate.format(START + seconds);
  }

  /// What the app answers next: a status line, unless it is 200, and field lines. With nothing left
  /// to answer it is down.
  PolicyCache app(String... lines) {
    String text = String.join("\n", lines);
    String whole = text.startsWith("HTTP/") ? text : "HTTP/1.1 200 OK\n" + text;
    script.add(whole.contains("Content-Length: ") ? whole : whole + "\nContent-Length: 10");
    return this;
  }

  PolicyCache pass(double seconds) {
    nowNanos += (long) (seconds * 1e9);
    return this;
  }

  PolicyCache appTakes(double seconds) {
    delayNanos = (long) (seconds * 1e9);
    return this;
  }

  Answer get(String... fields) {
    return send("GET", "/", fields);
  }

  Answer send(String method, String target, String... fields) {
    return send(
        Heads.request(
            method + " " + target + " HTTP/1.1\nHost: a.example\n" + String.join("\n", fields)));
  }

  Answer send(RequestHead request) {
    return switch (policy.judge(request, arrival)) {
      case RequestVerdict.Bypass _ -> bypass(request);
      case RequestVerdict.Lookup lookup -> lookup(request, lookup);
    };
  }

  private Answer lookup(RequestHead request, RequestVerdict.Lookup lookup) {
    StoredHead found = find(request, lookup.key());
    if (found == null) {
      return lookup.directives().isOnlyIfCached() ? nobody() : forward(request, lookup, null);
    }
    return switch (policy.decide(lookup.directives(), found, nowNanos)) {
      case Decision.Fresh(long age) -> stored(From.FRESH, found, age);
      case Decision.Stale(long age) -> stored(From.STALE, found, age);
      case Decision.StaleWhileRevalidate(long age) -> {
        if (!script.isEmpty()) {
          forward(request, lookup, found);
        }
        yield stored(From.STALE_WHILE_REVALIDATE, found, age);
      }
      case Decision.Validate _ ->
          lookup.directives().isOnlyIfCached() ? nobody() : forward(request, lookup, found);
    };
  }

  private Answer forward(
      RequestHead request, RequestVerdict.Lookup lookup, @Nullable StoredHead found) {
    long sent = nowNanos;
    nowNanos += delayNanos;
    String text = script.poll();
    ResponseHead response = text == null ? null : Heads.response(text);
    boolean mayServeStale =
        found != null && policy.mayServeStaleOnError(lookup.directives(), found, nowNanos);
    if (response == null || (CachePolicy.isError(response.status()) && mayServeStale)) {
      return found != null && mayServeStale
          ? stored(From.STALE, found, found.ageSeconds(nowNanos))
          : nobody();
    }
    Answered answered =
        new Answered(request, lookup, response, new Times(sent, nowNanos, millis()));
    String tag = found == null ? null : found.entityTag();
    String date = found == null ? null : found.lastModified();
    if (response.status() == 304 && found != null) {
      return freshened(found, answered);
    }
    return switch (policy.judge(answered)) {
      case StoreVerdict.Store(StoredHead head) -> {
        put(lookup.key(), head);
        yield new Answer(From.APP, head.status(), response.fields(), 0, null, tag, date);
      }
      case StoreVerdict.Refuse(RefusalReason reason) ->
          new Answer(From.APP, response.status(), response.fields(), 0, reason, tag, date);
    };
  }

  private Answer freshened(StoredHead found, Answered answered) {
    CacheKey key = answered.lookup().key();
    String tag = found.entityTag();
    String date = found.lastModified();
    return switch (policy.freshened(found, answered)) {
      case Freshening.Updated(StoredHead head) -> {
        variants(key).remove(found);
        put(key, head);
        long age = head.ageSeconds(nowNanos);
        yield new Answer(From.VALIDATED, head.status(), head.fields(), age, null, tag, date);
      }
      case Freshening.UpdatedOnce(StoredHead head, RefusalReason reason) -> {
        variants(key).remove(found);
        long age = head.ageSeconds(nowNanos);
        yield new Answer(From.VALIDATED, head.status(), head.fields(), age, reason, tag, date);
      }
      case Freshening.Mismatch() -> {
        variants(key).remove(found);
        yield forward(answered.request(), answered.lookup(), null);
      }
    };
  }

  private Answer bypass(RequestHead request) {
    String text = script.poll();
    if (text == null) {
      return nobody();
    }
    ResponseHead response = Heads.response(text);
    Invalidation invalidation = policy.invalidated(request, arrival, response);
    for (CacheKey resource : invalidation.resources()) {
      stored.keySet().removeIf(resource::isSameResource);
    }
    for (List<StoredHead> heads : stored.values()) {
      heads.removeIf(head -> head.groups().stream().anyMatch(invalidation.groups()::contains));
    }
    RefusalReason refusal = RefusalReason.BYPASSED;
    var represented = policy.represented(request, arrival, response);
    if (represented.isPresent()) {
      Times times = new Times(nowNanos, nowNanos, millis());
      refusal =
          switch (policy.judge(new Answered(request, represented.get(), response, times))) {
            case StoreVerdict.Store(StoredHead head) -> {
              put(represented.get().key(), head);
              yield null;
            }
            case StoreVerdict.Refuse(RefusalReason reason) -> reason;
          };
    }
    return new Answer(From.APP, response.status(), response.fields(), 0, refusal, null, null);
  }

  /// The newest stored response that fits.
  @Nullable StoredHead find(RequestHead request, CacheKey key) {
    return variants(key).stream().filter(head -> head.selects(request)).findFirst().orElse(null);
  }

  /// The one stored response to `GET /`.
  StoredHead only() {
    return stored.values().stream().flatMap(List::stream).findFirst().orElseThrow();
  }

  boolean isEmpty() {
    return stored.values().stream().allMatch(List::isEmpty);
  }

  long nowNanos() {
    return nowNanos;
  }

  long nowSeconds() {
    return START + nowNanos / 1_000_000_000L;
  }

  private long millis() {
    return START * 1000 + nowNanos / 1_000_000;
  }

  private void put(CacheKey key, StoredHead head) {
    variants(key).removeIf(other -> other.variant().equals(head.variant()));
    variants(key).addFirst(head);
  }

  private List<StoredHead> variants(CacheKey key) {
    return stored.computeIfAbsent(key, _ -> new ArrayList<>());
  }

  private static Answer stored(From from, StoredHead head, long age) {
    return new Answer(from, head.status(), head.fields(), age, null, null, null);
  }

  private static Answer nobody() {
    return new Answer(From.NOBODY, 504, FieldSection.EMPTY, 0, null, null, null);
  }

  /// The default configuration, to be changed.
  static final class ConfigBuilder {
    private boolean heuristics;
    private boolean sharesSetCookie;
    private ClientDirectives clientDirectives = ClientDirectives.TRUSTED;
    private List<String> varyCookies = List.of();
    private List<String> bypassCookies = List.of();
    private boolean sortsQuery;
    private List<String> dropped = List.of();
    private Duration staleIfError = Duration.ZERO;

    ConfigBuilder heuristics(boolean value) {
      heuristics = value;
      return this;
    }

    ConfigBuilder sharesSetCookie(boolean value) {
      sharesSetCookie = value;
      return this;
    }

    ConfigBuilder clientDirectives(ClientDirectives value) {
      clientDirectives = value;
      return this;
    }

    ConfigBuilder varyCookies(String... names) {
      varyCookies = List.of(names);
      return this;
    }

    ConfigBuilder bypassCookies(String... names) {
      bypassCookies = List.of(names);
      return this;
    }

    ConfigBuilder sortsQuery() {
      sortsQuery = true;
      return this;
    }

    ConfigBuilder dropped(String... names) {
      dropped = List.of(names);
      return this;
    }

    ConfigBuilder staleIfError(Duration value) {
      staleIfError = value;
      return this;
    }

    CacheConfig build() {
      return new CacheConfig(
          true,
          64 << 20,
          1 << 20,
          16,
          heuristics,
          sharesSetCookie,
          clientDirectives,
          List.of(),
          varyCookies,
          bypassCookies,
          sortsQuery,
          dropped,
          staleIfError);
    }
  }
}
