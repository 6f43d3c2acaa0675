package dev.peregrine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Numbers out of `/proc` and `/sys`.
final class HostFacts {
  private HostFacts() {}

  /// The number that a file holds.
  static Optional<Long> number(Path file) {
    return lines(file).stream().findFirst().flatMap(HostFacts::parse);
  }

  /// The number behind a word at the start of a line.
  static Optional<Long> field(Path file, String word) {
    return lines(file).stream()
        .filter(line -> line.startsWith(word))
        .findFirst()
        .map(line -> line.substring(word.length()).strip().split("\\s+", -1)[0])
        .flatMap(HostFacts::parse);
  }

  private static Optional<Long> parse(String text) {
    String digits = text.strip();
    boolean isNumber = !digits.isEmpty() && digits.chars().allMatch(Character::isDigit);
    return isNumber && digits.length() <= 18
        ? Optional.of(Long.parseLong(digits))
        : Optional.empty();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException _) {
      return List.of();
    }
  }
}
