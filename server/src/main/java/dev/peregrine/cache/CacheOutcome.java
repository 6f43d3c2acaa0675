package dev.peregrine.cache;

/// How a request that may be answered from the cache was answered.
public enum CacheOutcome {
  HIT("fresh"),
  STALE("stale while it is refreshed, or as the client allows"),
  STALE_ON_ERROR("stale as the app failed"),
  COLLAPSED("with the response to somebody else's request"),
  VALIDATED("after the app had said that it is current (304)"),
  MISS_ABSENT("nothing was stored"),
  MISS_VARIANT("no stored variant fits (Vary)"),
  MISS_STALE("what was stored was stale"),
  MISS_CLIENT("the client's directives"),
  MISS_CREDENTIALS("the request has Authorization, and the stored response may not be shared so"),
  MISS_UNCACHEABLE("the response had lately been found not storable"),
  MISS_ONLY_IF_CACHED("nothing usable was stored, and the client wants nothing else (504)");

  private final String words;

  CacheOutcome(String words) {
    this.words = words;
  }

  /// The outcome for people.
  public String words() {
    return words;
  }

  /// Whether the app was spared the request.
  public boolean isHit() {
    return switch (this) {
      case HIT, STALE, STALE_ON_ERROR, COLLAPSED -> true;
      case VALIDATED,
          MISS_ABSENT,
          MISS_VARIANT,
          MISS_STALE,
          MISS_CLIENT,
          MISS_CREDENTIALS,
          MISS_UNCACHEABLE,
          MISS_ONLY_IF_CACHED ->
          false;
    };
  }
}
