package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import java.util.Optional;

/// Every decision of a shared cache: what may be stored, found, used, served when stale, and what
/// goes out of date. Pure: no I/O, threads, locks or clock, since times are parameters; safe for
/// use by all threads at once. Sources: RFC 9111, RFC 9213, RFC 5861, RFC 9875.
public final class CachePolicy {
  private static final RequestVerdict DISABLED = new RequestVerdict.Bypass(BypassReason.DISABLED);
  private static final RequestVerdict METHOD = new RequestVerdict.Bypass(BypassReason.METHOD);
  private static final RequestVerdict CONTENT = new RequestVerdict.Bypass(BypassReason.CONTENT);
  private static final RequestVerdict UPGRADE = new RequestVerdict.Bypass(BypassReason.UPGRADE);
  private static final RequestVerdict NO_HOST = new RequestVerdict.Bypass(BypassReason.NO_HOST);
  private static final RequestVerdict COOKIE = new RequestVerdict.Bypass(BypassReason.COOKIE);

  private final CacheConfig config;
  private final KeyMaker keys;
  private final BypassCookies bypassCookies;
  private final Reuse reuse;
  private final Storing storing;
  private final Freshener freshener;
  private final Invalidator invalidator;

  /// The policy of that configuration. The seed is a secret random number: it keeps clients from
  /// choosing keys whose hashes are the same.
  public CachePolicy(CacheConfig config, long hashSeed) {
    this.config = config;
    this.keys = new KeyMaker(config, hashSeed);
    this.bypassCookies = new BypassCookies(config.bypassCookies());
    this.reuse = new Reuse(config);
    this.storing = new Storing(config);
    this.freshener = new Freshener(config, storing);
    this.invalidator = new Invalidator(keys);
  }

  /// Whether the request may be answered from the cache, and with what key. Called for every
  /// request.
  public RequestVerdict judge(RequestHead request, Arrival arrival) {
    if (!config.isEnabled()) {
      return DISABLED;
    }
    if (request.method() != Method.GET && request.method() != Method.HEAD) {
      return METHOD;
    }
    if (request.hasContent()) {
      return CONTENT;
    }
    if (request.upgrade() != null) {
      return UPGRADE;
    }
    if (request.hostLength("") == 0) {
      return NO_HOST;
    }
    int traits = RequestScan.of(request.fields());
    if (RequestScan.has(traits, RequestScan.COOKIE) && bypassCookies.areIn(request.fields())) {
      return COOKIE;
    }
    return lookup(request, arrival, traits);
  }

  /// What to do with a stored response that fits the request: its key is the same, and it
  /// [StoredHead#selects] the request. Called for every hit.
  public Decision decide(RequestDirectives directives, StoredHead stored, long nowNanos) {
    return reuse.decide(directives, stored, nowNanos);
  }

  /// How much of a stored response, whose content has `length` bytes, answers the request.
  /// `nowSeconds` is wall time, in seconds since 1970.
  public Selected select(RequestHead request, StoredHead stored, long length, long nowSeconds) {
    return Selection.of(request, stored, length, nowSeconds);
  }

  /// Whether the response may be stored, once its content is whole, and what of its head.
  public StoreVerdict judge(Answered answered) {
    return storing.judge(answered);
  }

  /// What a 304 of the app makes of the stored response that it was asked to validate.
  public Freshening freshened(StoredHead stored, Answered answered) {
    return freshener.byNotModified(stored, answered);
  }

  /// What the app's answer to a HEAD makes of the stored response to GET with `length` bytes of
  /// content. [Freshening.Mismatch] means that the stored response is to be dropped; the answer
  /// itself goes to the client.
  public Freshening freshenedByHead(StoredHead stored, long length, Answered answered) {
    return freshener.byHead(stored, length, answered);
  }

  /// Whether the stored response may serve although it is stale, as the app cannot be reached or
  /// answers with an error ([#isError]).
  public boolean mayServeStaleOnError(
      RequestDirectives directives, StoredHead stored, long nowNanos) {
    return reuse.mayServeOnError(directives, stored, nowNanos);
  }

  /// Whether that status of the app is an error that a stale response may stand in for. RFC 5861 §4
  public static boolean isError(int status) {
    return Statuses.isError(status);
  }

  /// What goes out of date by the app's response to that request; nothing after a safe method, or
  /// after an error. A method that is not known counts as unsafe. RFC 9111 §4.4
  public Invalidation invalidated(RequestHead request, Arrival arrival, ResponseHead response) {
    boolean isSuccess = response.status() >= 200 && response.status() < 400;
    if (!config.isEnabled()
        || request.method().isSafe()
        || !isSuccess
        || request.hostLength("") == 0) {
      return Invalidation.NONE;
    }
    return invalidator.of(keys.key(request, arrival, 0), response);
  }

  /// Under what the response to a POST can be judged and stored: it has to say itself that it is
  /// what a GET for the same target would get. RFC 9110 §9.3.3
  public Optional<RequestVerdict.Lookup> represented(
      RequestHead request, Arrival arrival, ResponseHead response) {
    int traits = RequestScan.of(request.fields());
    String location = response.fields().first(FieldName.CONTENT_LOCATION);
    if (!config.isEnabled()
        || request.method() != Method.POST
        || location == null
        || request.hostLength("") == 0
        || bypassCookies.areIn(request.fields())) {
      return Optional.empty();
    }
    RequestVerdict.Lookup lookup = lookup(request, arrival, traits);
    CacheKey named = invalidator.sameOrigin(lookup.key(), location);
    return named != null && named.isSameResource(lookup.key())
        ? Optional.of(lookup)
        : Optional.empty();
  }

  /// The key of an absolute URL, which has no cookies: to compare resources with. Empty if it is
  /// not a URL with `http` or `https` and a host.
  public Optional<CacheKey> key(String url) {
    return Optional.ofNullable(keys.key(url));
  }

  /// Whether `Surrogate-Control` says that the content has instructions of ESI.
  public static boolean isEsi(FieldSection fields) {
    return SurrogateControl.isEsi(fields);
  }

  /// Whether the field is meant for this cache and is not passed on to clients.
  public static boolean isForCacheOnly(FieldName name) {
    return StoredFields.isForCacheOnly(name);
  }

  private RequestVerdict.Lookup lookup(RequestHead request, Arrival arrival, int traits) {
    boolean isHeeded =
        switch (config.clientDirectives()) {
          case OFF -> false;
          case TRUSTED -> arrival.client() == Trust.TRUSTED;
          case ALL -> true;
        };
    return new RequestVerdict.Lookup(
        keys.key(request, arrival, traits),
        isHeeded
            ? RequestDirectives.heeded(request.fields(), traits)
            : RequestDirectives.unheeded(traits));
  }
}
