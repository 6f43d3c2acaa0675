package dev.peregrine.http.h1;

import dev.peregrine.http.Grammar;
import org.jspecify.annotations.Nullable;

/// Checks chunk extensions byte by byte; what they say is of no interest. `*( BWS ";" BWS token [
/// BWS "=" BWS ( token / quoted-string ) ] )`, source: RFC 9112 §7.1.1.
final class ChunkExtension {
  private enum State {
    BEFORE_SEMICOLON,
    AFTER_SEMICOLON,
    NAME,
    AFTER_NAME,
    AFTER_EQUALS,
    VALUE,
    QUOTED,
    ESCAPED,
    AFTER_QUOTED
  }

  private State state = State.BEFORE_SEMICOLON;

  void begin() {
    state = State.BEFORE_SEMICOLON;
  }

  /// Whether the line may end here.
  boolean isComplete() {
    return state == State.NAME || state == State.VALUE || state == State.AFTER_QUOTED;
  }

  /// Takes one byte that is neither CR nor LF; `false` if it may not stand there.
  boolean accept(byte octet) {
    State next = next(octet);
    boolean good = next != null;
    if (next != null) {
      state = next;
    }
    return good;
  }

  private @Nullable State next(byte octet) {
    boolean blank = Grammar.isWhitespace(octet);
    boolean token = Grammar.isToken(octet);
    return switch (state) {
      case BEFORE_SEMICOLON -> blank ? state : semicolon(octet);
      case AFTER_SEMICOLON -> blank ? state : token ? State.NAME : null;
      case NAME -> token ? state : blank ? State.AFTER_NAME : afterName(octet);
      case AFTER_NAME -> blank ? state : afterName(octet);
      case AFTER_EQUALS -> blank ? state : token ? State.VALUE : octet == '"' ? State.QUOTED : null;
      case VALUE -> token ? state : blank ? State.BEFORE_SEMICOLON : semicolon(octet);
      case QUOTED -> octet == '"' ? State.AFTER_QUOTED : quoted(octet);
      case ESCAPED -> isText(octet) ? State.QUOTED : null;
      case AFTER_QUOTED -> blank ? State.BEFORE_SEMICOLON : semicolon(octet);
    };
  }

  private static @Nullable State semicolon(byte octet) {
    return octet == ';' ? State.AFTER_SEMICOLON : null;
  }

  private static @Nullable State afterName(byte octet) {
    return octet == '=' ? State.AFTER_EQUALS : semicolon(octet);
  }

  private static @Nullable State quoted(byte octet) {
    if (octet == '\\') {
      return State.ESCAPED;
    }
    return isText(octet) ? State.QUOTED : null;
  }

  private static boolean isText(byte octet) {
    return octet == '\t' || (octet >= ' ' && octet != 0x7f) || octet < 0;
  }
}
