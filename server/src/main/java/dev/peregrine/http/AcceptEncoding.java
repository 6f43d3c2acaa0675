package dev.peregrine.http;

import java.util.List;

/// Which content codings a client takes, and how gladly. Source: RFC 9110 §12.5.3. Made for every
/// answer that could be coded: no strings, one small object.
public final class AcceptEncoding {
  private static final ContentCoding[] CODINGS = ContentCoding.values();

  /// Place of `*` among the weights, after those of the codings.
  private static final int ANY = CODINGS.length;

  private static final int UNKNOWN = -1;
  private static final int BITS = 11;
  private static final int MASK = (1 << BITS) - 1;

  /// A weight in thousandths for every coding and `*`, 1 added; 0 where none was named.
  private final long weights;

  private AcceptEncoding(long weights) {
    this.weights = weights;
  }

  /// Reads the `Accept-Encoding` fields; elements that are malformed count as not there.
  public static AcceptEncoding of(FieldSection fields) {
    long weights = 0;
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.ACCEPT_ENCODING) {
        weights = list(fields.bytes(), fields.valueStart(i), fields.valueEnd(i), weights);
      }
    }
    return new AcceptEncoding(weights);
  }

  /// Whether the client takes that coding. Without the field, only `identity` is safe to send.
  public boolean accepts(ContentCoding coding) {
    return weight(coding) > 0;
  }

  /// The most welcome of the codings, the first of those that are equally welcome; `IDENTITY` if
  /// none is accepted or it is preferred to all.
  public ContentCoding best(List<ContentCoding> codings) {
    ContentCoding best = ContentCoding.IDENTITY;
    int most = Math.max(0, named(ContentCoding.IDENTITY.number()) - 1);
    for (int i = 0; i < codings.size(); i++) {
      int weight = weight(codings.get(i));
      if (weight > most) {
        best = codings.get(i);
        most = weight;
      }
    }
    return best;
  }

  private int weight(ContentCoding coding) {
    int named = named(coding.number());
    if (named >= 0) {
      return named;
    }
    int any = named(ANY);
    return any >= 0 ? any : coding == ContentCoding.IDENTITY ? 1 : 0;
  }

  private int named(int place) {
    return (int) (weights >>> (place * BITS) & MASK) - 1;
  }

  private static long list(byte[] bytes, int from, int end, long before) {
    long weights = before;
    int start = from;
    while (start < end) {
      int stop = indexOf(bytes, ',', start, end);
      weights = element(bytes, start, stop, weights);
      start = stop + 1;
    }
    return weights;
  }

  private static long element(byte[] bytes, int from, int end, long weights) {
    int semicolon = indexOf(bytes, ';', from, end);
    int place = place(bytes, skip(bytes, from, semicolon), skipBack(bytes, from, semicolon));
    int weight =
        semicolon == end
            ? Weight.FULL
            : Weight.thousandths(
                bytes, skip(bytes, semicolon + 1, end), skipBack(bytes, semicolon + 1, end));
    boolean isNew = place >= 0 && (weights >>> (place * BITS) & MASK) == 0;
    return isNew && weight != Weight.MALFORMED
        ? weights | (long) (weight + 1) << (place * BITS)
        : weights;
  }

  private static int place(byte[] bytes, int start, int end) {
    if (end - start == 1 && bytes[start] == '*') {
      return ANY;
    }
    for (ContentCoding coding : CODINGS) {
      if (Grammar.equalsIgnoreCase(bytes, start, end, coding.lowerCase())) {
        return coding.number();
      }
    }
    return Grammar.equalsIgnoreCase(bytes, start, end, "x-gzip")
        ? ContentCoding.GZIP.number()
        : UNKNOWN;
  }

  private static int indexOf(byte[] bytes, char wanted, int from, int end) {
    int i = from;
    while (i < end && bytes[i] != wanted) {
      i++;
    }
    return i;
  }

  private static int skip(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end && Grammar.isWhitespace(bytes[i])) {
      i++;
    }
    return i;
  }

  private static int skipBack(byte[] bytes, int from, int end) {
    int i = end;
    while (i > from && Grammar.isWhitespace(bytes[i - 1])) {
      i--;
    }
    return i;
  }
}
