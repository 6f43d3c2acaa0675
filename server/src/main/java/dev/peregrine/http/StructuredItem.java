package dev.peregrine.http;

import java.math.BigDecimal;
import java.util.List;

/// A value of a structured field, its parameters left out. Source: RFC 9651 §3.
public sealed interface StructuredItem {
  /// A whole number of at most 15 digits.
  ///
  /// @param value the number
  record Whole(long value) implements StructuredItem {}

  /// A number with 1 to 3 decimals.
  ///
  /// @param value the number
  record Decimal(BigDecimal value) implements StructuredItem {}

  /// A string of visible ASCII and spaces.
  ///
  /// @param value what stands between the quotation marks
  record Text(String value) implements StructuredItem {}

  /// A bare word.
  ///
  /// @param value the word
  record Token(String value) implements StructuredItem {}

  /// Bytes.
  ///
  /// @param base64 the bytes as they were sent, in base64
  record Octets(String base64) implements StructuredItem {}

  /// `?0` or `?1`, or a member without a value.
  ///
  /// @param value whether it is `?1`
  record Flag(boolean value) implements StructuredItem {}

  /// A point in time.
  ///
  /// @param epochSeconds seconds since 1970
  record Moment(long epochSeconds) implements StructuredItem {}

  /// A string of any characters.
  ///
  /// @param value the string
  record Display(String value) implements StructuredItem {}

  /// A list within a list.
  ///
  /// @param items its members
  record Inner(List<StructuredItem> items) implements StructuredItem {
    public Inner {
      items = List.copyOf(items);
    }
  }
}
