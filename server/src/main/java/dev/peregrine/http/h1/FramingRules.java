package dev.peregrine.http.h1;

import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Grammar;
import dev.peregrine.http.Violation;
import org.jspecify.annotations.Nullable;

/// Decides from the framing fields of a section, once, how the content ends, or which rule they
/// break. Nothing ambiguous is repaired. Source: RFC 9112 §6.
final class FramingRules {
  private static final int MAX_DIGITS = 18;

  private FramingRules() {}

  /// The rule that the fields break, `null` if they break none.
  static @Nullable Fault fault(FieldCollector found, FieldSection fields, int minorVersion) {
    int length = found.contentLength();
    int coding = found.transferEncoding();
    if (length >= 0 && coding >= 0) {
      return new Fault(Violation.CONTENT_LENGTH_WITH_TRANSFER_ENCODING, fields.name(length));
    }
    if (length >= 0 && length(fields, length) < 0) {
      return new Fault(Violation.CONTENT_LENGTH_MALFORMED, fields.name(length));
    }
    if (coding < 0) {
      return null;
    }
    if (minorVersion == 0) {
      return new Fault(Violation.TRANSFER_ENCODING_IN_HTTP_1_0, fields.name(coding));
    }
    if (fields.valueIs(coding, "chunked")) {
      return null;
    }
    return new Fault(codingViolation(fields, coding), fields.name(coding));
  }

  /// The framing that fields without fault ask for; `otherwise` if they ask for none.
  static Framing framing(FieldCollector found, FieldSection fields, Framing otherwise) {
    if (found.transferEncoding() >= 0) {
      return Framing.CHUNKED;
    }
    return found.contentLength() >= 0
        ? Framing.Length.of(length(fields, found.contentLength()))
        : otherwise;
  }

  /// `1*DIGIT`, at most 18 of them; negative for anything else.
  private static long length(FieldSection fields, int i) {
    byte[] bytes = fields.bytes();
    int start = fields.valueStart(i);
    int end = fields.valueEnd(i);
    if (end == start || end - start > MAX_DIGITS) {
      return -1;
    }
    long length = 0;
    for (int at = start; at < end; at++) {
      if (!Grammar.isDigit(bytes[at])) {
        return -1;
      }
      length = length * 10 + bytes[at] - '0';
    }
    return length;
  }

  /// What is wrong with a value that is not exactly `chunked`: not a list of codings, `chunked`
  /// twice or not at the end, or a coding that is not known here.
  private static Violation codingViolation(FieldSection fields, int i) {
    String[] codings = fields.value(i).split(",", -1);
    boolean chunked = false;
    for (String coding : codings) {
      String name = coding.strip();
      if (!Grammar.isToken(name)) {
        return Violation.TRANSFER_ENCODING_MALFORMED;
      }
      if (chunked) {
        return Violation.TRANSFER_ENCODING_NOT_LAST;
      }
      chunked = name.equalsIgnoreCase("chunked");
    }
    return Violation.TRANSFER_ENCODING_UNKNOWN;
  }
}
