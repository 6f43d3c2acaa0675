package dev.peregrine.http.h1;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Violation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Reads the heads of the messages on one connection, strictly, from pieces of any size: a start
/// line, field lines, an empty line, each within its limit. Belongs to the connection's event loop;
/// never blocks.
///
/// @param <H> what a head becomes
public abstract sealed class HeadParser<H> permits RequestParser, ResponseParser {
  final LineScanner lines = new LineScanner();
  final FieldCollector found;
  private final HeadLimits limits;
  private final Violation startLineTooLong;
  private int sectionStart;
  private @Nullable ParseResult<H> rejected;

  HeadParser(HeadLimits limits, Violation startLineTooLong) {
    this.limits = limits;
    this.startLineTooLong = startLineTooLong;
    this.found = new FieldCollector(limits);
  }

  /// Takes bytes up to the end of a head. After `Parsed` the next call begins the next head; after
  /// `Rejected` every call answers the same.
  public final ParseResult<H> feed(ByteBuffer in) {
    if (rejected != null) {
      return rejected;
    }
    while (true) {
      switch (nextLine(in)) {
        case MORE -> {
          return ParseResult.NeedMore.instance();
        }
        case FAULT -> {
          return reject(lineFault());
        }
        case LINE -> {
          if (isInSection() && lines.lineEnd() == lines.lineStart()) {
            return finish(in);
          }
          Fault fault = takeLine();
          if (fault != null) {
            return reject(fault);
          }
        }
      }
    }
  }

  /// Whether a byte of a head has been taken that is not yet complete. An empty line that may stand
  /// before it does not count.
  public final boolean isStarted() {
    return isInSection() || !lines.isEmpty();
  }

  /// Forgets everything taken so far.
  public void reset() {
    lines.reset();
    found.reset();
    sectionStart = 0;
    rejected = null;
  }

  /// Whether the start line has been taken.
  abstract boolean isInSection();

  /// Takes the start line, or a line that may stand before it.
  abstract @Nullable Fault takeStartLine(byte[] bytes, int start, int end);

  /// Makes a head of what was taken.
  abstract ParseResult<H> finish(ByteBuffer in);

  /// What is wrong with the line at which the scanner stopped.
  abstract Fault lineFault();

  final ParseResult<H> reject(Fault fault) {
    ParseResult<H> result = fault.toResult();
    reset();
    rejected = result;
    return result;
  }

  private LineScanner.Step nextLine(ByteBuffer in) {
    int start = lines.consumed();
    if (!isInSection()) {
      return lines.nextLine(in, start + limits.startLine(), startLineTooLong);
    }
    int lineBound = start + limits.fieldLine();
    int sectionBound = sectionStart + limits.fieldSection();
    return lineBound < sectionBound
        ? lines.nextLine(in, lineBound, Violation.FIELD_LINE_TOO_LONG)
        : lines.nextLine(in, sectionBound, Violation.FIELD_SECTION_TOO_LONG);
  }

  private @Nullable Fault takeLine() {
    if (isInSection()) {
      return found.add(lines.bytes(), lines.lineStart(), lines.lineEnd());
    }
    sectionStart = lines.consumed();
    return takeStartLine(lines.bytes(), lines.lineStart(), lines.lineEnd());
  }
}
