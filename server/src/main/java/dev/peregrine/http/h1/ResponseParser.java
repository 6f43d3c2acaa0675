package dev.peregrine.http.h1;

import dev.peregrine.http.ConnectionOptions;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Grammar;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.http.Violation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Reads the heads of the responses on one connection to a worker, as strictly as [RequestParser]
/// reads requests; interim responses are heads like others. Belongs to an event loop; never blocks.
/// Sources: RFC 9112 §4 to §6.
public final class ResponseParser extends HeadParser<ResponseHead> {
  private static final int NOT_STARTED = -1;
  private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/', '1', '.'};
  private static final int STATUS_AT = 9;
  private static final int REASON_AT = 13;

  private int status = NOT_STARTED;
  private int minorVersion;
  private int reasonStart;
  private int reasonEnd;

  /// A parser that holds workers to those limits.
  public ResponseParser(HeadLimits limits) {
    super(limits, Violation.STATUS_LINE_TOO_LONG);
  }

  @Override
  public void reset() {
    super.reset();
    status = NOT_STARTED;
  }

  @Override
  boolean isInSection() {
    return status != NOT_STARTED;
  }

  @Override
  Fault lineFault() {
    return new Fault(lines.violation(), lastName());
  }

  /// `HTTP-version SP status-code [ SP [ reason-phrase ] ]`: the second space may be missing.
  @Override
  @Nullable Fault takeStartLine(byte[] bytes, int start, int end) {
    int length = end - start;
    boolean formed =
        length >= REASON_AT - 1
            && Grammar.equalsIgnoreCase(bytes, start + 4, start + 7, "/1.")
            && bytes[start + STATUS_AT - 1] == ' '
            && (length == REASON_AT - 1 || bytes[start + REASON_AT - 1] == ' ');
    for (int i = 0; formed && i < VERSION.length; i++) {
      formed = bytes[start + i] == VERSION[i];
    }
    int minor = formed ? bytes[start + VERSION.length] - '0' : -1;
    if (minor != 0 && minor != 1) {
      return new Fault(Violation.STATUS_LINE_MALFORMED);
    }
    int code = 0;
    for (int i = start + STATUS_AT; i < start + REASON_AT - 1; i++) {
      code = Grammar.isDigit(bytes[i]) ? code * 10 + bytes[i] - '0' : -1000;
    }
    if (code < 100 || code > 599) {
      return new Fault(Violation.STATUS_CODE_MALFORMED);
    }
    status = code;
    minorVersion = minor;
    reasonStart = Math.min(start + REASON_AT, end);
    reasonEnd = end;
    return null;
  }

  @Override
  ParseResult<ResponseHead> finish(ByteBuffer in) {
    FieldSection fields = found.section(lines.bytes());
    Fault fault = FramingRules.fault(found, fields, minorVersion);
    ConnectionOptions connection = found.connection(fields);
    if (fault != null) {
      return reject(fault);
    }
    if (connection == null) {
      return reject(new Fault(Violation.CONNECTION_MALFORMED, "connection"));
    }
    FieldSection owned = found.section(lines.finish(in));
    ResponseHead head =
        new ResponseHead(
            status,
            minorVersion,
            reasonStart,
            reasonEnd,
            owned,
            FramingRules.framing(found, owned, Framing.UNTIL_CLOSE),
            connection);
    reset();
    return new ParseResult.Parsed<>(head);
  }

  /// Name of the field whose line holds the byte that was refused, as far as it can be read.
  private String lastName() {
    byte[] bytes = lines.bytes();
    int start = lines.consumed();
    int end = start;
    while (end < bytes.length && Grammar.isToken(bytes[end])) {
      end++;
    }
    return status == NOT_STARTED ? "" : Grammar.escaped(bytes, start, end);
  }
}
