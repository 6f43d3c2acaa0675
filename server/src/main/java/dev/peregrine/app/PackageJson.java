package dev.peregrine.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a `package.json` says of how its app starts.
///
/// @param start the `start` script
/// @param main the `main` file
record PackageJson(Optional<String> start, Optional<String> main) {
  private static final PackageJson EMPTY = new PackageJson(Optional.empty(), Optional.empty());
  private static final Pattern PLAIN_NODE =
      Pattern.compile("(?:NODE_ENV=[a-z]+ +)?node +([A-Za-z0-9_@./][A-Za-z0-9_@./-]*)");

  /// Reads the file; one that is missing or is no JSON object says nothing.
  static PackageJson read(Path file) {
    if (!Files.isRegularFile(file)) {
      return EMPTY;
    }
    try {
      Object value = JsonText.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
      return new PackageJson(text(member(value, "scripts"), "start"), text(value, "main"));
    } catch (IOException | IllegalArgumentException _) {
      return EMPTY;
    }
  }

  /// Returns the file that the `start` script runs, if the script is nothing but `node FILE`.
  Optional<String> startedFile() {
    return start
        .map(script -> PLAIN_NODE.matcher(script.strip()))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1));
  }

  private static Object member(Object value, String name) {
    Object member = value instanceof Map<?, ?> map ? map.get(name) : null;
    return member == null ? Map.of() : member;
  }

  private static Optional<String> text(Object value, String name) {
    return member(value, name) instanceof String text && !text.isBlank()
        ? Optional.of(text)
        : Optional.empty();
  }
}
