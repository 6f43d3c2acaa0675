package dev.peregrine.config;

import dev.peregrine.config.OptionType.Reader;
import dev.peregrine.config.OptionType.Reading;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// One mapping of a file, whose keys are asked for one by one; what nobody asked for is a problem.
final class Fields {
  private final Path file;
  private final String subject;
  private final Found.Members members;
  private final Consumer<Problem> problems;
  private final Map<String, Found.Member> byKey = new HashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();

  /// @param subject what messages call the mapping, such as `redis.health`; empty for the whole
  ///   file
  Fields(Path file, String subject, Found.Members members, Consumer<Problem> problems) {
    this.file = file;
    this.subject = subject;
    this.members = members;
    this.problems = problems;
    for (Found.Member member : members.members()) {
      if (byKey.putIfAbsent(member.key(), member) != null) {
        report(
            origin(member.line(), member.column()),
            member.key(),
            "given a second time",
            "each key once",
            "remove one of the two lines");
      }
    }
  }

  /// The value of a key; empty if it is not there.
  Optional<Found.Member> member(String key) {
    asked.add(key);
    return Optional.ofNullable(byKey.get(key));
  }

  /// The value of a key, or what holds without it, or after a problem was reported.
  <T> T read(String key, OptionType<T> type, T fallback) {
    return find(key, type).orElse(fallback);
  }

  /// The value of a key; empty if it is not there, or after a problem was reported.
  <T> Optional<T> find(String key, OptionType<T> type) {
    return member(key).flatMap(member -> read(member, type));
  }

  private <T> Optional<T> read(Found.Member member, OptionType<T> type) {
    Path directory = file.toAbsolutePath().getParent();
    Reader reader = new Reader(directory == null ? Path.of("/") : directory, false);
    return switch (type.read(member.value(), reader)) {
      case Reading.Good<T>(T value) -> Optional.of(value);
      case Reading.Bad<T>(Found where, String expected) -> {
        report(
            member,
            where,
            expected,
            "write for example `" + member.key() + ": " + type.example() + "`");
        yield Optional.empty();
      }
    };
  }

  /// The mapping below a key; empty if it is not there, or after a problem was reported.
  Optional<Fields> fields(String key) {
    Optional<Found.Member> member = member(key);
    if (member.isEmpty()) {
      return Optional.empty();
    }
    return fields(member.get());
  }

  /// The mapping that a member holds; empty after a problem was reported.
  Optional<Fields> fields(Found.Member member) {
    if (member.value() instanceof Found.Members inner) {
      return Optional.of(new Fields(file, name(member.key()), inner, problems));
    }
    report(member, member.value(), "a mapping", "write its keys below it, indented");
    return Optional.empty();
  }

  List<Found.Member> all() {
    return members.members();
  }

  /// Reports every key that was not asked for.
  void finish() {
    for (Found.Member member : members.members()) {
      if (!asked.contains(member.key())) {
        Optional<String> near = Nearest.to(member.key(), asked.stream());
        report(
            origin(member.line(), member.column()),
            member.key(),
            "an unknown key",
            near.map(name -> "a known one, perhaps " + name)
                .orElse("one of " + String.join(", ", asked)),
            near.map(name -> "write " + name + ", or remove the line").orElse("remove the line"));
      }
    }
  }

  /// Reports what is wrong with the value of a member.
  void report(Found.Member member, Found where, String expected, String remedy) {
    report(
        where.line() == 0
            ? origin(member.line(), member.column())
            : origin(where.line(), where.column()),
        member.key(),
        where.describe(),
        expected,
        remedy);
  }

  /// Reports that a key is missing.
  void missing(String key, String expected, String remedy) {
    report(origin(members.line(), members.column()), key, "missing", expected, remedy);
  }

  private void report(Origin at, String key, String found, String expected, String remedy) {
    problems.accept(new Problem(at, name(key), found, expected, remedy));
  }

  private String name(String key) {
    return subject.isEmpty() ? Escaped.text(key) : subject + "." + Escaped.text(key);
  }

  private Origin origin(int line, int column) {
    return new Origin.InFile(file, line, column);
  }
}
