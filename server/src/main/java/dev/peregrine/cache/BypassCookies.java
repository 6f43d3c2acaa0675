package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Grammar;
import java.util.List;

/// The cookies that keep a request out of the cache. They are found wherever any parser might find
/// them, since to find one too many does no harm.
final class BypassCookies {
  private final Names names;

  BypassCookies(List<String> names) {
    this.names = new Names(names);
  }

  boolean areIn(FieldSection fields) {
    if (names.isEmpty()) {
      return false;
    }
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.COOKIE
          && areIn(fields.bytes(), fields.valueStart(i), fields.valueEnd(i))) {
        return true;
      }
    }
    return false;
  }

  private boolean areIn(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if ((i == start || isSeparator(bytes[i - 1]))
          && names.contains(bytes, i, nameEnd(bytes, i, end))) {
        return true;
      }
    }
    return false;
  }

  private static int nameEnd(byte[] bytes, int start, int end) {
    int i = start;
    while (i < end && bytes[i] != '=' && !isSeparator(bytes[i])) {
      i++;
    }
    return i;
  }

  private static boolean isSeparator(byte octet) {
    return octet == ';' || octet == ',' || Grammar.isWhitespace(octet);
  }
}
