package dev.peregrine.http;

/// How the end of a message's content is found: decided once, from the head, and never again.
/// Source: RFC 9112 §6.3.
public sealed interface Framing {
  /// The message has no content.
  None NONE = new None();

  /// The content is in chunked coding.
  Chunked CHUNKED = new Chunked();

  /// The content ends with the connection.
  UntilClose UNTIL_CLOSE = new UntilClose();

  /// No content, and no framing field says so.
  record None() implements Framing {}

  /// As many bytes as `Content-Length` says, zero included.
  ///
  /// @param bytes at least 0
  record Length(long bytes) implements Framing {
    private static final Length ZERO = new Length(0);

    /// The framing for that many bytes.
    public static Length of(long bytes) {
      return bytes == 0 ? ZERO : new Length(bytes);
    }
  }

  /// Chunked transfer coding, and no other.
  record Chunked() implements Framing {}

  /// Everything up to the end of the connection; only in responses.
  record UntilClose() implements Framing {}
}
