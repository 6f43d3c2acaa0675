package dev.peregrine.cache;

/// For how long and on what terms a stored response may be used.
///
/// @param birthNanos monotonic time at which its age was 0
/// @param lifetimeNanos age up to which it is fresh
/// @param staleWhileRevalidateNanos how long after that it may serve while it is validated
/// @param staleIfErrorNanos how long after that it may serve in place of an error
/// @param isNoCache whether each use has to be validated
/// @param forbidsStale whether it may never be used when stale
/// @param sharesCredentials whether it may answer requests with `Authorization`
record Usage(
    long birthNanos,
    long lifetimeNanos,
    long staleWhileRevalidateNanos,
    long staleIfErrorNanos,
    boolean isNoCache,
    boolean forbidsStale,
    boolean sharesCredentials) {
  long ageNanos(long nowNanos) {
    return Math.max(0, nowNanos - birthNanos);
  }

  /// What is left of the freshness; not above 0 once it is over.
  long freshNanos(long nowNanos) {
    return lifetimeNanos - ageNanos(nowNanos);
  }

  /// The same terms, but fresh no longer than up to `untilNanos`.
  Usage until(long untilNanos) {
    return new Usage(
        birthNanos,
        Math.min(lifetimeNanos, ageNanos(untilNanos)),
        staleWhileRevalidateNanos,
        staleIfErrorNanos,
        isNoCache,
        forbidsStale,
        sharesCredentials);
  }
}
