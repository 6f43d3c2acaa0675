package dev.peregrine.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A reader of small JSON texts into maps, lists, strings and, for every other value, its spelling.
final class JsonText {
  private static final int MAX_DEPTH = 64;

  private final String text;
  private int position;

  private JsonText(String text) {
    this.text = text;
  }

  /// Reads one value; throws an [IllegalArgumentException] where the text is no JSON.
  static Object parse(String text) {
    JsonText json = new JsonText(text);
    Object value = json.value(0);
    json.skipSpace();
    if (json.position < text.length()) {
      throw json.unexpected();
    }
    return value;
  }

  private Object value(int depth) {
    skipSpace();
    if (depth > MAX_DEPTH) {
      throw unexpected();
    }
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      default -> literal();
    };
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    position++;
    if (taken('}')) {
      return members;
    }
    do {
      skipSpace();
      String name = string();
      expect(':');
      members.put(name, value(depth + 1));
    } while (taken(','));
    expect('}');
    return members;
  }

  private List<Object> array(int depth) {
    List<Object> elements = new ArrayList<>();
    position++;
    if (taken(']')) {
      return elements;
    }
    do {
      elements.add(value(depth + 1));
    } while (taken(','));
    expect(']');
    return elements;
  }

  private String string() {
    expect('"');
    StringBuilder result = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(position++);
      result.append(c == '\\' ? escaped() : c);
    }
    position++;
    return result.toString();
  }

  private char escaped() {
    char c = peek();
    position++;
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (position + 4 > text.length()) {
          throw unexpected();
        }
        position += 4;
        yield (char) Integer.parseInt(text.substring(position - 4, position), 16);
      }
      default -> c;
    };
  }

  private String literal() {
    int start = position;
    while (position < text.length() && ",]} \t\r\n".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    if (start == position) {
      throw unexpected();
    }
    return text.substring(start, position);
  }

  private boolean taken(char c) {
    skipSpace();
    if (peek() != c) {
      return false;
    }
    position++;
    return true;
  }

  private void expect(char c) {
    if (!taken(c)) {
      throw unexpected();
    }
  }

  private char peek() {
    if (position >= text.length()) {
      throw unexpected();
    }
    return text.charAt(position);
  }

  private void skipSpace() {
    while (position < text.length() && " \t\r\n\uFEFF".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private IllegalArgumentException unexpected() {
    return new IllegalArgumentException("no JSON at character " + position);
  }
}
