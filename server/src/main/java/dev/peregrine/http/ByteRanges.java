package dev.peregrine.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Which bytes of a representation a `Range` field gets: a sealed answer that is never much larger
/// than the representation itself. Sources: RFC 9110 §14.1.2, §14.2, §17.15.
public sealed interface ByteRanges {
  /// Most ranges served in one response.
  int MAX_RANGES = 8;

  /// Bytes that one part of a multipart response takes beside its data, at most.
  int PART_OVERHEAD = 200;

  /// The field is of another unit, malformed or greedy, and is not heeded.
  record Whole() implements ByteRanges {}

  /// The field asks for nothing that there is: 416.
  record Unsatisfiable() implements ByteRanges {}

  /// The ranges to send, in the order they were asked for, none touching another.
  ///
  /// @param ranges 1 to 8
  record Parts(List<ByteRange> ranges) implements ByteRanges {
    public Parts {
      ranges = List.copyOf(ranges);
    }
  }

  /// A run of bytes.
  ///
  /// @param first offset of the first byte
  /// @param last offset of the last byte, inclusive
  record ByteRange(long first, long last) {
    /// Number of bytes.
    public long length() {
      return last - first + 1;
    }

    private boolean touches(ByteRange other) {
      return first <= other.last + 1 && other.first <= last + 1;
    }

    private boolean overlaps(ByteRange other) {
      return first <= other.last && other.first <= last;
    }

    private ByteRange and(ByteRange other) {
      return new ByteRange(Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  /// Reads the value of a `Range` field about a representation of `length` bytes.
  static ByteRanges of(String value, long length) {
    int equals = value.indexOf('=');
    if (equals < 0 || !value.substring(0, equals).toLowerCase(Locale.ROOT).equals("bytes")) {
      return new Whole();
    }
    String[] specs = value.substring(equals + 1).split(",", MAX_RANGES + 2);
    if (specs.length > MAX_RANGES) {
      return new Whole();
    }
    List<ByteRange> ranges = new ArrayList<>();
    for (String spec : specs) {
      ByteRanges one = spec(spec.strip(), length);
      switch (one) {
        case Whole() -> {
          return one;
        }
        case Unsatisfiable() -> {}
        case Parts(List<ByteRange> parts) -> {
          if (!add(ranges, parts.getFirst())) {
            return new Whole();
          }
        }
      }
    }
    if (ranges.isEmpty()) {
      return new Unsatisfiable();
    }
    return isGreedy(ranges, length) ? new Whole() : new Parts(ranges);
  }

  private static ByteRanges spec(String spec, long length) {
    int dash = spec.indexOf('-');
    if (dash < 0) {
      return new Whole();
    }
    String first = spec.substring(0, dash);
    String last = spec.substring(dash + 1);
    if (!isNumber(first) || !isNumber(last) || (first.isEmpty() && last.isEmpty())) {
      return new Whole();
    }
    if (first.isEmpty()) {
      return suffix(number(last), length);
    }
    long from = number(first);
    long to = last.isEmpty() ? Long.MAX_VALUE : number(last);
    if (to < from) {
      return new Whole();
    }
    return from >= length ? new Unsatisfiable() : one(from, Math.min(to, length - 1));
  }

  private static ByteRanges suffix(long count, long length) {
    if (count == 0) {
      return new Unsatisfiable();
    }
    return length == 0 ? new Whole() : one(Math.max(0, length - count), length - 1);
  }

  private static ByteRanges one(long first, long last) {
    return new Parts(List.of(new ByteRange(first, last)));
  }

  /// Adds a range, joined to one that it touches; `false` if it overlaps one.
  private static boolean add(List<ByteRange> ranges, ByteRange added) {
    ByteRange range = added;
    int place = ranges.size();
    for (int i = ranges.size() - 1; i >= 0; i--) {
      if (range.overlaps(ranges.get(i))) {
        return false;
      }
      if (range.touches(ranges.get(i))) {
        range = range.and(ranges.remove(i));
        place = i;
      }
    }
    ranges.add(Math.min(place, ranges.size()), range);
    return true;
  }

  private static boolean isGreedy(List<ByteRange> ranges, long length) {
    if (ranges.size() == 1) {
      return false;
    }
    long sum = 0;
    for (ByteRange range : ranges) {
      sum += range.length() + PART_OVERHEAD;
    }
    return sum > length + length / 100;
  }

  private static boolean isNumber(String digits) {
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /// The number, or the largest `long` if it is larger.
  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }
}
