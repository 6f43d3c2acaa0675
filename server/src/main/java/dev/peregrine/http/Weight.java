package dev.peregrine.http;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/// The parameter `q` with which a client says how gladly it takes something. Source: RFC 9110
/// §12.4.2.
public final class Weight {
  /// Thousandths of the greatest weight, which holds when none is given.
  public static final int FULL = 1000;

  /// Stands for a parameter that is none.
  static final int MALFORMED = -1;

  private Weight() {}

  /// Thousandths of `q=0.5`: a digit 0 or 1 and at most three decimals. empty if it is none.
  public static OptionalInt thousandths(String parameter) {
    byte[] bytes = parameter.getBytes(StandardCharsets.ISO_8859_1);
    int thousandths = thousandths(bytes, 0, bytes.length);
    return thousandths == MALFORMED ? OptionalInt.empty() : OptionalInt.of(thousandths);
  }

  /// The same for `bytes[start, end)`, [#MALFORMED] if it is none.
  static int thousandths(byte[] bytes, int start, int end) {
    int length = end - start;
    boolean isFormed =
        length >= 3
            && length <= 7
            && Grammar.lower(bytes[start]) == 'q'
            && bytes[start + 1] == '='
            && (bytes[start + 2] == '0' || bytes[start + 2] == '1')
            && (length == 3 || bytes[start + 3] == '.');
    if (!isFormed) {
      return MALFORMED;
    }
    int thousandths = (bytes[start + 2] - '0') * FULL;
    int unit = FULL;
    for (int i = start + 4; i < end; i++) {
      unit /= 10;
      if (!Grammar.isDigit(bytes[i])) {
        return MALFORMED;
      }
      thousandths += (bytes[i] - '0') * unit;
    }
    return thousandths <= FULL ? thousandths : MALFORMED;
  }
}
