package dev.peregrine.app;

import java.nio.file.Path;
import java.util.List;

/// The answer to the question what kind of app a directory holds.
public sealed interface Detection {
  /// There is an app.
  record Found(App app) implements Detection {}

  /// There is nothing that looks like an app.
  ///
  /// @param root the directory
  /// @param lookedFor what was looked for in it, in order
  record NotFound(Path root, List<String> lookedFor) implements Detection {
    public NotFound {
      lookedFor = List.copyOf(lookedFor);
    }

    /// Returns one line that says what was looked for and where.
    public String message() {
      return "no app found in "
          + root
          + " (looked for "
          + String.join(", ", lookedFor)
          + "); name it with app_type and startup_file, or give app_start_command";
    }
  }

  /// What the operator or a file says of the app cannot be right.
  ///
  /// @param found what is there, with its value
  /// @param expected what should be there
  /// @param remedy what the operator can do
  record Invalid(String found, String expected, String remedy) implements Detection {
    /// Returns the three parts in one line.
    public String message() {
      return found + " (expected " + expected + "); " + remedy;
    }
  }
}
