package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import java.util.ArrayList;
import java.util.List;

/// Why a response is fresh for as long as it is, in words.
///
/// @param lifetimeSeconds age up to which it is fresh
/// @param ageSeconds age that it had when it came
/// @param lifetimeFrom what the lifetime follows from
/// @param ignored fields that say something else and do not count, each with the reason
public record Grounds(
    long lifetimeSeconds, long ageSeconds, String lifetimeFrom, List<String> ignored) {
  public Grounds {
    ignored = List.copyOf(ignored);
  }

  /// Those of a response with such fields; with heuristics if the operator has switched them on.
  public static Grounds of(CacheConfig config, FieldSection fields, Times times) {
    CacheControl control = CacheControl.of(fields);
    Freshness explicit = Freshness.explicit(control, fields, times);
    boolean isGuessed = explicit.kind() == Freshness.Kind.NONE && config.usesHeuristics();
    Freshness freshness = isGuessed ? Freshness.heuristic(fields, times) : explicit;
    return new Grounds(
        freshness.lifetimeSeconds(),
        Seconds.ofNanos(Freshness.initialAgeNanos(fields, times)),
        origin(control, freshness, fields),
        ignored(control, fields));
  }

  private static String origin(CacheControl control, Freshness freshness, FieldSection fields) {
    String field = control.isTargeted ? targeted(fields) : "Cache-Control";
    return switch (freshness.kind()) {
      case HEURISTIC -> "a tenth of the time since Last-Modified";
      case NONE -> "nothing: neither max-age, s-maxage nor Expires is there";
      case EXPLICIT -> {
        if (control.sharedMaxAge != Seconds.ABSENT) {
          yield "s-maxage in " + field;
        }
        yield control.maxAge != Seconds.ABSENT ? "max-age in " + field : "Expires minus Date";
      }
    };
  }

  private static List<String> ignored(CacheControl control, FieldSection fields) {
    List<String> ignored = new ArrayList<>();
    if (control.isTargeted) {
      String winner = targeted(fields);
      for (FieldName loser : List.of(FieldName.CACHE_CONTROL, FieldName.EXPIRES)) {
        if (fields.contains(loser)) {
          ignored.add(title(loser) + ", as " + winner + " is there");
        }
      }
    } else {
      boolean isShared = control.sharedMaxAge != Seconds.ABSENT;
      if (isShared && control.maxAge != Seconds.ABSENT) {
        ignored.add("max-age, as s-maxage is there: that is for shared caches");
      }
      if ((isShared || control.maxAge != Seconds.ABSENT) && fields.contains(FieldName.EXPIRES)) {
        ignored.add("Expires, as Cache-Control says how long");
      }
    }
    for (String name : control.undoneBySharedMaxAge()) {
      ignored.add(
          name
              + ": it has no effect beside s-maxage, which forbids shared caches to serve stale"
              + " (RFC 9111 §5.2.2.10)");
    }
    return ignored;
  }

  /// The targeted field that is in force if one is.
  static String targeted(FieldSection fields) {
    return fields.contains(FieldName.PEREGRINE_CACHE_CONTROL)
        ? "Peregrine-Cache-Control"
        : "CDN-Cache-Control";
  }

  private static String title(FieldName name) {
    return name == FieldName.EXPIRES ? "Expires" : "Cache-Control";
  }
}
