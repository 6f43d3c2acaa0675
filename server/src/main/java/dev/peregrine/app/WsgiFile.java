package dev.peregrine.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A Python file that defines a WSGI callable named `application` or `app` at its top level.
final class WsgiFile {
  private static final Pattern CALLABLE =
      Pattern.compile(
          "(?m)^(?:(?:application|app)\\s*[:=]|(?:def|class) (?:application|app)\\b"
              + "|(?:from|import) [^\\n]*\\b(?:application|app)\\b)");

  private WsgiFile() {}

  /// Finds the first such file: one of the names in the app's directory or, where there is Django's
  /// `manage.py`, `wsgi.py` in a directory below it.
  static Optional<Path> find(Path root, List<String> names) {
    for (String name : names) {
      Path file = root.resolve(name);
      if (Files.isRegularFile(file) && (name.startsWith("passenger_") || definesCallable(file))) {
        return Optional.of(file);
      }
    }
    return Files.isRegularFile(root.resolve("manage.py")) ? inSubdirectory(root) : Optional.empty();
  }

  private static Optional<Path> inSubdirectory(Path root) {
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .sorted()
          .map(directory -> directory.resolve("wsgi.py"))
          .filter(file -> Files.isRegularFile(file) && definesCallable(file))
          .findFirst();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static boolean definesCallable(Path file) {
    try {
      byte[] text = Files.readAllBytes(file);
      return CALLABLE.matcher(new String(text, StandardCharsets.UTF_8)).find();
    } catch (IOException _) {
      return true; // the loader will say why it cannot be read
    }
  }
}
