package dev.peregrine.cache;

import dev.peregrine.http.ByteRanges.ByteRange;
import java.util.List;

/// How much of a stored response answers a request. Source: RFC 9111 §4.3.2, RFC 9110 §14.
public sealed interface Selected {
  /// All of it, with its own status.
  record Whole() implements Selected {}

  /// A 304 with [StoredHead#notModifiedLines].
  record NotModified() implements Selected {}

  /// A 206.
  ///
  /// @param ranges 1 to 8
  record Parts(List<ByteRange> ranges) implements Selected {
    public Parts {
      ranges = List.copyOf(ranges);
    }
  }

  /// A 416.
  record Unsatisfiable() implements Selected {}
}
