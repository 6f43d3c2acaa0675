package dev.peregrine.http;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;

/// Dates as HTTP writes them. An instance keeps the bytes of the current second for one thread, so
/// that a loop formats `Date` once a second. Source: RFC 9110 §5.6.7.
public final class HttpDate {
  private static final DateTimeFormatter FIXED = formatter("EEE, dd MMM uuuu HH:mm:ss 'GMT'");
  private static final DateTimeFormatter ASCTIME = formatter("EEE MMM ppd HH:mm:ss uuuu");
  private static final DateTimeFormatter TIME_OF_850 = formatter("dd-MMM-uuuu HH:mm:ss 'GMT'");

  private long second = Long.MIN_VALUE;
  private byte[] octets = new byte[0];

  /// Bytes of the date at that second, in ASCII; shared, not to be changed.
  public byte[] at(long epochSeconds) {
    if (epochSeconds != second) {
      octets = format(epochSeconds).getBytes(StandardCharsets.US_ASCII);
      second = epochSeconds;
    }
    return octets;
  }

  /// The date in the preferred form, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  public static String format(long epochSeconds) {
    return FIXED.format(LocalDateTime.ofEpochSecond(epochSeconds, 0, ZoneOffset.UTC));
  }

  /// Seconds since 1970 of a date in any of the three forms; empty if it is in none. The case of
  /// letters is set aside, all else has to be as the grammar wants it. A year of two digits is the
  /// last one of that ending that lies at most 50 years after `nowEpochSeconds`.
  public static OptionalLong parse(String text, long nowEpochSeconds) {
    try {
      int comma = text.indexOf(',');
      if (comma < 0) {
        return seconds(LocalDateTime.parse(text, ASCTIME));
      }
      return comma == 3
          ? seconds(LocalDateTime.parse(text, FIXED))
          : seconds(parse850(text, comma, nowEpochSeconds));
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  private static LocalDateTime parse850(String text, int comma, long nowEpochSeconds) {
    String rest = text.substring(comma + 1);
    if (rest.length() != 23 || rest.charAt(0) != ' ' || !isTwoDigits(rest, 8)) {
      throw new DateTimeException("not a date of RFC 850");
    }
    int ending = Integer.parseInt(rest.substring(8, 10), 10);
    int latest = Instant.ofEpochSecond(nowEpochSeconds).atOffset(ZoneOffset.UTC).getYear() + 50;
    int year = latest - Math.floorMod(latest - ending, 100);
    String full = rest.substring(1, 8) + year + rest.substring(10);
    return checkDay(text.substring(0, comma), LocalDateTime.parse(full, TIME_OF_850));
  }

  private static boolean isTwoDigits(String text, int at) {
    return Character.digit(text.charAt(at), 10) >= 0
        && Character.digit(text.charAt(at + 1), 10) >= 0;
  }

  private static LocalDateTime checkDay(String day, LocalDateTime time) {
    if (!time.getDayOfWeek().name().equalsIgnoreCase(day)) {
      throw new DateTimeException("another day of the week");
    }
    return time;
  }

  private static OptionalLong seconds(LocalDateTime time) {
    return OptionalLong.of(time.toEpochSecond(ZoneOffset.UTC));
  }

  private static DateTimeFormatter formatter(String pattern) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(pattern)
        .parseDefaulting(ChronoField.NANO_OF_SECOND, 0)
        .toFormatter(Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }
}
