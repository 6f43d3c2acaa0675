package dev.peregrine.config;

import java.nio.file.Path;

/// The place that a value comes from.
public sealed interface Origin {

  /// Nobody said anything.
  ///
  /// @param reason what the value follows from; empty for a fixed default
  record Default(String reason) implements Origin {
    @Override
    public String describe() {
      return reason.isEmpty() ? "default" : "default, " + reason;
    }
  }

  /// A file.
  ///
  /// @param line from 1; 0 if the file as a whole is meant
  /// @param column from 1; 0 if the line as a whole is meant
  record InFile(Path file, int line, int column) implements Origin {
    @Override
    public String describe() {
      String name = Escaped.text(file.toString());
      if (line == 0) {
        return name;
      }
      return column == 0 ? name + ":" + line : name + ":" + line + ":" + column;
    }
  }

  /// An environment variable.
  record Variable(String name) implements Origin {
    @Override
    public String describe() {
      return name;
    }
  }

  /// A flag of the command line, as written.
  record Flag(String name) implements Origin {
    @Override
    public String describe() {
      return name;
    }
  }

  /// Where it is, in the form that editors and people follow.
  String describe();
}
