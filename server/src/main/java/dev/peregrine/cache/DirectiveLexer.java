package dev.peregrine.cache;

import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Grammar;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads a list of directives such as the value of `Cache-Control`, one after another: a name, and
/// perhaps `=` with a token or quoted string, without white space around it. Text inside a quoted
/// string is no directive. Source: RFC 9111 §5.2, RFC 9110 §5.6.
final class DirectiveLexer {
  private final byte[] bytes;
  private final int end;
  private int position;
  private String name = "";
  private @Nullable String argument;
  private boolean isMalformed;
  private boolean isUnterminated;

  /// A reader of the value of line `i`.
  DirectiveLexer(FieldSection fields, int i) {
    bytes = fields.bytes();
    position = fields.valueStart(i);
    end = fields.valueEnd(i);
  }

  /// Goes to the next directive; `false` if there is none.
  boolean next() {
    while (position < end && (bytes[position] == ',' || Grammar.isWhitespace(bytes[position]))) {
      position++;
    }
    if (position == end) {
      return false;
    }
    int start = position;
    position = tokenEnd(position);
    name = text(start, position).toLowerCase(Locale.ROOT);
    argument = null;
    isMalformed = position == start;
    if (position < end && bytes[position] == '=') {
      position++;
      readArgument();
    }
    skipToComma();
    return true;
  }

  /// The name in lower case; empty if the directive begins with no token.
  String name() {
    return name;
  }

  /// What stands after `=`, without quotation marks; `null` if there is no `=`.
  @Nullable String argument() {
    return argument;
  }

  /// Whether the directive has more or other than it may.
  boolean isMalformed() {
    return isMalformed;
  }

  /// Whether a quoted string had no end, so that what followed was not understood.
  boolean isUnterminated() {
    return isUnterminated;
  }

  private void readArgument() {
    if (position < end && bytes[position] == '"') {
      readQuoted();
      return;
    }
    int start = position;
    position = tokenEnd(position);
    argument = text(start, position);
    isMalformed |= position == start;
  }

  private void readQuoted() {
    StringBuilder content = new StringBuilder();
    position++;
    while (position < end && bytes[position] != '"') {
      if (bytes[position] == '\\' && position + 1 < end) {
        position++;
      }
      content.append((char) (bytes[position] & 0xff));
      position++;
    }
    if (position == end) {
      isUnterminated = true;
      isMalformed = true;
    } else {
      position++;
    }
    argument = content.toString();
  }

  /// Skips what should not be there; a quoted string in it hides its commas.
  private void skipToComma() {
    while (position < end && Grammar.isWhitespace(bytes[position])) {
      position++;
    }
    while (position < end && bytes[position] != ',') {
      isMalformed = true;
      if (bytes[position] == '"') {
        String kept = argument;
        readQuoted();
        argument = kept;
      } else {
        position++;
      }
    }
  }

  private int tokenEnd(int start) {
    int i = start;
    while (i < end && Grammar.isToken(bytes[i])) {
      i++;
    }
    return i;
  }

  private String text(int start, int stop) {
    return new String(bytes, start, stop - start, StandardCharsets.ISO_8859_1);
  }
}
