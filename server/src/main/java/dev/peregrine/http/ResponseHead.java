package dev.peregrine.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A status line and its header section, as an app sent it and the parser accepted it.
public final class ResponseHead {
  private final int status;
  private final int minorVersion;
  private final int reasonStart;
  private final int reasonEnd;
  private final FieldSection fields;
  private final Framing framing;
  private final ConnectionOptions connection;

  /// A head whose content would be framed as `framing` if its status and request let it have any.
  public ResponseHead(
      int status,
      int minorVersion,
      int reasonStart,
      int reasonEnd,
      FieldSection fields,
      Framing framing,
      ConnectionOptions connection) {
    this.status = status;
    this.minorVersion = minorVersion;
    this.reasonStart = reasonStart;
    this.reasonEnd = reasonEnd;
    this.fields = fields;
    this.framing = framing;
    this.connection = connection;
  }

  /// Status code, 100 to 599.
  public int status() {
    return status;
  }

  /// Reason phrase as it was sent, possibly empty.
  public String reason() {
    if (reasonEnd - reasonStart == 2
        && fields.bytes()[reasonStart] == 'O'
        && fields.bytes()[reasonStart + 1] == 'K') {
      return "OK";
    }
    return new String(
        fields.bytes(), reasonStart, reasonEnd - reasonStart, StandardCharsets.ISO_8859_1);
  }

  /// 0 or 1, for HTTP/1.0 and HTTP/1.1.
  public int minorVersion() {
    return minorVersion;
  }

  /// The header section.
  public FieldSection fields() {
    return fields;
  }

  /// Whether the sender keeps the connection open after the message.
  public boolean isKeepAlive() {
    return connection.isPersistent(minorVersion);
  }

  /// Whether a final response is still to come. RFC 9110 §15.2
  public boolean isInterim() {
    return status < 200 && status != 101;
  }

  /// Where the content ends, in answer to a request with that method. RFC 9112 §6.3
  public Framing framing(Method requestMethod) {
    boolean empty = status < 200 || status == 204 || status == 304;
    return empty || requestMethod == Method.HEAD ? Framing.NONE : framing;
  }

  /// Whether field line `i` concerns the sender's connection only.
  public boolean isConnectionField(int i) {
    return connection.covers(fields, i);
  }

  /// The same head with other fields, whose bytes begin with those of its own; content keeps its
  /// framing.
  public ResponseHead with(FieldSection others) {
    return new ResponseHead(
        status, minorVersion, reasonStart, reasonEnd, others, framing, connection);
  }

  /// The same head for content of which the length is not known.
  public ResponseHead chunked() {
    return new ResponseHead(
        status, minorVersion, reasonStart, reasonEnd, fields, Framing.CHUNKED, connection);
  }

  /// The protocol that the connection changes to, in lower case; `null` unless this is a 101 with
  /// `Connection: upgrade`.
  public @Nullable String upgrade() {
    String protocol = fields.first(FieldName.UPGRADE);
    return status == 101 && connection.isUpgrade() && protocol != null
        ? protocol.toLowerCase(Locale.ROOT)
        : null;
  }
}
