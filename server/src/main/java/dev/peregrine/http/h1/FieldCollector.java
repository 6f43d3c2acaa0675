package dev.peregrine.http.h1;

import dev.peregrine.http.ConnectionOptions;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Grammar;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Violation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The field lines of one section while they are being read, and what they say of framing. Source:
/// RFC 9112 §5.
final class FieldCollector {
  private static final int[] NONE = {};

  private final HeadLimits limits;
  private int[] offsets = NONE;
  private int count;

  /// How many fields the section before had.
  private int usual = 10;

  private int cookieBytes;

  /// Index of the last line of each kind, -1 if there is none yet.
  private int host;

  private int contentLength;
  private int transferEncoding;
  private int connection;
  private int expect;

  FieldCollector(HeadLimits limits) {
    this.limits = limits;
    reset();
  }

  int size() {
    return count;
  }

  int host() {
    return host;
  }

  int contentLength() {
    return contentLength;
  }

  int transferEncoding() {
    return transferEncoding;
  }

  int expect() {
    return expect;
  }

  void reset() {
    usual = count == 0 ? usual : count;
    offsets = NONE;
    count = 0;
    cookieBytes = 0;
    host = -1;
    contentLength = -1;
    transferEncoding = -1;
    connection = -1;
    expect = -1;
  }

  /// Adds the line `bytes[start, end)`, which holds no control byte but `HTAB`.
  @Nullable Fault add(byte[] bytes, int start, int end) {
    if (Grammar.isWhitespace(bytes[start])) {
      return new Fault(Violation.OBS_FOLD);
    }
    if (count == limits.fieldCount()) {
      return new Fault(Violation.FIELDS_TOO_MANY);
    }
    int hash = 0;
    int nameEnd = start;
    while (nameEnd < end && Grammar.isToken(bytes[nameEnd])) {
      hash = FieldName.mix(hash, bytes[nameEnd++]);
    }
    if (nameEnd == end || bytes[nameEnd] != ':' || nameEnd == start) {
      return badName(bytes, start, nameEnd, end);
    }
    int valueStart = nameEnd + 1;
    while (valueStart < end && Grammar.isWhitespace(bytes[valueStart])) {
      valueStart++;
    }
    int valueEnd = end;
    while (valueEnd > valueStart && Grammar.isWhitespace(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    FieldName name = FieldName.of(bytes, start, nameEnd, hash);
    if (name == FieldName.COOKIE) {
      cookieBytes += valueEnd - valueStart;
      if (cookieBytes > limits.cookie()) {
        return new Fault(Violation.COOKIE_TOO_LONG);
      }
    }
    Violation repetition = note(name);
    if (repetition != null) {
      return new Fault(repetition, name.lowerCase());
    }
    record(start, nameEnd, valueStart, valueEnd, name);
    return null;
  }

  /// The section over `bytes`, which start with the bytes that the lines were added from.
  FieldSection section(byte[] bytes) {
    return new FieldSection(bytes, offsets, count);
  }

  /// The options of `Connection`; `null` if it is malformed.
  @Nullable ConnectionOptions connection(FieldSection fields) {
    return connection < 0 ? ConnectionOptions.NONE : ConnectionOptions.of(fields);
  }

  /// Remembers where a field stands that frames or routes; what a second one breaks, if it does.
  private @Nullable Violation note(FieldName name) {
    switch (name) {
      case HOST -> {
        boolean again = host >= 0;
        host = count;
        return again ? Violation.HOST_REPEATED : null;
      }
      case CONTENT_LENGTH -> {
        boolean again = contentLength >= 0;
        contentLength = count;
        return again ? Violation.CONTENT_LENGTH_REPEATED : null;
      }
      case TRANSFER_ENCODING -> {
        boolean again = transferEncoding >= 0;
        transferEncoding = count;
        return again ? Violation.TRANSFER_ENCODING_REPEATED : null;
      }
      case CONNECTION -> connection = count;
      case EXPECT -> expect = count;
      default -> {}
    }
    return null;
  }

  private void record(int nameStart, int nameEnd, int valueStart, int valueEnd, FieldName name) {
    int at = count * FieldSection.STRIDE;
    if (at == offsets.length) {
      offsets = Arrays.copyOf(offsets, Math.max(2 * at, usual * FieldSection.STRIDE));
    }
    int[] into = offsets;
    into[at] = nameStart;
    into[at + 1] = nameEnd;
    into[at + 2] = valueStart;
    into[at + 3] = valueEnd;
    into[at + 4] = name.number();
    count++;
  }

  private static Fault badName(byte[] bytes, int start, int nameEnd, int end) {
    int colon = nameEnd;
    while (colon < end && bytes[colon] != ':') {
      colon++;
    }
    if (colon == end) {
      return new Fault(Violation.FIELD_COLON_MISSING, Grammar.escaped(bytes, start, nameEnd));
    }
    if (colon == start) {
      return new Fault(Violation.FIELD_NAME_EMPTY);
    }
    boolean spaced = true;
    for (int i = nameEnd; i < colon; i++) {
      spaced &= Grammar.isWhitespace(bytes[i]);
    }
    return new Fault(
        spaced ? Violation.FIELD_NAME_WHITESPACE : Violation.FIELD_NAME_MALFORMED,
        Grammar.escaped(bytes, start, colon));
  }
}
