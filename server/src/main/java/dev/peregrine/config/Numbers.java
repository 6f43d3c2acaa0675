package dev.peregrine.config;

import dev.peregrine.config.OptionType.Reader;
import dev.peregrine.config.OptionType.Reading;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/// Types of options whose values are numbers, with or without a unit.
final class Numbers {
  private static final long KIB = 1024;
  private static final long MIB = KIB * 1024;
  private static final long GIB = MIB * 1024;

  private Numbers() {}

  /// A whole number within bounds.
  record Whole(int min, int max) implements OptionType<Integer> {
    @Override
    public Reading<Integer> read(Found found, Reader reader) {
      if (found instanceof Found.Scalar(String text, boolean isNull, _, _) && !isNull) {
        OptionalLong number = digits(text.startsWith("-") ? text.substring(1) : text);
        long value = number.orElse(0) * (text.startsWith("-") ? -1 : 1);
        if (number.isPresent() && value >= min && value <= max) {
          return new Reading.Good<>((int) value);
        }
      }
      return new Reading.Bad<>(found, expected());
    }

    @Override
    public String expected() {
      return "a whole number from " + min + " to " + max;
    }

    @Override
    public String show(Integer value) {
      return Integer.toString(value);
    }

    @Override
    public String example() {
      return Integer.toString(Math.max(min, Math.min(max, 10)));
    }

    @Override
    public String label() {
      return "NUMBER";
    }
  }

  /// A span of time: seconds, or a number with `ms`, `s`, `m`, `h` or `d`.
  record Time(Duration min, Duration max) implements OptionType<Duration> {
    @Override
    public Reading<Duration> read(Found found, Reader reader) {
      if (found instanceof Found.Scalar(String text, boolean isNull, _, _) && !isNull) {
        OptionalLong millis = millis(text);
        if (millis.isPresent()
            && millis.getAsLong() >= min.toMillis()
            && millis.getAsLong() <= max.toMillis()) {
          return new Reading.Good<>(Duration.ofMillis(millis.getAsLong()));
        }
      }
      return new Reading.Bad<>(found, expected());
    }

    private static OptionalLong millis(String text) {
      String unit = unit(text);
      OptionalLong number = digits(text.substring(0, text.length() - unit.length()).strip());
      long factor =
          switch (unit) {
            case "ms" -> 1;
            case "", "s" -> 1_000;
            case "m", "min" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
          };
      return number.isEmpty() || factor == 0 || number.getAsLong() > Long.MAX_VALUE / factor
          ? OptionalLong.empty()
          : OptionalLong.of(number.getAsLong() * factor);
    }

    @Override
    public String expected() {
      return "a duration from " + show(min) + " to " + show(max) + ", such as 500ms, 30s or 5m";
    }

    @Override
    public String show(Duration value) {
      long millis = value.toMillis();
      if (millis % 1_000 != 0) {
        return millis + "ms";
      }
      long seconds = millis / 1_000;
      if (seconds == 0 || seconds % 60 != 0) {
        return seconds + "s";
      }
      if (seconds % 86_400 == 0) {
        return seconds / 86_400 + "d";
      }
      return seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds / 60 + "m";
    }

    @Override
    public String example() {
      return min.compareTo(Duration.ofSeconds(30)) > 0 ? show(min) : "30s";
    }

    @Override
    public String label() {
      return "DURATION";
    }
  }

  /// A number of bytes: plain, or with `KiB`, `MiB` or `GiB`.
  ///
  /// @param plain bytes that a number without unit stands for
  record Size(long min, long max, long plain) implements OptionType<Long> {
    @Override
    public Reading<Long> read(Found found, Reader reader) {
      if (found instanceof Found.Scalar(String text, boolean isNull, _, _) && !isNull) {
        OptionalLong bytes = bytes(text);
        if (bytes.isPresent() && bytes.getAsLong() >= min && bytes.getAsLong() <= max) {
          return new Reading.Good<>(bytes.getAsLong());
        }
      }
      return new Reading.Bad<>(found, expected());
    }

    private OptionalLong bytes(String text) {
      String unit = unit(text);
      OptionalLong number = digits(text.substring(0, text.length() - unit.length()).strip());
      long factor =
          switch (unit.toLowerCase(Locale.ROOT)) {
            case "" -> plain;
            case "b" -> 1;
            case "k", "kib" -> KIB;
            case "m", "mib" -> MIB;
            case "g", "gib" -> GIB;
            default -> 0;
          };
      return number.isEmpty() || factor == 0 || number.getAsLong() > Long.MAX_VALUE / factor
          ? OptionalLong.empty()
          : OptionalLong.of(number.getAsLong() * factor);
    }

    @Override
    public String expected() {
      return "a size from "
          + show(min)
          + " to "
          + show(max)
          + ", in "
          + (plain == MIB ? "MiB" : "bytes")
          + " or such as 64KiB, 1GiB";
    }

    @Override
    public String show(Long value) {
      if (value != 0 && value % GIB == 0) {
        return value / GIB + "GiB";
      }
      if (value != 0 && value % MIB == 0) {
        return value / MIB + "MiB";
      }
      if (value != 0 && value % KIB == 0) {
        return value / KIB + "KiB";
      }
      return plain == 1 ? Long.toString(value) : value + "B";
    }

    @Override
    public String example() {
      return show(Math.max(min, Math.min(max, 512 * KIB)));
    }

    @Override
    public String label() {
      return "SIZE";
    }
  }

  private static OptionalLong digits(String text) {
    boolean isNumber =
        !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /// The letters that a text ends with.
  private static String unit(String text) {
    int start = text.length();
    while (start > 0 && Character.isLetter(text.charAt(start - 1))) {
      start--;
    }
    return text.substring(start);
  }
}
