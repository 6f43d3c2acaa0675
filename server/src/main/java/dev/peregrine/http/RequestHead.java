package dev.peregrine.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request line and its header section, accepted and owned by whoever holds it: its bytes are its
/// own. Not for use by two threads at once (strings are made on demand and kept).
public final class RequestHead {
  private final RequestLine line;
  private final FieldSection fields;
  private final Framing framing;
  private final ConnectionOptions connection;
  private final int length;
  private final int hostStart;
  private final int hostEnd;
  private @Nullable String host;
  private @Nullable String target;
  private @Nullable String path;

  /// A head whose host is that of the target, or else `fields.bytes()[hostStart, hostEnd)`.
  public RequestHead(
      RequestLine line,
      FieldSection fields,
      Framing framing,
      ConnectionOptions connection,
      int length,
      int hostStart,
      int hostEnd) {
    this.line = line;
    this.fields = fields;
    this.framing = framing;
    this.connection = connection;
    this.length = length;
    this.hostStart = hostStart;
    this.hostEnd = hostEnd;
    this.host = line.authority();
  }

  /// The method.
  public Method method() {
    return line.method();
  }

  /// The method as it was sent.
  public String methodName() {
    return line.method() == Method.OTHER
        ? text(line.methodStart(), line.methodEnd())
        : line.method().name();
  }

  /// 0 or 1, for HTTP/1.0 and HTTP/1.1.
  public int minorVersion() {
    return line.minorVersion();
  }

  /// The target as it was sent, in origin form with its query, or `*`. An absolute form is reduced
  /// to path and query.
  public String target() {
    String text = target;
    if (text == null) {
      text = text(line.targetStart(), line.targetEnd());
      target = text;
    }
    return text;
  }

  /// The path as it was sent, without the query.
  public String path() {
    String text = path;
    if (text == null) {
      text = hasQuery() ? text(line.targetStart(), line.queryStart()) : target();
      path = text;
    }
    return text;
  }

  /// The query as it was sent, without `?`; empty if there is none.
  public String query() {
    return hasQuery() ? text(line.queryStart() + 1, line.targetEnd()) : "";
  }

  /// Whether the request is about the server as a whole, `OPTIONS *`.
  public boolean isAsterisk() {
    return fields.bytes()[line.targetStart()] == '*';
  }

  /// Whether the target has a query, be it empty.
  public boolean hasQuery() {
    return line.queryStart() >= 0;
  }

  /// Host and port in lower case, from the absolute form or else from `Host`; empty for HTTP/1.0
  /// without either.
  public String host() {
    String text = host;
    if (text == null) {
      text = Host.canonical(fields.bytes(), hostStart, hostEnd);
      host = text;
    }
    return text;
  }

  /// Number of bytes of [#host()] without `droppedPort`, such as `:80`, at its end.
  public int hostLength(String droppedPort) {
    int length = fullHostLength();
    int rest = length - droppedPort.length();
    for (int i = 0; i < droppedPort.length(); i++) {
      if (rest < 0 || hostOctet(rest + i) != droppedPort.charAt(i)) {
        return length;
      }
    }
    return rest;
  }

  /// Writes the first `length` bytes of [#host()] to `into`, beginning at `at`.
  public void copyHost(byte[] into, int at, int length) {
    for (int i = 0; i < length; i++) {
      into[at + i] = hostOctet(i);
    }
  }

  /// The header section.
  public FieldSection fields() {
    return fields;
  }

  /// Where the content ends.
  public Framing framing() {
    return framing;
  }

  /// Whether content follows the head.
  public boolean hasContent() {
    return !(framing instanceof Framing.None)
        && !(framing instanceof Framing.Length some && some.bytes() == 0);
  }

  /// Whether the client wants the connection kept after the response.
  public boolean isKeepAlive() {
    return connection.isPersistent(line.minorVersion());
  }

  /// Whether the client waits for a 100 before it sends the content.
  public boolean expectsContinue() {
    return line.minorVersion() > 0
        && !(framing instanceof Framing.None)
        && fields.contains(FieldName.EXPECT);
  }

  /// The protocols that the client asks to change to, in lower case; `null` unless the request may
  /// be upgraded: HTTP/1.1, `Connection: upgrade`, no content, not to HTTP/2.
  public @Nullable String upgrade() {
    if (!connection.isUpgrade() || line.minorVersion() == 0 || hasContent()) {
      return null;
    }
    String value = fields.first(FieldName.UPGRADE);
    if (value == null || value.isEmpty()) {
      return null;
    }
    String protocols = value.toLowerCase(Locale.ROOT);
    return protocols.contains("h2c") ? null : protocols;
  }

  /// Whether field line `i` concerns the client's connection only.
  public boolean isConnectionField(int i) {
    return connection.covers(fields, i);
  }

  /// The same request without the field lines of those names and with lines added, each a known
  /// name and a value that is valid.
  public RequestHead edited(Set<FieldName> dropped, Map<FieldName, String> added) {
    return new RequestHead(
        line, fields.edited(dropped, added), framing, connection, length, hostStart, hostEnd);
  }

  /// Number of bytes of the head, an empty line before it included.
  public int length() {
    return length;
  }

  /// The bytes that all offsets point into; not to be changed.
  public byte[] bytes() {
    return fields.bytes();
  }

  /// Offset of the target in [#bytes()], origin form.
  public int targetStart() {
    return line.targetStart();
  }

  /// Offset after the target.
  public int targetEnd() {
    return line.targetEnd();
  }

  /// Offset of the query's `?`, -1 if there is none.
  public int queryStart() {
    return line.queryStart();
  }

  private int fullHostLength() {
    String authority = line.authority();
    return authority == null ? hostEnd - hostStart : authority.length();
  }

  private byte hostOctet(int i) {
    String authority = line.authority();
    return authority == null
        ? Grammar.lower(fields.bytes()[hostStart + i])
        : (byte) authority.charAt(i);
  }

  private String text(int start, int end) {
    return new String(fields.bytes(), start, end - start, StandardCharsets.ISO_8859_1);
  }
}
