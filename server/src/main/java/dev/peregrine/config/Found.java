package dev.peregrine.config;

import java.util.List;

/// What a source says for one option before anybody has judged it: a tree of texts, each with its
/// place. Flags and variables are a single scalar at line 0.
sealed interface Found {

  /// One text. `isNull` marks YAML's and JSON's null.
  record Scalar(String text, boolean isNull, int line, int column) implements Found {
    @Override
    public String describe() {
      if (isNull) {
        return "nothing";
      }
      return isPlain(text) ? Escaped.text(text) : Escaped.quoted(text);
    }

    private static boolean isPlain(String text) {
      return !text.isEmpty()
          && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\'');
    }
  }

  /// A list.
  record Items(List<Found> items, int line, int column) implements Found {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return items.isEmpty() ? "an empty list" : "a list";
    }
  }

  /// A mapping, in the order of the source.
  record Members(List<Member> members, int line, int column) implements Found {
    public Members {
      members = List.copyOf(members);
    }

    @Override
    public String describe() {
      return members.isEmpty() ? "an empty mapping" : "a mapping";
    }
  }

  /// One entry of a mapping; line and column are those of the key.
  record Member(String key, int line, int column, Found value) {}

  /// The value of a flag or a variable.
  static Found text(String text) {
    return new Scalar(text, false, 0, 0);
  }

  int line();

  int column();

  /// What it is, for a message.
  String describe();
}
