package dev.peregrine.http.h1;

import dev.peregrine.http.Violation;

/// What a parser makes of the bytes it was fed.
///
/// @param <T> kind of head
public sealed interface ParseResult<T> {
  /// The head is not complete; everything that was fed has been taken.
  ///
  /// @param <T> kind of head
  record NeedMore<T>() implements ParseResult<T> {
    private static final NeedMore<?> INSTANCE = new NeedMore<>();

    @SuppressWarnings("unchecked") // holds no T
    static <T> NeedMore<T> instance() {
      return (NeedMore<T>) INSTANCE;
    }
  }

  /// The head is complete; the buffer stands at the first byte after it.
  ///
  /// @param <T> kind of head
  /// @param head owns its bytes
  record Parsed<T>(T head) implements ParseResult<T> {}

  /// The peer broke a rule; the connection cannot be used for anything more.
  ///
  /// @param <T> kind of head
  /// @param violation the rule
  /// @param detail what it was broken with, safe to log: a field name, never a value
  record Rejected<T>(Violation violation, String detail) implements ParseResult<T> {}
}
