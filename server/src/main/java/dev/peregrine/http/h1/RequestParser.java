package dev.peregrine.http.h1;

import dev.peregrine.http.ConnectionOptions;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Host;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.RequestLine;
import dev.peregrine.http.Violation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Reads the heads of the requests on one connection, strictly, from pieces of any size. Belongs to
/// the connection's event loop; never blocks. Sources: RFC 9112 §2 to §6, RFC 9110.
///
/// ```
/// START --empty line, once--> START --request line--> FIELDS --field line--> FIELDS
///   FIELDS --empty line--> parsed, START         any --broken rule--> REJECTED until reset()
/// ```
public final class RequestParser {
  private final HeadLimits limits;
  private final LineScanner lines = new LineScanner();
  private final FieldCollector found;
  private @Nullable RequestLine line;
  private boolean emptyLineSkipped;
  private int sectionStart;
  private @Nullable ParseResult<RequestHead> rejected;

  /// A parser that holds clients to those limits.
  public RequestParser(HeadLimits limits) {
    this.limits = limits;
    this.found = new FieldCollector(limits);
  }

  /// Takes bytes up to the end of a head. After `Parsed` the next call begins the next head; after
  /// `Rejected` every call answers the same.
  public ParseResult<RequestHead> feed(ByteBuffer in) {
    if (rejected != null) {
      return rejected;
    }
    while (true) {
      switch (nextLine(in)) {
        case MORE -> {
          return ParseResult.NeedMore.instance();
        }
        case FAULT -> {
          return reject(new Fault(lines.violation()));
        }
        case LINE -> {
          if (line != null && lines.lineEnd() == lines.lineStart()) {
            return finish(line, in);
          }
          Fault fault = takeLine();
          if (fault != null) {
            return reject(fault);
          }
        }
      }
    }
  }

  /// Whether a byte of a head has been taken that is not yet complete. The empty line that may
  /// stand before it does not count.
  public boolean isStarted() {
    return line != null || !lines.isEmpty();
  }

  /// Forgets everything taken so far.
  public void reset() {
    lines.reset();
    found.reset();
    line = null;
    emptyLineSkipped = false;
    sectionStart = 0;
    rejected = null;
  }

  private LineScanner.Step nextLine(ByteBuffer in) {
    int start = lines.consumed();
    if (line == null) {
      return lines.nextLine(in, start + limits.startLine(), Violation.REQUEST_LINE_TOO_LONG);
    }
    int lineBound = start + limits.fieldLine();
    int sectionBound = sectionStart + limits.fieldSection();
    return lineBound < sectionBound
        ? lines.nextLine(in, lineBound, Violation.FIELD_LINE_TOO_LONG)
        : lines.nextLine(in, sectionBound, Violation.FIELD_SECTION_TOO_LONG);
  }

  private @Nullable Fault takeLine() {
    int start = lines.lineStart();
    int end = lines.lineEnd();
    if (line != null) {
      return found.add(lines.bytes(), start, end);
    }
    if (start == end) {
      boolean again = emptyLineSkipped;
      emptyLineSkipped = true;
      return again ? new Fault(Violation.EMPTY_LINES) : null;
    }
    RequestLineReader reader = new RequestLineReader(lines.bytes(), start, end);
    line = reader.read();
    sectionStart = lines.consumed();
    return line == null ? new Fault(reader.violation()) : null;
  }

  private ParseResult<RequestHead> finish(RequestLine start, ByteBuffer in) {
    int length = lines.consumed();
    FieldSection fields = found.section(lines.bytes());
    Fault fault = FramingRules.fault(found, fields, start.minorVersion());
    if (fault == null) {
      fault = hostFault(start, fields);
    }
    if (fault == null && found.expect() >= 0 && start.minorVersion() > 0) {
      fault = expectFault(fields);
    }
    ConnectionOptions connection = found.connection(fields);
    if (fault == null && connection == null) {
      fault = new Fault(Violation.CONNECTION_MALFORMED);
    }
    if (fault != null || connection == null) {
      return reject(fault == null ? new Fault(Violation.CONNECTION_MALFORMED) : fault);
    }
    FieldSection owned = found.section(lines.finish(in));
    Framing framing = FramingRules.framing(found, owned, Framing.NONE);
    int host = found.host();
    RequestHead head =
        new RequestHead(
            start,
            owned,
            framing,
            connection,
            length,
            host < 0 ? 0 : owned.valueStart(host),
            host < 0 ? 0 : owned.valueEnd(host));
    reset();
    return new ParseResult.Parsed<>(head);
  }

  private @Nullable Fault hostFault(RequestLine start, FieldSection fields) {
    int host = found.host();
    if (host < 0) {
      return start.minorVersion() > 0 ? new Fault(Violation.HOST_MISSING) : null;
    }
    return Host.isValid(fields.bytes(), fields.valueStart(host), fields.valueEnd(host))
        ? null
        : new Fault(Violation.HOST_MALFORMED);
  }

  private @Nullable Fault expectFault(FieldSection fields) {
    return fields.valueIs(found.expect(), "100-continue")
        ? null
        : new Fault(Violation.EXPECTATION_UNKNOWN);
  }

  private ParseResult<RequestHead> reject(Fault fault) {
    ParseResult<RequestHead> result = fault.toResult();
    reset();
    rejected = result;
    return result;
  }
}
