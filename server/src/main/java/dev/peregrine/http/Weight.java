package dev.peregrine.http;

import java.util.OptionalInt;

/// The parameter `q` with which a client says how gladly it takes something. Source: RFC 9110
/// §12.4.2.
public final class Weight {
  /// Thousandths of the greatest weight, which holds when none is given.
  public static final int FULL = 1000;

  private Weight() {}

  /// Thousandths of `q=0.5`: a digit 0 or 1 and at most three decimals. empty if it is none.
  public static OptionalInt thousandths(String parameter) {
    int length = parameter.length();
    boolean formed =
        length >= 3
            && length <= 7
            && (parameter.startsWith("q=") || parameter.startsWith("Q="))
            && (parameter.charAt(2) == '0' || parameter.charAt(2) == '1')
            && (length == 3 || parameter.charAt(3) == '.');
    if (!formed) {
      return OptionalInt.empty();
    }
    int thousandths = (parameter.charAt(2) - '0') * FULL;
    int place = FULL;
    for (int i = 4; i < length; i++) {
      int digit = parameter.charAt(i) - '0';
      place /= 10;
      if (digit < 0 || digit > 9) {
        return OptionalInt.empty();
      }
      thousandths += digit * place;
    }
    return thousandths <= FULL ? OptionalInt.of(thousandths) : OptionalInt.empty();
  }
}
