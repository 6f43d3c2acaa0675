package dev.peregrine.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Predicate;

/// A field value that is a comma-separated list of tokens. Source: RFC 9110 §5.6.1.
public final class TokenList {
  private TokenList() {}

  /// Gives every token of the value of line `i`, in lower case, to `visitor` until it says `false`;
  /// empty elements are passed over. The result is `false` if the value is no such list or the
  /// visitor ended it.
  public static boolean forEach(FieldSection fields, int i, Predicate<String> visitor) {
    byte[] bytes = fields.bytes();
    int position = fields.valueStart(i);
    int end = fields.valueEnd(i);
    while (position < end) {
      while (position < end && isSeparator(bytes[position])) {
        position++;
      }
      int start = position;
      while (position < end && Grammar.isToken(bytes[position])) {
        position++;
      }
      int stop = position;
      while (position < end && Grammar.isWhitespace(bytes[position])) {
        position++;
      }
      if (position < end && bytes[position] != ',') {
        return false;
      }
      if (stop > start && !visitor.test(text(bytes, start, stop))) {
        return false;
      }
    }
    return true;
  }

  /// Whether the list on line `i` has that token, letter case set aside.
  public static boolean contains(FieldSection fields, int i, String token) {
    String wanted = token.toLowerCase(Locale.ROOT);
    boolean[] found = {false};
    forEach(fields, i, option -> !(found[0] |= option.equals(wanted)));
    return found[0];
  }

  private static boolean isSeparator(byte octet) {
    return octet == ',' || Grammar.isWhitespace(octet);
  }

  private static String text(byte[] bytes, int start, int stop) {
    return new String(bytes, start, stop - start, StandardCharsets.ISO_8859_1)
        .toLowerCase(Locale.ROOT);
  }
}
