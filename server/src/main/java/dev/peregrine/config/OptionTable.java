package dev.peregrine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// All options, in the order in which people read them.
public final class OptionTable {
  private static final List<Option<?>> OPTIONS = collect();

  private OptionTable() {}

  private static List<Option<?>> collect() {
    List<Option<?>> options = new ArrayList<>();
    options.addAll(ListenOptions.all());
    options.addAll(RequestOptions.all());
    options.addAll(CacheOptions.all());
    options.addAll(CompressionOptions.all());
    options.addAll(FragmentOptions.all());
    options.addAll(AppOptions.all());
    options.addAll(PoolOptions.all());
    options.addAll(InstanceOptions.all());
    options.addAll(LogOptions.all());
    return List.copyOf(options);
  }

  /// The rows.
  public static List<Option<?>> options() {
    return OPTIONS;
  }

  /// The option of this name or alias.
  static Optional<Option<?>> named(String name) {
    for (Option<?> option : OPTIONS) {
      if (option.name().equals(name) || option.aliases().contains(name)) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }

  /// The option that this key of Passenger says the opposite of.
  static Optional<Option<?>> opposedBy(String name) {
    for (Option<?> option : OPTIONS) {
      if (option.inverse().isPresent() && option.inverse().get().equals(name)) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }

  /// Every key that means something in a file.
  static Stream<String> keys() {
    return OPTIONS.stream()
        .flatMap(option ->
            Stream.concat(
                Stream.concat(Stream.of(option.name()), option.aliases().stream()),
                option.inverse().stream()));
  }
}
