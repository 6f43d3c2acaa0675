package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;

/// What a request demands of a cache: the directives of a client that is heeded, and those of its
/// fields that bear on the use of a stored response. Source: RFC 9111 §5.2.1.
public final class RequestDirectives {
  /// Those of a request without any field that matters.
  public static final RequestDirectives NONE = new RequestDirectives(0);

  private static final int SHOWN =
      RequestScan.CREDENTIALS | RequestScan.CONDITION | RequestScan.RANGE;
  private static final RequestDirectives[] PLAIN = plain();

  private final int traits;
  private boolean noCache;
  private boolean noStore;
  private boolean onlyIfCached;
  private long maxAge = Seconds.ABSENT;
  private long minFresh = Seconds.ABSENT;
  private long maxStale = Seconds.ABSENT;
  private long staleIfError = Seconds.ABSENT;

  private RequestDirectives(int traits) {
    this.traits = traits;
  }

  /// Those of a client that is not heeded.
  static RequestDirectives unheeded(int traits) {
    return PLAIN[traits & SHOWN];
  }

  /// Those of a client that is heeded.
  static RequestDirectives heeded(FieldSection fields, int traits) {
    if (!RequestScan.has(traits, RequestScan.CACHE_CONTROL)) {
      return unheeded(traits);
    }
    RequestDirectives directives = new RequestDirectives(traits & SHOWN);
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.CACHE_CONTROL) {
        DirectiveLexer lexer = new DirectiveLexer(fields, i);
        while (lexer.next()) {
          directives.take(lexer);
        }
      }
    }
    return directives;
  }

  /// Whether only a validated response will do.
  public boolean isNoCache() {
    return noCache;
  }

  /// Whether the response is not to be stored.
  public boolean isNoStore() {
    return noStore;
  }

  /// Whether the answer is 504 if there is no stored response to be used.
  public boolean isOnlyIfCached() {
    return onlyIfCached;
  }

  /// Whether the request has `Authorization`.
  public boolean hasCredentials() {
    return RequestScan.has(traits, RequestScan.CREDENTIALS);
  }

  /// Whether the request has `If-...` fields.
  public boolean isConditional() {
    return RequestScan.has(traits, RequestScan.CONDITION);
  }

  /// Whether the request has `Range`.
  public boolean hasRange() {
    return RequestScan.has(traits, RequestScan.RANGE);
  }

  /// Whether the response to this request, if it is a GET, can answer others that wait for the same
  /// key: it asks for the whole, on nobody's behalf.
  public boolean isCollapsible() {
    return traits == 0 && !noStore && !noCache;
  }

  /// Oldest age that the client takes, in seconds; [Seconds#ABSENT] if it takes any.
  long maxAge() {
    return maxAge;
  }

  /// Seconds for which the response has to stay fresh; [Seconds#ABSENT] if the client does not say.
  long minFresh() {
    return minFresh;
  }

  /// Seconds after its freshness in which a response is still taken; [Seconds#ABSENT] if the client
  /// does not say.
  long maxStale() {
    return maxStale;
  }

  /// The same in place of an error. RFC 5861 §4
  long staleIfError() {
    return staleIfError;
  }

  private void take(DirectiveLexer lexer) {
    switch (lexer.name()) {
      case "no-cache" -> noCache = true;
      case "no-store" -> noStore = true;
      case "only-if-cached" -> onlyIfCached = true;
      case "max-age" -> maxAge = limit(maxAge, lexer);
      case "min-fresh" -> minFresh = Math.max(minFresh, seconds(lexer));
      case "max-stale" ->
          maxStale =
              lexer.argument() == null && !lexer.isMalformed() ? Seconds.MAX : seconds(lexer);
      case "stale-if-error" -> staleIfError = seconds(lexer);
      default -> {}
    }
  }

  /// The smaller one counts; one that is no number counts as 0.
  private static long limit(long before, DirectiveLexer lexer) {
    long seconds = Math.max(0, seconds(lexer));
    return before == Seconds.ABSENT ? seconds : Math.min(before, seconds);
  }

  private static long seconds(DirectiveLexer lexer) {
    return lexer.isMalformed() ? Seconds.ABSENT : Seconds.parse(lexer.argument());
  }

  private static RequestDirectives[] plain() {
    RequestDirectives[] plain = new RequestDirectives[SHOWN + 1];
    for (int traits = 0; traits < plain.length; traits++) {
      plain[traits] = traits == 0 ? NONE : new RequestDirectives(traits & SHOWN);
    }
    return plain;
  }
}
