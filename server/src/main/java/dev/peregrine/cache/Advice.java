package dev.peregrine.cache;

/// What an operator or the app's author can do so that a response is stored and used.
public final class Advice {
  private Advice() {}

  /// What would let a request use the cache.
  public static String on(BypassReason reason) {
    return switch (reason) {
      case DISABLED -> "set `turbocache: true`";
      case METHOD -> "nothing: such requests are for the app";
      case CONTENT -> "send the GET without content";
      case UPGRADE -> "nothing: a WebSocket cannot be stored";
      case NO_HOST -> "send a Host field";
      case COOKIE ->
          "ask without that cookie, or take it from turbocache_bypass_cookie; where only its value"
              + " matters, vary_turbocache_by_cookie puts that into the key";
    };
  }

  /// What would let a response be stored.
  public static String on(RefusalReason reason) {
    return switch (reason) {
      case METHOD, BYPASSED, NOT_FINAL, PARTIAL, CONDITIONAL ->
          "nothing in the app: ask with a GET without condition and range";
      case CLIENT_NO_STORE -> "ask without `Cache-Control: no-store`";
      case STATUS -> "nothing: a response of this status is about one request";
      case NO_STORE -> "have the app send `Cache-Control: public, max-age=60` in place of no-store";
      case PRIVATE ->
          "if the page is the same for all, have the app send `public` in place of `private`; if it"
              + " differs by one cookie, see vary_turbocache_by_cookie";
      case MALFORMED -> "have the app close the quoted string in Cache-Control";
      case NOT_UNDERSTOOD -> "have the app leave out must-understand";
      case CREDENTIALS ->
          "if the page is the same for all, have the app add `public` to Cache-Control";
      case SET_COOKIE ->
          "have the app set the cookie elsewhere; if everybody may get this one, set"
              + " turbocache_share_set_cookie, or send `no-cache=\"set-cookie\"` to store the page"
              + " without it";
      case VARY_ANY -> "have the app name in Vary the request fields that it really looks at";
      case VARY_MALFORMED -> "have the app send Vary as a list of at most 16 field names";
      case VARY_UNSHARED -> "have the app leave that field out of Vary";
      case NOT_EXPLICIT -> "have the app send `Cache-Control: public, max-age=60`";
      case NOT_CACHEABLE -> "have the app send `Cache-Control: max-age=60`";
      case USELESS ->
          "have the app send a max-age above 0, or an ETag or Last-Modified to validate with";
      case FILE -> "nothing: Peregrine sends the file itself";
      case OPEN_END -> "have the app send Content-Length or chunked content";
      case TOO_LARGE -> "raise turbocache_max_entry_size, or make the response smaller";
      case TOO_MANY_TAGS -> "have the app send fewer tags";
    };
  }

  /// What would let a stored response be used at once.
  public static String on(ValidationReason reason) {
    return switch (reason) {
      case STALE ->
          "a longer max-age, or stale-while-revalidate so that visitors do not wait for the app";
      case NO_CACHE -> "have the app leave out no-cache";
      case CREDENTIALS -> "have the app add `public` to Cache-Control if all may get it";
      case CLIENT_NO_CACHE, CLIENT_MAX_AGE, CLIENT_MIN_FRESH ->
          "ask without Cache-Control, or set turbocache_client_directives: off";
    };
  }
}
