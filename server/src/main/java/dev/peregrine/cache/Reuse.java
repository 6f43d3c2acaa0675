package dev.peregrine.cache;

/// Decides whether a stored response that fits a request may be used now. Sources: RFC 9111 §4,
/// §4.2.4, §5.2.1, RFC 5861.
final class Reuse {
  private static final Decision STALE = new Decision.Validate(ValidationReason.STALE);
  private static final Decision NO_CACHE = new Decision.Validate(ValidationReason.NO_CACHE);
  private static final Decision CREDENTIALS = new Decision.Validate(ValidationReason.CREDENTIALS);
  private static final Decision CLIENT_NO_CACHE =
      new Decision.Validate(ValidationReason.CLIENT_NO_CACHE);
  private static final Decision CLIENT_MAX_AGE =
      new Decision.Validate(ValidationReason.CLIENT_MAX_AGE);
  private static final Decision CLIENT_MIN_FRESH =
      new Decision.Validate(ValidationReason.CLIENT_MIN_FRESH);

  private final long staleIfErrorNanos;

  Reuse(CacheConfig config) {
    this.staleIfErrorNanos = config.staleIfError().toNanos();
  }

  Decision decide(RequestDirectives directives, StoredHead stored, long nowNanos) {
    Usage usage = stored.usage();
    long ageNanos = usage.ageNanos(nowNanos);
    long freshNanos = usage.lifetimeNanos() - ageNanos;
    if (usage.isNoCache()) {
      return NO_CACHE;
    }
    if (directives.hasCredentials() && !usage.sharesCredentials()) {
      return CREDENTIALS;
    }
    if (directives.isNoCache()) {
      return CLIENT_NO_CACHE;
    }
    if (exceeds(ageNanos, directives.maxAge())) {
      return CLIENT_MAX_AGE;
    }
    if (directives.minFresh() != Seconds.ABSENT
        && freshNanos < Seconds.toNanos(directives.minFresh())) {
      return CLIENT_MIN_FRESH;
    }
    return freshNanos > 0
        ? new Decision.Fresh(Seconds.ofNanos(ageNanos))
        : stale(directives, usage, ageNanos, -freshNanos);
  }

  boolean mayServeOnError(RequestDirectives directives, StoredHead stored, long nowNanos) {
    Usage usage = stored.usage();
    if (usage.forbidsStale()
        || directives.isNoCache()
        || directives.minFresh() != Seconds.ABSENT
        || (directives.hasCredentials() && !usage.sharesCredentials())
        || exceeds(usage.ageNanos(nowNanos), directives.maxAge())) {
      return false;
    }
    long staleNanos = -usage.freshNanos(nowNanos);
    long window = Math.max(usage.staleIfErrorNanos(), staleIfErrorNanos);
    return staleNanos <= window
        || staleNanos
            <= Seconds.toNanos(Math.max(directives.staleIfError(), directives.maxStale()));
  }

  private static Decision stale(
      RequestDirectives directives, Usage usage, long ageNanos, long staleNanos) {
    if (usage.forbidsStale()) {
      return STALE;
    }
    long ageSeconds = Seconds.ofNanos(ageNanos);
    if (staleNanos < usage.staleWhileRevalidateNanos()) {
      return new Decision.StaleWhileRevalidate(ageSeconds);
    }
    boolean isTaken =
        directives.maxStale() != Seconds.ABSENT
            && staleNanos <= Seconds.toNanos(directives.maxStale());
    return isTaken ? new Decision.Stale(ageSeconds) : STALE;
  }

  /// With `max-age=0` even what came in the same moment is too old.
  private static boolean exceeds(long ageNanos, long maxAgeSeconds) {
    return maxAgeSeconds != Seconds.ABSENT && ageNanos >= Seconds.toNanos(maxAgeSeconds);
  }
}
