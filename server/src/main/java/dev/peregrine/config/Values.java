package dev.peregrine.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The value of each option with its origin: what was said, and where nothing was said, the
/// default.
final class Values {
  /// Rank of a default: behind every source.
  static final int DEFAULT_RANK = 9;

  private final Surroundings surroundings;
  private final Map<String, Said<?>> said = new HashMap<>();

  /// One value that somebody gave.
  ///
  /// @param rank precedence of its source, 0 is the highest
  /// @param isGood whether the value is right; a wrong one has been reported and the default stands
  ///   in
  private record Said<T>(@Nullable T value, Origin origin, int rank, boolean isGood) {}

  Values(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  /// Takes a value unless one of higher precedence is there.
  <T> void put(Option<T> option, T value, Origin origin, int rank) {
    said.putIfAbsent(option.name(), new Said<>(value, origin, rank, true));
  }

  /// Notes that there was a value but a wrong one.
  void spoil(Option<?> option, Origin origin, int rank) {
    said.putIfAbsent(option.name(), new Said<>(null, origin, rank, false));
  }

  /// The value of an option that has a default.
  <T> T of(Option<T> option) {
    return find(option).orElseThrow(() -> new IllegalStateException(option.name()));
  }

  /// The value, if there is one.
  <T> Optional<T> find(Option<T> option) {
    @SuppressWarnings("unchecked")
    Said<T> given = (Said<T>) said.get(option.name());
    if (given != null && given.value() != null) {
      return Optional.of(given.value());
    }
    return switch (option.fallback()) {
      case Option.Fallback.Fixed<T>(T value) -> Optional.of(value);
      case Option.Fallback.Derived<T>(_, var value) -> value.apply(this);
      case Option.Fallback.None<T> _ -> Optional.empty();
    };
  }

  /// The precedence of the source that the value comes from.
  int rank(Option<?> option) {
    Said<?> given = said.get(option.name());
    return given == null ? DEFAULT_RANK : given.rank();
  }

  /// Whether all of these options have values that mean something together.
  boolean areGood(Option<?>... options) {
    for (Option<?> option : options) {
      Said<?> given = said.get(option.name());
      if (given != null && !given.isGood()) {
        return false;
      }
    }
    return true;
  }

  Origin origin(Option<?> option) {
    Said<?> given = said.get(option.name());
    if (given != null) {
      return given.origin();
    }
    return switch (option.fallback()) {
      case Option.Fallback.Derived<?>(String text, _) -> new Origin.Default(text);
      case Option.Fallback.Fixed<?> _, Option.Fallback.None<?> _ -> new Origin.Default("");
    };
  }

  /// The option as people see it.
  <T> Setting setting(Option<T> option) {
    return new Setting(
        option.name(), find(option).map(option.type()::show).orElse(""), origin(option));
  }
}
