package dev.peregrine.cache;

/// Why a response is not stored.
public enum RefusalReason {
  METHOD(
      "only responses to GET are stored, and to POST if they name themselves in Content-Location"),
  BYPASSED("the request bypassed the cache"),
  CLIENT_NO_STORE("the client demands that nothing be stored (no-store)"),
  NOT_FINAL("the response is not final"),
  PARTIAL("the response holds only a part (206)"),
  CONDITIONAL(
      "the response answers the condition or the range of one request (304, 412, 416, 417)"),
  STATUS("a response of this status is never stored (428, 429, 431, 511)"),
  NO_STORE("the app says no-store"),
  PRIVATE("the app says private"),
  MALFORMED("Cache-Control is malformed: a quoted string has no end"),
  NOT_UNDERSTOOD("the app says must-understand, and the status is not known"),
  CREDENTIALS(
      "the request has Authorization, and the app says neither public, s-maxage nor"
          + " must-revalidate"),
  SET_COOKIE("the response sets a cookie, and turbocache_share_set_cookie is off"),
  VARY_ANY("Vary: * fits no other request"),
  VARY_MALFORMED("Vary is malformed or names too many fields"),
  VARY_UNSHARED("Vary names a field that differs with every request"),
  NOT_EXPLICIT(
      "the app does not say that it may be stored: neither max-age, s-maxage, Expires, public,"
          + " nor a targeted field; turbocache_heuristics is off"),
  NOT_CACHEABLE("nothing says how long a response of this status stays fresh"),
  USELESS("it is stale from the start and has no validator"),
  FILE("its content is a file named by X-Sendfile or X-Accel-Redirect"),
  OPEN_END("its content ends with the connection, so that a loss of its end would not be seen"),
  TOO_LARGE("it is larger than turbocache_max_entry_size"),
  TOO_MANY_TAGS("it has more than 256 tags");

  private final String words;

  RefusalReason(String words) {
    this.words = words;
  }

  /// The reason for people.
  public String words() {
    return words;
  }

  /// Whether it lies in this one request, so that the next response of the same key may be stored.
  public boolean isOfRequest() {
    return switch (this) {
      case METHOD, BYPASSED, CLIENT_NO_STORE, NOT_FINAL, PARTIAL, CONDITIONAL, CREDENTIALS -> true;
      case STATUS,
          NO_STORE,
          PRIVATE,
          MALFORMED,
          NOT_UNDERSTOOD,
          SET_COOKIE,
          VARY_ANY,
          VARY_MALFORMED,
          VARY_UNSHARED,
          NOT_EXPLICIT,
          NOT_CACHEABLE,
          USELESS,
          FILE,
          OPEN_END,
          TOO_LARGE,
          TOO_MANY_TAGS ->
          false;
    };
  }
}
