package dev.peregrine.esi;

import java.util.LinkedHashMap;
import java.util.Map;

/// An opening or empty tag of ESI, read.
sealed interface EsiTag {
  /// A tag in good order.
  ///
  /// @param name name of the element, without its namespace
  /// @param attributes values with their entities resolved
  /// @param isEmpty whether the element ends with the tag
  record Element(String name, Map<String, String> attributes, boolean isEmpty) implements EsiTag {}

  /// A tag that is none.
  record Malformed(String what) implements EsiTag {}

  /// Reads a text from `<esi:` to `>`.
  static EsiTag parse(String text) {
    boolean isEmpty = text.endsWith("/>");
    String inner = text.substring("<esi:".length(), text.length() - (isEmpty ? 2 : 1));
    int at = nameEnd(inner, 0);
    String name = inner.substring(0, at);
    if (name.isEmpty()) {
      return new Malformed("a tag without a name");
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    while (true) {
      int start = blankEnd(inner, at);
      if (start == inner.length()) {
        return new Element(name, attributes, isEmpty);
      }
      int end = nameEnd(inner, start);
      int equals = blankEnd(inner, end);
      int quote = equals < inner.length() ? blankEnd(inner, equals + 1) : inner.length();
      boolean isFormed =
          start > at
              && end > start
              && quote < inner.length()
              && inner.charAt(equals) == '='
              && (inner.charAt(quote) == '"' || inner.charAt(quote) == '\'');
      int close = isFormed ? inner.indexOf(inner.charAt(quote), quote + 1) : -1;
      if (close < 0) {
        return new Malformed("esi:" + name + " with an attribute that is not name=\"value\"");
      }
      attributes.putIfAbsent(
          inner.substring(start, end), resolved(inner.substring(quote + 1, close)));
      at = close + 1;
    }
  }

  private static int nameEnd(String text, int from) {
    int at = from;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "-_.:".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return at;
  }

  private static int blankEnd(String text, int from) {
    int at = from;
    while (at < text.length() && " \t\r\n\f".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private static String resolved(String value) {
    return value.indexOf('&') < 0
        ? value
        : value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&#39;", "'")
            .replace("&amp;", "&");
  }
}
