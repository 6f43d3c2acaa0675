package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.HttpDate;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How long a response is fresh, and how old it was when it came. Source: RFC 9111 §4.2.
///
/// @param lifetimeSeconds age up to which it is fresh
/// @param kind where that comes from
record Freshness(long lifetimeSeconds, Kind kind) {
  /// Where a freshness lifetime comes from.
  enum Kind {
    /// The app says it.
    EXPLICIT,
    /// It follows from `Last-Modified`.
    HEURISTIC,
    /// Nothing says anything.
    NONE
  }

  private static final int HEURISTIC_PART = 10;
  private static final long MAX_HEURISTIC_SECONDS = 86_400;

  /// That of a response without a word about it.
  static final Freshness UNKNOWN = new Freshness(0, Kind.NONE);

  /// What the app says, of a response with those fields. RFC 9111 §4.2.1
  static Freshness explicit(CacheControl control, FieldSection fields, Times times) {
    if (control.sharedMaxAge != Seconds.ABSENT) {
      return new Freshness(control.sharedMaxAge, Kind.EXPLICIT);
    }
    if (control.maxAge != Seconds.ABSENT) {
      return new Freshness(control.maxAge, Kind.EXPLICIT);
    }
    if (control.isTargeted || !fields.contains(FieldName.EXPIRES)) {
      return UNKNOWN;
    }
    long seconds = expiry(fields, times) - dateSeconds(fields, times);
    return new Freshness(Seconds.bounded(seconds), Kind.EXPLICIT);
  }

  /// A tenth of the time for which the response had not changed, at most a day. RFC 9111 §4.2.2
  static Freshness heuristic(FieldSection fields, Times times) {
    String lastModified = fields.first(FieldName.LAST_MODIFIED);
    OptionalLong changed = date(lastModified, times);
    if (changed.isEmpty()) {
      return UNKNOWN;
    }
    long unchanged = Seconds.bounded(dateSeconds(fields, times) - changed.getAsLong());
    return new Freshness(
        Math.min(MAX_HEURISTIC_SECONDS, unchanged / HEURISTIC_PART), Kind.HEURISTIC);
  }

  /// How old a response was when it came. RFC 9111 §4.2.3
  static long initialAgeNanos(FieldSection fields, Times times) {
    long apparent = Seconds.bounded(times.responseSeconds() - dateSeconds(fields, times));
    long delayNanos = Math.max(0, times.responseNanos() - times.requestNanos());
    long correctedNanos = Seconds.toNanos(age(fields)) + delayNanos;
    long maxNanos = Seconds.toNanos(Seconds.MAX);
    return Math.min(maxNanos, Math.max(Seconds.toNanos(apparent), correctedNanos));
  }

  /// `Date`, or the time of receipt if there is none that is a date.
  private static long dateSeconds(FieldSection fields, Times times) {
    return date(fields.first(FieldName.DATE), times).orElse(times.responseSeconds());
  }

  /// `Expires`; one that is no date, or stands there twice, lies in the past.
  private static long expiry(FieldSection fields, Times times) {
    String value = null;
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.EXPIRES) {
        if (value != null) {
          return Long.MIN_VALUE / 2;
        }
        value = fields.value(i);
      }
    }
    return date(value, times).orElse(Long.MIN_VALUE / 2);
  }

  /// The first member counts; what is no number is passed over. RFC 9111 §5.1
  private static long age(FieldSection fields) {
    String value = fields.first(FieldName.AGE);
    if (value == null) {
      return 0;
    }
    int comma = value.indexOf(',');
    return Math.max(0, Seconds.parse((comma < 0 ? value : value.substring(0, comma)).strip()));
  }

  private static OptionalLong date(@Nullable String value, Times times) {
    return value == null ? OptionalLong.empty() : HttpDate.parse(value, times.responseSeconds());
  }
}
