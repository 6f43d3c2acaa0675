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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the heads of the requests on one connection, strictly, from pieces of any size. Belongs to
/// the connection's event loop; never blocks. Sources: RFC 9112 §2 to §6, RFC 9110.
///
/// ```
/// START --empty line, once--> START --request line--> FIELDS --field line--> FIELDS
///   FIELDS --empty line--> parsed, START         any --broken rule--> REJECTED until reset()
/// ```
public final class RequestParser extends HeadParser<RequestHead> {
  private @Nullable RequestLine line;
  private boolean emptyLineSkipped;

  /// A parser that holds clients to those limits.
  public RequestParser(HeadLimits limits) {
    super(limits, Violation.REQUEST_LINE_TOO_LONG);
  }

  @Override
  public void reset() {
    super.reset();
    line = null;
    emptyLineSkipped = false;
  }

  @Override
  boolean isInSection() {
    return line != null;
  }

  @Override
  Fault lineFault() {
    return new Fault(lines.violation());
  }

  @Override
  @Nullable Fault takeStartLine(byte[] bytes, int start, int end) {
    if (start == end) {
      boolean again = emptyLineSkipped;
      emptyLineSkipped = true;
      return again ? new Fault(Violation.EMPTY_LINES) : null;
    }
    RequestLineReader reader = new RequestLineReader(bytes, start, end);
    line = reader.read();
    return line == null ? new Fault(reader.violation()) : null;
  }

  @Override
  ParseResult<RequestHead> finish(ByteBuffer in) {
    RequestLine start = Objects.requireNonNull(line);
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
}
