package dev.peregrine.http.h1;

import dev.peregrine.http.Violation;

/// A broken rule on its way out of the parser.
///
/// @param violation the rule
/// @param detail safe to log
record Fault(Violation violation, String detail) {
  Fault(Violation violation) {
    this(violation, "");
  }

  <T> ParseResult<T> toResult() {
    return new ParseResult.Rejected<>(violation, detail);
  }
}
