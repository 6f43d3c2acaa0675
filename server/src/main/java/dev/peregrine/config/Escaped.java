package dev.peregrine.config;

/// Text from outside made safe to print: one line, no control characters, of bounded length.
final class Escaped {
  private static final int LONGEST = 120;

  private Escaped() {}

  /// The text with control characters written as `\xNN`.
  static String text(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length() && i < LONGEST; i++) {
      append(out, text.charAt(i));
    }
    if (text.length() > LONGEST) {
      out.append("...");
    }
    return out.toString();
  }

  /// The text in double quotes.
  static String quoted(String text) {
    return '"' + text(text) + '"';
  }

  private static void append(StringBuilder out, char c) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (Character.isISOControl(c) || Character.isSurrogate(c)) {
          out.append("\\x%02x".formatted((int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
