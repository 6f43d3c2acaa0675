package dev.peregrine.config;

import dev.peregrine.config.OptionType.Reader;
import dev.peregrine.config.OptionType.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Types of options that are made of other types.
final class Composites {
  static final String UNLIMITED = "unlimited";

  private Composites() {}

  /// A value, or the word `unlimited` for none.
  ///
  /// @param off how Passenger says `unlimited`
  record Limit<T>(OptionType<T> type, String off) implements OptionType<Optional<T>> {
    @Override
    public Reading<Optional<T>> read(Found found, Reader reader) {
      if (found instanceof Found.Scalar(String text, _, _, _)
          && (text.equals(UNLIMITED) || (reader.passenger() && text.equals(off)))) {
        return new Reading.Good<>(Optional.empty());
      }
      return switch (type.read(found, reader)) {
        case Reading.Good<T>(T value) -> new Reading.Good<>(Optional.of(value));
        case Reading.Bad<T>(Found where, _) -> new Reading.Bad<>(where, expected());
      };
    }

    @Override
    public String expected() {
      return type.expected() + ", or " + UNLIMITED;
    }

    @Override
    public String show(Optional<T> value) {
      return value.map(type::show).orElse(UNLIMITED);
    }

    @Override
    public String example() {
      return type.example();
    }

    @Override
    public String label() {
      return type.label() + "|" + UNLIMITED;
    }
  }

  /// A list; in flags and variables separated by commas.
  record Many<T>(OptionType<T> type) implements OptionType<List<T>> {
    @Override
    public Reading<List<T>> read(Found found, Reader reader) {
      List<T> values = new ArrayList<>();
      for (Found part : parts(found)) {
        switch (type.read(part, reader)) {
          case Reading.Good<T>(T value) -> values.add(value);
          case Reading.Bad<T>(Found where, String expected) -> {
            return new Reading.Bad<>(where, expected);
          }
        }
      }
      return new Reading.Good<>(List.copyOf(values));
    }

    private static List<Found> parts(Found found) {
      return switch (found) {
        case Found.Scalar(String text, boolean isNull, int line, int column) when !isNull -> {
          List<Found> parts = new ArrayList<>();
          for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
              parts.add(new Found.Scalar(part.strip(), false, line, column));
            }
          }
          yield parts;
        }
        case Found.Items(List<Found> items, _, _) ->
            items.stream()
                .flatMap(item ->
                    item instanceof Found.Scalar ? parts(item).stream() : List.of(item).stream())
                .toList();
        case Found.Scalar _, Found.Members _ -> List.of(found);
      };
    }

    @Override
    public String expected() {
      return "a list, each " + type.expected();
    }

    @Override
    public String show(List<T> value) {
      return value.stream().map(type::show).collect(Collectors.joining(","));
    }

    @Override
    public String example() {
      return type.example();
    }

    @Override
    public String label() {
      return type.label() + ",...";
    }
  }

  /// Names with values; as flags one `NAME=VALUE` each.
  record Pairs() implements OptionType<Map<String, String>> {
    @Override
    public Reading<Map<String, String>> read(Found found, Reader reader) {
      Map<String, String> pairs = new LinkedHashMap<>();
      return switch (found) {
        case Found.Members(List<Found.Member> members, _, _) -> {
          for (Found.Member member : members) {
            boolean isPair =
                member.value() instanceof Found.Scalar(String text, boolean isNull, _, _)
                    && !isNull
                    && add(pairs, member.key(), text);
            if (!isPair) {
              yield new Reading.Bad<>(member.value(), expected());
            }
          }
          yield new Reading.Good<>(pairs);
        }
        case Found.Items(List<Found> items, _, _) -> {
          for (Found item : items) {
            if (!addAssignment(pairs, item)) {
              yield new Reading.Bad<>(item, expected());
            }
          }
          yield new Reading.Good<>(pairs);
        }
        case Found.Scalar scalar ->
            addAssignment(pairs, scalar)
                ? new Reading.Good<>(pairs)
                : new Reading.Bad<>(found, expected());
      };
    }

    private static boolean addAssignment(Map<String, String> pairs, Found found) {
      if (!(found instanceof Found.Scalar(String text, _, _, _))) {
        return false;
      }
      int equals = text.indexOf('=');
      return equals > 0 && add(pairs, text.substring(0, equals), text.substring(equals + 1));
    }

    private static boolean add(Map<String, String> pairs, String name, String value) {
      boolean isValid =
          !name.isEmpty()
              && name.chars().noneMatch(c -> c == '=' || c <= ' ' || c == 0x7f)
              && value.indexOf('\0') < 0;
      if (isValid) {
        pairs.put(name, value);
      }
      return isValid;
    }

    @Override
    public String expected() {
      return "names with values, such as RAILS_LOG_TO_STDOUT=1";
    }

    @Override
    public String show(Map<String, String> value) {
      return value.keySet().stream().map(name -> name + "=...").collect(Collectors.joining(","));
    }

    @Override
    public String example() {
      return "NAME=VALUE";
    }

    @Override
    public String label() {
      return "NAME=VALUE";
    }
  }
}
