package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;

/// A response that may come to be stored, as far as its head and its arrival go.
final class Candidate {
  private final int status;
  private final String reason;
  private final FieldSection fields;
  private final long initialAgeNanos;
  private final Times times;
  private final CacheControl control;
  private final VaryNames vary;
  private final Freshness explicitFreshness;

  /// A response with those fields, all of them storable, which was so old when it came.
  Candidate(int status, String reason, FieldSection fields, long initialAgeNanos, Times times) {
    this.status = status;
    this.reason = reason;
    this.fields = fields;
    this.initialAgeNanos = initialAgeNanos;
    this.times = times;
    this.control = CacheControl.of(fields);
    this.vary = VaryNames.of(fields);
    this.explicitFreshness = Freshness.explicit(control, fields, times);
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }

  FieldSection fields() {
    return fields;
  }

  Times times() {
    return times;
  }

  CacheControl control() {
    return control;
  }

  VaryNames vary() {
    return vary;
  }

  Freshness explicitFreshness() {
    return explicitFreshness;
  }

  boolean hasValidator() {
    return fields.contains(FieldName.ETAG) || fields.contains(FieldName.LAST_MODIFIED);
  }

  /// Whether the app itself says that the response may be stored and shared. An error needs more
  /// than that: a time.
  boolean isExplicit() {
    boolean isTimed = explicitFreshness.lifetimeSeconds() > 0;
    boolean isMeant =
        control.isPublic
            || control.isTargeted
            || control.sharedMaxAge != Seconds.ABSENT
            || control.staleWhileRevalidate > 0;
    return isTimed || (isMeant && status < 400);
  }

  /// Whether there is a word by which RFC 9111 §3 lets any status be stored.
  boolean hasWord() {
    return control.isPublic || explicitFreshness.kind() == Freshness.Kind.EXPLICIT;
  }

  /// Whether the response to a request with `Authorization` may be given to others. RFC 9111 §3.5
  boolean sharesCredentials() {
    return control.isPublic || control.isMustRevalidate || control.sharedMaxAge != Seconds.ABSENT;
  }

  /// The terms on which it may be used, given its freshness.
  Usage usage(Freshness freshness) {
    boolean forbidsStale =
        control.isNoCache
            || control.isMustRevalidate
            || control.isProxyRevalidate
            || control.sharedMaxAge != Seconds.ABSENT;
    return new Usage(
        times.responseNanos() - initialAgeNanos,
        Seconds.toNanos(freshness.lifetimeSeconds()),
        window(control.staleWhileRevalidate),
        window(control.staleIfError),
        control.isNoCache,
        forbidsStale,
        sharesCredentials());
  }

  private static long window(long seconds) {
    return Seconds.toNanos(Math.max(0, seconds));
  }
}
