package dev.peregrine.http;

import java.util.Locale;

/// A rule of HTTP/1.1 that a peer broke, with the status that answers it and the rule's source.
public enum Violation {
  // Bytes and lines
  BARE_CR(400, "RFC 9112 §2.2"),
  BARE_LF(400, "RFC 9112 §2.2"),
  CONTROL_BYTE(400, "RFC 9110 §5.5"),
  EMPTY_LINES(400, "RFC 9112 §2.2"),

  // Request line
  REQUEST_LINE_MALFORMED(400, "RFC 9112 §3"),
  REQUEST_LINE_TOO_LONG(414, "RFC 9112 §3"),
  METHOD_MALFORMED(400, "RFC 9112 §3.1"),
  METHOD_CONNECT(501, "RFC 9110 §9.3.6"),
  TARGET_MALFORMED(400, "RFC 9112 §3.2"),
  TARGET_FRAGMENT(400, "RFC 9112 §3.2"),
  TARGET_FORM(400, "RFC 9112 §3.2"),
  TARGET_AUTHORITY(400, "RFC 9110 §4.2"),
  VERSION_MISSING(400, "RFC 9112 §3"),
  VERSION_MALFORMED(400, "RFC 9112 §2.3"),
  VERSION_UNSUPPORTED(505, "RFC 9110 §15.6.6"),

  // Field lines
  OBS_FOLD(400, "RFC 9112 §5.2"),
  FIELD_NAME_EMPTY(400, "RFC 9112 §5.1"),
  FIELD_NAME_MALFORMED(400, "RFC 9110 §5.1"),
  FIELD_NAME_WHITESPACE(400, "RFC 9112 §5.1"),
  FIELD_COLON_MISSING(400, "RFC 9112 §5"),
  FIELD_LINE_TOO_LONG(431, "RFC 6585 §5"),
  FIELD_SECTION_TOO_LONG(431, "RFC 6585 §5"),
  FIELDS_TOO_MANY(431, "RFC 6585 §5"),
  COOKIE_TOO_LONG(431, "RFC 6585 §5"),

  // Host, connection, expectation
  HOST_MISSING(400, "RFC 9112 §3.2"),
  HOST_REPEATED(400, "RFC 9112 §3.2"),
  HOST_MALFORMED(400, "RFC 9110 §7.2"),
  CONNECTION_MALFORMED(400, "RFC 9110 §7.6.1"),
  EXPECTATION_UNKNOWN(417, "RFC 9110 §10.1.1"),

  // Framing
  CONTENT_LENGTH_MALFORMED(400, "RFC 9110 §8.6"),
  CONTENT_LENGTH_REPEATED(400, "RFC 9112 §6.3"),
  CONTENT_LENGTH_WITH_TRANSFER_ENCODING(400, "RFC 9112 §6.1"),
  TRANSFER_ENCODING_MALFORMED(400, "RFC 9112 §6.1"),
  TRANSFER_ENCODING_REPEATED(400, "RFC 9112 §6.1"),
  TRANSFER_ENCODING_NOT_LAST(400, "RFC 9112 §6.3"),
  TRANSFER_ENCODING_UNKNOWN(501, "RFC 9112 §6.1"),
  TRANSFER_ENCODING_IN_HTTP_1_0(400, "RFC 9112 §6.1"),

  // Chunked coding
  CHUNK_SIZE_MALFORMED(400, "RFC 9112 §7.1"),
  CHUNK_SIZE_TOO_LARGE(400, "RFC 9112 §7.1"),
  CHUNK_EXTENSION_MALFORMED(400, "RFC 9112 §7.1.1"),
  CHUNK_EXTENSIONS_TOO_LONG(431, "RFC 9112 §7.1.1"),
  CHUNK_END_MISSING(400, "RFC 9112 §7.1"),
  TRAILER_SECTION_TOO_LONG(431, "RFC 9112 §7.1.2"),
  TRAILER_FIELD_FORBIDDEN(400, "RFC 9110 §6.5.1"),

  // Status line
  STATUS_LINE_MALFORMED(502, "RFC 9112 §4"),
  STATUS_LINE_TOO_LONG(502, "RFC 9112 §4"),
  STATUS_CODE_MALFORMED(502, "RFC 9110 §15");

  private final int status;
  private final String source;
  private final String reason;

  Violation(int status, String source) {
    this.status = status;
    this.source = source;
    this.reason = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Status code that answers a request which broke the rule; a response that did is a 502.
  public int status() {
    return status;
  }

  /// Where the rule stands, such as `RFC 9112 §6.3`.
  public String source() {
    return source;
  }

  /// Name for logs and counters, such as `bare-lf`.
  public String reason() {
    return reason;
  }
}
