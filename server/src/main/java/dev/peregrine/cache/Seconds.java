package dev.peregrine.cache;

import org.jspecify.annotations.Nullable;

/// Numbers of seconds as HTTP writes them, `1*DIGIT`. Source: RFC 9111 §1.2.2.
final class Seconds {
  /// What a greater number counts as: 2³¹.
  static final long MAX = 1L << 31;

  /// Stands for no number.
  static final long ABSENT = -1;

  private static final long NANOS = 1_000_000_000L;

  private Seconds() {}

  /// The number, at most [#MAX]; [#ABSENT] if the text is none.
  static long parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return ABSENT;
    }
    long seconds = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return ABSENT;
      }
      seconds = Math.min(MAX, seconds * 10 + digit);
    }
    return seconds;
  }

  /// The seconds, held between 0 and [#MAX].
  static long bounded(long seconds) {
    return Math.clamp(seconds, 0, MAX);
  }

  static long toNanos(long seconds) {
    return seconds * NANOS;
  }

  static long ofNanos(long nanos) {
    return Math.floorDiv(nanos, NANOS);
  }
}
