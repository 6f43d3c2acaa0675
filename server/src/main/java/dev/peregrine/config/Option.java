package dev.peregrine.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One row of the option table: everything that is known of an option, in the one place where it
/// exists.
///
/// @param name key in files; the flag and the variable follow from it
/// @param type values it can have
/// @param fallback what holds when nobody says anything
/// @param section part of the table
/// @param since version that had it first
/// @param doc what it does, in plain sentences
/// @param shortFlags further flags, such as `-p`
/// @param variables further environment variables, such as `PORT`
/// @param aliases other names, understood everywhere
/// @param inverse name of an option of Passenger that says the opposite
/// @param <T> type of its value
public record Option<T>(
    String name,
    OptionType<T> type,
    Fallback<T> fallback,
    Section section,
    String since,
    String doc,
    List<String> shortFlags,
    List<String> variables,
    List<String> aliases,
    Optional<String> inverse) {

  /// What holds when nobody says anything.
  sealed interface Fallback<T> {
    /// Always the same.
    record Fixed<T>(T value) implements Fallback<T> {}

    /// Follows from other values and the surroundings; `text` says how.
    record Derived<T>(String text, Function<Values, Optional<T>> value) implements Fallback<T> {}

    /// Nothing.
    record None<T>(String text) implements Fallback<T> {}
  }

  static <T> Option<T> of(Section section, String name, OptionType<T> type, String doc) {
    return new Option<>(
        name,
        type,
        new Fallback.None<>("none"),
        section,
        "0.1",
        doc,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  Option<T> byDefault(T value) {
    return fallback(new Fallback.Fixed<>(value));
  }

  /// `text` completes the sentence "the default is ...".
  Option<T> derived(String text, Function<Values, Optional<T>> value) {
    return fallback(new Fallback.Derived<>(text, value));
  }

  Option<T> absent(String text) {
    return fallback(new Fallback.None<>(text));
  }

  private Option<T> fallback(Fallback<T> changed) {
    return new Option<>(
        name, type, changed, section, since, doc, shortFlags, variables, aliases, inverse);
  }

  Option<T> shortFlags(String... changed) {
    return new Option<>(
        name, type, fallback, section, since, doc, List.of(changed), variables, aliases, inverse);
  }

  Option<T> variables(String... changed) {
    return new Option<>(
        name, type, fallback, section, since, doc, shortFlags, List.of(changed), aliases, inverse);
  }

  Option<T> aliases(String... changed) {
    return new Option<>(
        name,
        type,
        fallback,
        section,
        since,
        doc,
        shortFlags,
        variables,
        List.of(changed),
        inverse);
  }

  Option<T> inverse(String changed) {
    return new Option<>(
        name,
        type,
        fallback,
        section,
        since,
        doc,
        shortFlags,
        variables,
        aliases,
        Optional.of(changed));
  }

  /// The flag, such as `--max-pool-size`.
  public String flag() {
    return flagOf(name);
  }

  /// The flag that belongs to a key.
  public static String flagOf(String key) {
    return "--" + key.replace('_', '-');
  }

  /// Whether the flag stands alone, without a value.
  public boolean isSwitch() {
    return type instanceof Texts.Switch;
  }

  /// Whether the flag may be repeated to give several values.
  public boolean isRepeatable() {
    return type instanceof Composites.Many || type instanceof Composites.Pairs;
  }

  /// What stands for a value in `--help`.
  public String label() {
    return type.label();
  }

  /// What a value looks like.
  public String expected() {
    return type.expected();
  }

  /// The default in words.
  public String defaultText() {
    return switch (fallback) {
      case Fallback.Fixed<T>(T value) -> {
        String shown = type.show(value);
        yield shown.isEmpty() ? "none" : shown;
      }
      case Fallback.Derived<T>(String text, _) -> text;
      case Fallback.None<T>(String text) -> text;
    };
  }

  /// A right value, for messages: the default if there is one that says something.
  String example() {
    if (fallback instanceof Fallback.Fixed<T>(T value)) {
      String shown = type.show(value);
      if (!shown.isEmpty() && !shown.equals(Composites.UNLIMITED) && !shown.startsWith("-")) {
        return shown;
      }
    }
    return type.example();
  }

  /// Whether a variable can carry it: a map cannot be written in one.
  boolean hasVariable() {
    return !(type instanceof Composites.Pairs);
  }
}
