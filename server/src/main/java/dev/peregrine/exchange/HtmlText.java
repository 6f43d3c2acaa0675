package dev.peregrine.exchange;

/// A piece of HTML that grows: markup of our own as it is, all else escaped.
final class HtmlText {
  private final StringBuilder out = new StringBuilder(4096);

  /// Adds markup of our own.
  HtmlText markup(String html) {
    out.append(html);
    return this;
  }

  /// Adds text from anywhere: `& < > " '` become entities, and what would steer a terminal or turn
  /// the direction of writing becomes a replacement character.
  HtmlText text(String text) {
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      switch (point) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\n', '\t' -> out.append((char) point);
        default -> out.appendCodePoint(isShown(point) ? point : 0xFFFD);
      }
    }
    return this;
  }

  /// Adds an element that holds only text.
  HtmlText element(String name, String text) {
    return markup("<" + name + ">").text(text).markup("</" + name + ">\n");
  }

  static boolean isShown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
