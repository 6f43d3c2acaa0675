package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Grammar;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The cookies of a request that are part of the key. Source: RFC 6265 §4.2.1, §5.4.
///
/// All values of a name count, in order, as apps differ in which of them they take. Where an app
/// might see a cookie of that name that RFC 6265 does not, say after a comma or a space, the whole
/// field becomes part of the key, so that nobody's answer is stored as somebody else's.
final class CookieParts {
  private static final int COOKIE = 'c';
  private static final int WHOLE = 'w';

  private final byte[][] names;

  CookieParts(List<String> names) {
    this.names =
        names.stream()
            .map(name -> name.getBytes(StandardCharsets.ISO_8859_1))
            .toArray(byte[][]::new);
  }

  /// Whether any cookie matters.
  boolean isAsked() {
    return names.length > 0;
  }

  /// Appends what the cookies of a request add to its key; nothing if none of them matters.
  void append(FieldSection fields, Octets out) {
    boolean isClear = true;
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.COOKIE) {
        isClear &= isClear(fields.bytes(), fields.valueStart(i), fields.valueEnd(i));
      }
    }
    for (int n = 0; isClear && n < names.length; n++) {
      appendNamed(fields, n, out);
    }
    for (int i = 0; !isClear && i < fields.size(); i++) {
      if (fields.known(i) == FieldName.COOKIE) {
        out.put(WHOLE).putCounted(fields.bytes(), fields.valueStart(i), fields.valueEnd(i));
      }
    }
  }

  private void appendNamed(FieldSection fields, int n, Octets out) {
    byte[] bytes = fields.bytes();
    byte[] name = names[n];
    for (int i = 0; i < fields.size(); i++) {
      int end = fields.known(i) == FieldName.COOKIE ? fields.valueEnd(i) : 0;
      int from = fields.valueStart(i);
      while (from < end) {
        int stop = segmentEnd(bytes, from, end);
        int at = skipSpace(bytes, from, stop);
        if (isNamed(bytes, at, stop, name)) {
          int value = at + name.length + 1;
          out.put(COOKIE).put(n).putCounted(bytes, value, trimmedEnd(bytes, value, stop));
        }
        from = stop + 1;
      }
    }
  }

  /// Whether the cookies of those names are where RFC 6265 says, and nowhere else.
  private boolean isClear(byte[] bytes, int start, int end) {
    int from = start;
    while (from < end) {
      int stop = segmentEnd(bytes, from, end);
      int at = skipSpace(bytes, from, stop);
      for (int i = at; i < stop; i++) {
        if (bytes[i] == '=') {
          break;
        }
        if (bytes[i] == '%') {
          return false;
        }
      }
      if (isHidden(bytes, at, stop)) {
        return false;
      }
      from = stop + 1;
    }
    return true;
  }

  /// Whether a lenient parser could find one of the names in the segment `bytes[start, end)` but as
  /// that of the cookie itself.
  private boolean isHidden(byte[] bytes, int start, int end) {
    for (byte[] name : names) {
      for (int i = start; i + name.length < end; i++) {
        boolean isSuspect =
            looksLike(bytes, i, name)
                && (i == start || !isWord(bytes[i - 1]))
                && opensValue(bytes, i + name.length, end);
        if (isSuspect && !(i == start && isNamed(bytes, i, end, name))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isNamed(byte[] bytes, int start, int end, byte[] name) {
    if (end - start <= name.length || bytes[start + name.length] != '=') {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (bytes[start + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /// Letter case set aside, and one sign for another: PHP reads `user.id` and `user id` as
  /// `user_id`.
  private static boolean looksLike(byte[] bytes, int at, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      byte octet = bytes[at + i];
      boolean same = Grammar.lower(octet) == Grammar.lower(name[i]);
      if (!same && (isAlphanumeric(octet) || isAlphanumeric(name[i]))) {
        return false;
      }
    }
    return true;
  }

  private static boolean opensValue(byte[] bytes, int at, int end) {
    int i = skipSpace(bytes, at, end);
    return i < end && (bytes[i] == '=' || bytes[i] == '[');
  }

  private static boolean isWord(byte octet) {
    return isAlphanumeric(octet) || octet == '_' || octet == '-';
  }

  private static boolean isAlphanumeric(byte octet) {
    byte lower = Grammar.lower(octet);
    return (lower >= 'a' && lower <= 'z') || Grammar.isDigit(octet);
  }

  private static int segmentEnd(byte[] bytes, int start, int end) {
    int i = start;
    while (i < end && bytes[i] != ';') {
      i++;
    }
    return i;
  }

  private static int skipSpace(byte[] bytes, int start, int end) {
    int i = start;
    while (i < end && Grammar.isWhitespace(bytes[i])) {
      i++;
    }
    return i;
  }

  private static int trimmedEnd(byte[] bytes, int start, int end) {
    int i = end;
    while (i > start && Grammar.isWhitespace(bytes[i - 1])) {
      i--;
    }
    return i;
  }
}
