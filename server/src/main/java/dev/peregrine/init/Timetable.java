package dev.peregrine.init;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// When a service on a schedule runs: five fields as in cron, a name such as `@hourly`, or `every
/// 10m`. Pure; times are those of a time zone.
///
/// ```
/// minute  hour  day-of-month  month  day-of-week
/// 0-59    0-23  1-31          1-12   0-7 (0 and 7: Sunday)      lists 1,2  ranges 1-5  steps */10  names jan, mon
/// ```
///
/// Where both days are restricted either may match, as cron has it. A time of certain hours that
/// the clock skips (start of daylight saving) runs an hour later, one that comes twice runs once;
/// what runs at every hour goes on by real time.
sealed interface Timetable {
  /// The first time after `now`, when the last run began at `last`; empty if there will be none (30
  /// February).
  Optional<ZonedDateTime> next(ZonedDateTime last, ZonedDateTime now);

  /// Reads a time table; empty if it is none.
  static Optional<Timetable> parse(String text) {
    String trimmed = text.strip().toLowerCase(Locale.ROOT);
    Matcher every = Every.FORM.matcher(trimmed);
    if (every.matches()) {
      return Every.of(every.group(1), every.group(2));
    }
    String fields =
        switch (trimmed) {
          case "@yearly", "@annually" -> "0 0 1 1 *";
          case "@monthly" -> "0 0 1 * *";
          case "@weekly" -> "0 0 * * 0";
          case "@daily", "@midnight" -> "0 0 * * *";
          case "@hourly" -> "0 * * * *";
          default -> trimmed;
        };
    return Cron.of(fields.split("\\s+"));
  }

  /// A steady interval, counted from the last start.
  ///
  /// @param interval time between two starts
  record Every(Duration interval) implements Timetable {
    private static final Pattern FORM = Pattern.compile("(?:@?every) (\\d{1,6}) ?(s|m|h|d)");

    private static Optional<Timetable> of(String number, String unit) {
      long count = Long.parseLong(number);
      Duration interval =
          switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          };
      return interval.isZero() ? Optional.empty() : Optional.of(new Every(interval));
    }

    @Override
    public Optional<ZonedDateTime> next(ZonedDateTime last, ZonedDateTime now) {
      long passed = Math.max(0, Duration.between(last, now).dividedBy(interval));
      return Optional.of(last.plus(interval.multipliedBy(passed + 1)));
    }
  }

  /// The five fields, a bit for each value that matches.
  ///
  /// @param eitherDay whether both days are restricted, so that one of them is enough
  record Cron(long minutes, long hours, long days, long months, long weekdays, boolean eitherDay)
      implements Timetable {
    private static final int MAX_YEARS = 30; // a Monday, 29 February comes within 28 (40 over 2100)
    private static final long EVERY_HOUR = (1L << 24) - 1;
    private static final List<String> MONTHS =
        List.of("jan feb mar apr may jun jul aug sep oct nov dec".split(" "));
    private static final List<String> WEEKDAYS = List.of("sun mon tue wed thu fri sat".split(" "));

    private static Optional<Timetable> of(String[] fields) {
      if (fields.length != 5) {
        return Optional.empty();
      }
      long minutes = bits(fields[0], 0, 59, List.of());
      long hours = bits(fields[1], 0, 23, List.of());
      long days = bits(fields[2], 1, 31, List.of());
      long months = bits(fields[3], 1, 12, MONTHS);
      long weekdays = bits(fields[4], 0, 7, WEEKDAYS);
      if ((weekdays & 1 << 7) != 0) {
        weekdays |= 1;
      }
      if (minutes == 0 || hours == 0 || days == 0 || months == 0 || weekdays == 0) {
        return Optional.empty();
      }
      boolean eitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
      return Optional.of(new Cron(minutes, hours, days, months, weekdays, eitherDay));
    }

    /// The values of one field; 0 if it is wrong.
    private static long bits(String field, int min, int max, List<String> names) {
      long bits = 0;
      for (String part : field.split(",", -1)) {
        long some = range(part.split("/", -1), min, max, names);
        if (some == 0) {
          return 0;
        }
        bits |= some;
      }
      return bits;
    }

    private static long range(String[] parts, int min, int max, List<String> names) {
      String[] ends =
          parts[0].equals("*") ? new String[] {"" + min, "" + max} : parts[0].split("-", -1);
      int step = parts.length == 2 ? number(parts[1], 1, max, List.of()) : 1;
      if (parts.length > 2 || ends.length > 2 || step < 0) {
        return 0;
      }
      int first = number(ends[0], min, max, names);
      int last =
          ends.length == 2 ? number(ends[1], min, max, names) : parts.length == 2 ? max : first;
      long bits = 0;
      for (int i = first; i >= 0 && i <= last; i += step) {
        bits |= 1L << i;
      }
      return bits;
    }

    /// A number or name; -1 if it is neither.
    private static int number(String text, int min, int max, List<String> names) {
      int name = names.indexOf(text);
      if (name >= 0) {
        return name + min;
      }
      boolean isNumber =
          !text.isEmpty() && text.length() < 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
      int value = isNumber ? Integer.parseInt(text) : -1;
      return value >= min && value <= max ? value : -1;
    }

    @Override
    public Optional<ZonedDateTime> next(ZonedDateTime last, ZonedDateTime now) {
      return hours == EVERY_HOUR ? nextByRealTime(now) : nextByTheClock(now);
    }

    private Optional<ZonedDateTime> nextByRealTime(ZonedDateTime now) {
      ZonedDateTime time = now.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
      ZonedDateTime end = time.plusYears(MAX_YEARS);
      while (time.isBefore(end)) {
        LocalDateTime later = later(time.toLocalDateTime());
        if (later == null) {
          return Optional.of(time);
        }
        boolean isLeap = later.isAfter(time.toLocalDateTime().plusMinutes(1));
        time = isLeap ? later.atZone(time.getZone()) : time.plusMinutes(1);
      }
      return Optional.empty();
    }

    private Optional<ZonedDateTime> nextByTheClock(ZonedDateTime now) {
      LocalDateTime time = now.toLocalDateTime().truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
      LocalDateTime end = time.plusYears(MAX_YEARS);
      while (time.isBefore(end)) {
        LocalDateTime later = later(time);
        if (later == null) {
          ZonedDateTime found = time.atZone(now.getZone()).withEarlierOffsetAtOverlap();
          if (found.isAfter(now)) {
            return Optional.of(found);
          }
          later = time.plusMinutes(1); // the hour that comes twice, for the second time
        }
        time = later;
      }
      return Optional.empty();
    }

    /// The earliest time worth looking at when this one does not match; null if it does.
    private @Nullable LocalDateTime later(LocalDateTime time) {
      if (!has(months, time.getMonthValue())) {
        return time.withDayOfMonth(1).with(LocalTime.MIDNIGHT).plusMonths(1);
      }
      if (!isDay(time)) {
        return time.with(LocalTime.MIDNIGHT).plusDays(1);
      }
      if (!has(hours, time.getHour())) {
        return time.withMinute(0).plusHours(1);
      }
      return has(minutes, time.getMinute()) ? null : time.plusMinutes(1);
    }

    private boolean isDay(LocalDateTime time) {
      boolean isDayOfMonth = has(days, time.getDayOfMonth());
      boolean isWeekday = has(weekdays, time.getDayOfWeek().getValue() % 7);
      return eitherDay ? isDayOfMonth || isWeekday : isDayOfMonth && isWeekday;
    }

    private static boolean has(long bits, int value) {
      return (bits & 1L << value) != 0;
    }
  }
}
