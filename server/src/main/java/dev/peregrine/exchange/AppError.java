package dev.peregrine.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An exception that the app raised, as its loader reports it: the content of a response that
/// carries `X-Peregrine-App-Error`.
///
/// @param type class of the exception
/// @param message its message; may be empty
/// @param backtrace where in the app, innermost first
record AppError(String type, String message, List<String> backtrace) {
  private static final int MAX_FRAMES = 200;

  AppError {
    backtrace = List.copyOf(backtrace);
  }

  /// Whether the loader refused a field of the response; the message names it.
  boolean isBadField() {
    return type.equals("Peregrine::BadField") || type.equals("BadField");
  }

  /// Reads `{"class": TEXT, "message": TEXT, "backtrace": [TEXT...]}`; empty if it is anything
  /// else.
  static Optional<AppError> parse(byte[] content) {
    try {
      return Optional.of(new Reader(new String(content, StandardCharsets.UTF_8)).object());
    } catch (IllegalStateException _) {
      return Optional.empty();
    }
  }

  /// Reads the one shape of object that loaders send; throws on any other. Not nested, so bounded.
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    AppError object() {
      String type = "";
      String message = "";
      List<String> backtrace = List.of();
      expect('{');
      while (peek() != '}') {
        String name = string();
        expect(':');
        switch (name) {
          case "class" -> type = string();
          case "message" -> message = string();
          case "backtrace" -> backtrace = strings();
          default -> throw new IllegalStateException("unknown member");
        }
        if (peek() != '}') {
          expect(',');
        }
      }
      return new AppError(type, message, backtrace);
    }

    private List<String> strings() {
      List<String> strings = new ArrayList<>();
      expect('[');
      while (peek() != ']') {
        String string = string();
        if (strings.size() < MAX_FRAMES) {
          strings.add(string);
        }
        if (peek() != ']') {
          expect(',');
        }
      }
      expect(']');
      return strings;
    }

    private String string() {
      expect('"');
      StringBuilder value = new StringBuilder();
      while (true) {
        char c = next();
        if (c == '"') {
          return value.toString();
        }
        value.append(c == '\\' ? escaped() : c);
      }
    }

    private char escaped() {
      char c = next();
      return switch (c) {
        case '"', '\\', '/' -> c;
        case 'n' -> '\n';
        case 't' -> '\t';
        case 'r' -> '\r';
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'u' -> unicode();
        default -> throw new IllegalStateException("unknown escape");
      };
    }

    private char unicode() {
      int value = 0;
      for (int i = 0; i < 4; i++) {
        int digit = Character.digit(next(), 16);
        if (digit < 0) {
          throw new IllegalStateException("not a digit");
        }
        value = value * 16 + digit;
      }
      return (char) value;
    }

    private char peek() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      if (at == text.length()) {
        throw new IllegalStateException("ends early");
      }
      return text.charAt(at);
    }

    private void expect(char c) {
      if (peek() != c) {
        throw new IllegalStateException("expected " + c);
      }
      at++;
    }

    private char next() {
      if (at == text.length()) {
        throw new IllegalStateException("ends early");
      }
      return text.charAt(at++);
    }
  }
}
