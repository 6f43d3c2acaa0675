package dev.peregrine.http.h1;

import dev.peregrine.http.Grammar;
import dev.peregrine.http.Host;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestLine;
import dev.peregrine.http.Violation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads one request line: `method SP request-target SP HTTP-version`. Source: RFC 9112 §3.
final class RequestLineReader {
  private static final byte[] HTTP = "http://".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] HTTPS = "https://".getBytes(StandardCharsets.ISO_8859_1);

  private final byte[] bytes;
  private final int start;
  private final int end;
  private Violation violation = Violation.REQUEST_LINE_MALFORMED;
  private Method method = Method.OTHER;
  private int targetStart;
  private int targetEnd;
  private int queryStart = -1;
  private @Nullable String authority;

  RequestLineReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /// The rule broken by a line that could not be read.
  Violation violation() {
    return violation;
  }

  /// The line; `null` if it breaks a rule. A path that an absolute form lacks is put in the place
  /// of the last byte of its authority, so that the target is one run of bytes.
  @Nullable RequestLine read() {
    int methodEnd = start;
    while (methodEnd < end && Grammar.isToken(bytes[methodEnd])) {
      methodEnd++;
    }
    if (methodEnd == start || methodEnd == end || bytes[methodEnd] != ' ') {
      return refuse(Violation.METHOD_MALFORMED);
    }
    method = Method.of(bytes, start, methodEnd);
    targetStart = methodEnd + 1;
    if (!scanTarget()) {
      return null;
    }
    int minorVersion = minorVersion();
    if (minorVersion < 0) {
      return null;
    }
    if (method == Method.CONNECT) {
      return refuse(Violation.METHOD_CONNECT);
    }
    if (bytes[targetStart] != '/' && !readOtherForm()) {
      return null;
    }
    return new RequestLine(
        method, start, methodEnd, targetStart, targetEnd, queryStart, minorVersion, authority);
  }

  private boolean scanTarget() {
    int i = targetStart;
    while (i < end && Grammar.isTarget(bytes[i])) {
      if (bytes[i] == '?' && queryStart < 0) {
        queryStart = i;
      }
      i++;
    }
    targetEnd = i;
    if (i == end) {
      return fail(i == targetStart ? Violation.REQUEST_LINE_MALFORMED : Violation.VERSION_MISSING);
    }
    if (bytes[i] != ' ') {
      return fail(bytes[i] == '#' ? Violation.TARGET_FRAGMENT : Violation.TARGET_MALFORMED);
    }
    return i > targetStart || fail(Violation.REQUEST_LINE_MALFORMED);
  }

  /// The minor version; negative if the rest of the line is not `HTTP/1.0` or `HTTP/1.1`.
  private int minorVersion() {
    int at = targetEnd + 1;
    boolean formed =
        end - at == 8
            && bytes[at] == 'H'
            && bytes[at + 1] == 'T'
            && bytes[at + 2] == 'T'
            && bytes[at + 3] == 'P'
            && bytes[at + 4] == '/'
            && Grammar.isDigit(bytes[at + 5])
            && bytes[at + 6] == '.'
            && Grammar.isDigit(bytes[at + 7]);
    if (!formed || bytes[at + 5] == '0') {
      violation = Violation.VERSION_MALFORMED;
      return -1;
    }
    if (bytes[at + 5] != '1' || bytes[at + 7] > '1') {
      violation = Violation.VERSION_UNSUPPORTED;
      return -1;
    }
    return bytes[at + 7] - '0';
  }

  private boolean readOtherForm() {
    if (targetEnd - targetStart == 1 && bytes[targetStart] == '*') {
      return method == Method.OPTIONS || fail(Violation.TARGET_FORM);
    }
    int authorityStart = schemeEnd();
    if (authorityStart < 0) {
      return fail(Violation.TARGET_FORM);
    }
    int authorityEnd = authorityStart;
    while (authorityEnd < targetEnd && bytes[authorityEnd] != '/' && bytes[authorityEnd] != '?') {
      authorityEnd++;
    }
    if (!Host.isValid(bytes, authorityStart, authorityEnd)) {
      return fail(Violation.TARGET_AUTHORITY);
    }
    authority = Host.canonical(bytes, authorityStart, authorityEnd);
    boolean hasPath = authorityEnd < targetEnd && bytes[authorityEnd] == '/';
    targetStart = hasPath ? authorityEnd : authorityEnd - 1;
    if (!hasPath) {
      boolean wholeServer = method == Method.OPTIONS && queryStart < 0;
      bytes[targetStart] = (byte) (wholeServer ? '*' : '/');
    }
    return true;
  }

  /// Offset after `http://` or `https://`; negative if the target starts with neither.
  private int schemeEnd() {
    for (byte[] scheme : new byte[][] {HTTP, HTTPS}) {
      int stop = targetStart + scheme.length;
      if (stop <= targetEnd && Grammar.equalsIgnoreCase(bytes, targetStart, stop, scheme)) {
        return stop;
      }
    }
    return -1;
  }

  private @Nullable RequestLine refuse(Violation rule) {
    violation = rule;
    return null;
  }

  private boolean fail(Violation rule) {
    violation = rule;
    return false;
  }
}
