package dev.peregrine.exchange;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.RequestHead;
import dev.peregrine.listen.Decimal;
import dev.peregrine.listen.FieldLine;
import dev.peregrine.listen.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The head of a request as a worker takes it: the gateway frame of a Ruby or Python worker, or an
/// HTTP/1.1 head. Pure.
final class RequestFrame {
  /// Edge Architecture Specification 1.0 §3.
  private static final String CAPABILITY = "peregrine=\"ESI/1.0\"";

  private static final int FIXED_VALUES = 13;
  private static final int NAME_LIMIT = 256;
  private static final byte[] GATEWAY_NAME = gatewayNames();

  private final Outgoing request;
  private final RequestHead head;
  private final Peer peer;
  private final ClientOrigin origin;
  private final boolean passUnderscores;
  private final @Nullable String via;
  private final boolean doesFragments;

  /// How many strings the gateway frame has so far.
  private int strings;

  RequestFrame(Outgoing request, ClientOrigin origin, Services services) {
    this.request = request;
    this.head = request.head();
    this.peer = request.peer();
    this.origin = origin;
    this.passUnderscores = services.config.passUnderscores();
    this.via = services.via;
    this.doesFragments = services.config.fragments().isEnabled();
  }

  /// Four bytes of length, four with the number of strings, then the strings, each ended by NUL:
  /// thirteen values that every request has, in the order of docs/adr/0007, then names and values
  /// of the others. All are CGI variables (RFC 3875 §4.1), with the target as it was sent.
  ByteBuf gateway(ByteBufAllocator allocator, Framing framing) {
    ByteBuf out = allocator.directBuffer(1024);
    out.writeLong(0);
    put(out, head.methodName());
    putTarget(out);
    putServer(out);
    put(out, head.minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1");
    put(out, origin.address());
    put(out, peer.port());
    put(out, origin.forwardedFor());
    put(out, origin.proto());
    put(out, request.id());
    out.writeByte('t').writeByte('=');
    put(out, request.startMicros());
    strings = FIXED_VALUES;
    putRest(out, framing);
    putGatewayFields(out);
    return out.setInt(0, out.writerIndex() - 4).setInt(4, strings);
  }

  private void putRest(ByteBuf out, Framing framing) {
    if (!head.host().isEmpty()) {
      put(out, "HTTP_HOST\0", head.host());
    }
    if (!origin.host().isEmpty()) {
      put(out, "HTTP_X_FORWARDED_HOST\0", origin.host());
    }
    if (origin.isSecure()) {
      put(out, "HTTPS\0", "on");
    }
    switch (framing) {
      case Framing.None _, Framing.UntilClose _ -> {}
      case Framing.Length(var length) -> put(out, "CONTENT_LENGTH\0", Long.toString(length));
      case Framing.Chunked _ -> put(out, "HTTP_TRANSFER_ENCODING\0", "chunked");
    }
    if (via != null) {
      put(out, "HTTP_VIA\0", viaValue());
    }
    if (doesFragments) {
      put(out, "HTTP_SURROGATE_CAPABILITY\0", CAPABILITY);
    }
    String upgrade = head.upgrade();
    if (upgrade != null) {
      put(out, "HTTP_CONNECTION\0", "upgrade");
      put(out, "HTTP_UPGRADE\0", upgrade);
    }
  }

  /// An HTTP/1.1 head for an app that speaks HTTP itself.
  ByteBuf http(ByteBufAllocator allocator, Framing framing, boolean passesExpect) {
    ByteBuf out = allocator.directBuffer(1024);
    ByteBufUtil.writeAscii(out, head.methodName());
    out.writeByte(' ');
    out.writeBytes(head.bytes(), head.targetStart(), head.targetEnd() - head.targetStart());
    ByteBufUtil.writeAscii(out, " HTTP/1.1\r\nHost: ");
    ByteBufUtil.writeAscii(out, head.host().isEmpty() ? peer.localAddress() : head.host());
    switch (framing) {
      case Framing.None _, Framing.UntilClose _ -> {}
      case Framing.Length(var length) -> line(out, "\r\nContent-Length: ", Long.toString(length));
      case Framing.Chunked _ -> ByteBufUtil.writeAscii(out, "\r\nTransfer-Encoding: chunked");
    }
    line(out, "\r\nX-Forwarded-For: ", origin.forwardedFor());
    line(out, "\r\nX-Forwarded-Proto: ", origin.proto());
    if (!origin.host().isEmpty()) {
      line(out, "\r\nX-Forwarded-Host: ", origin.host());
    }
    line(out, "\r\nX-Request-Id: ", request.id());
    line(out, "\r\nX-Request-Start: t=", Long.toString(request.startMicros()));
    if (via != null) {
      line(out, "\r\nVia: ", viaValue());
    }
    if (doesFragments) {
      line(out, "\r\nSurrogate-Capability: ", CAPABILITY);
    }
    if (passesExpect && head.expectsContinue()) {
      ByteBufUtil.writeAscii(out, "\r\nExpect: 100-continue");
    }
    String upgrade = head.upgrade();
    if (upgrade != null) {
      line(out, "\r\nConnection: upgrade\r\nUpgrade: ", upgrade);
    }
    out.writeByte('\r').writeByte('\n');
    putHttpFields(out);
    return out.writeByte('\r').writeByte('\n');
  }

  private void putTarget(ByteBuf out) {
    byte[] bytes = head.bytes();
    int start = head.targetStart();
    int end = head.targetEnd();
    int query = head.queryStart();
    int pathEnd = query < 0 ? end : query;
    out.writeBytes(bytes, start, end - start).writeByte(0);
    out.writeBytes(bytes, start, pathEnd - start).writeByte(0);
    if (query >= 0) {
      out.writeBytes(bytes, query + 1, end - query - 1);
    }
    out.writeByte(0);
  }

  private void putServer(ByteBuf out) {
    String host = head.host();
    int colon = host.lastIndexOf(':');
    boolean hasPort = colon > host.lastIndexOf(']');
    String name = hasPort ? host.substring(0, colon) : host;
    put(out, name.isEmpty() ? peer.localAddress() : name);
    if (hasPort && colon + 1 < host.length()) {
      put(out, host.substring(colon + 1));
    } else if (host.isEmpty() && peer.localPort() > 0) {
      put(out, peer.localPort());
    } else {
      put(out, origin.isSecure() ? "443" : "80");
    }
  }

  private void putGatewayFields(ByteBuf out) {
    FieldSection fields = head.fields();
    byte[] bytes = fields.bytes();
    for (int i = 0; i < fields.size(); i++) {
      FieldName name = fields.known(i);
      if (!isPassed(fields, i, name) || isRepeated(fields, i)) {
        continue;
      }
      if (name == FieldName.CONTENT_TYPE) {
        ByteBufUtil.writeAscii(out, "CONTENT_TYPE");
      } else {
        ByteBufUtil.writeAscii(out, "HTTP_");
        for (int at = fields.nameStart(i); at < fields.nameEnd(i); at++) {
          out.writeByte(GATEWAY_NAME[bytes[at] & 0xff]);
        }
      }
      out.writeByte(0);
      putJoined(out, fields, i);
      out.writeByte(0);
      strings += 2;
    }
  }

  /// One variable holds all lines of a field, as a list (RFC 9110 §5.3; `Cookie`: RFC 6265 §5.4).
  private static void putJoined(ByteBuf out, FieldSection fields, int first) {
    byte[] bytes = fields.bytes();
    char separator = fields.known(first) == FieldName.COOKIE ? ';' : ',';
    out.writeBytes(
        bytes, fields.valueStart(first), fields.valueEnd(first) - fields.valueStart(first));
    for (int i = first + 1; i < fields.size(); i++) {
      if (hasSameName(fields, first, i)) {
        out.writeByte(separator).writeByte(' ');
        out.writeBytes(bytes, fields.valueStart(i), fields.valueEnd(i) - fields.valueStart(i));
      }
    }
  }

  private void putHttpFields(ByteBuf out) {
    FieldSection fields = head.fields();
    for (int i = 0; i < fields.size(); i++) {
      if (isPassed(fields, i, fields.known(i))) {
        FieldLine.write(out, fields, i);
      }
    }
  }

  /// Whether a field goes to the app as the client sent it. Names beyond letters, digits and `-`
  /// could pass for another field in CGI variables, `Proxy` for the variable `HTTP_PROXY`.
  private boolean isPassed(FieldSection fields, int i, FieldName name) {
    return switch (name) {
      case HOST,
          CONTENT_LENGTH,
          PROXY,
          EXPECT,
          X_FORWARDED_FOR,
          X_FORWARDED_PROTO,
          X_FORWARDED_HOST,
          X_FORWARDED_PORT,
          X_REAL_IP,
          X_REQUEST_ID,
          X_REQUEST_START ->
          false;
      case FORWARDED -> origin.isForwarded() && !head.isConnectionField(i);
      case VIA -> via == null;
      case SURROGATE_CAPABILITY -> !doesFragments;
      case OTHER -> !head.isConnectionField(i) && isPlainName(fields, i);
      default -> !head.isConnectionField(i);
    };
  }

  private boolean isPlainName(FieldSection fields, int i) {
    byte[] bytes = fields.bytes();
    int length = fields.nameEnd(i) - fields.nameStart(i);
    boolean hasUnderscore = false;
    for (int at = fields.nameStart(i); at < fields.nameEnd(i); at++) {
      if (GATEWAY_NAME[bytes[at] & 0xff] == 0) {
        return false;
      }
      hasUnderscore |= bytes[at] == '_';
    }
    boolean isAllowed = !hasUnderscore || (passUnderscores && !isDisguised(fields.name(i)));
    return isAllowed && length <= NAME_LIMIT;
  }

  /// Whether a name would end up in the variable of a field that Peregrine answers for.
  private static boolean isDisguised(String name) {
    String plain = name.replace('_', '-').toLowerCase(Locale.ROOT);
    return Arrays.stream(FieldName.values()).anyMatch(known -> known.lowerCase().equals(plain));
  }

  private static boolean isRepeated(FieldSection fields, int i) {
    for (int earlier = 0; earlier < i; earlier++) {
      if (hasSameName(fields, earlier, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasSameName(FieldSection fields, int a, int b) {
    FieldName name = fields.known(a);
    if (name != fields.known(b)) {
      return false;
    }
    if (name != FieldName.OTHER) {
      return true;
    }
    int length = fields.nameEnd(a) - fields.nameStart(a);
    if (length != fields.nameEnd(b) - fields.nameStart(b)) {
      return false;
    }
    byte[] bytes = fields.bytes();
    for (int at = 0; at < length; at++) {
      if (GATEWAY_NAME[bytes[fields.nameStart(a) + at] & 0xff]
          != GATEWAY_NAME[bytes[fields.nameStart(b) + at] & 0xff]) {
        return false;
      }
    }
    return true;
  }

  private String viaValue() {
    String before = String.join(", ", head.fields().all("via"));
    return (before.isEmpty() ? "" : before + ", ") + "1." + head.minorVersion() + " " + via;
  }

  private void put(ByteBuf out, String nameWithNul, String value) {
    ByteBufUtil.writeAscii(out, nameWithNul);
    put(out, value);
    strings += 2;
  }

  private static void put(ByteBuf out, String value) {
    ByteBufUtil.writeAscii(out, value);
    out.writeByte(0);
  }

  private static void put(ByteBuf out, long value) {
    Decimal.write(out, value);
    out.writeByte(0);
  }

  private static void line(ByteBuf out, String name, String value) {
    ByteBufUtil.writeAscii(out, name);
    out.writeCharSequence(value, StandardCharsets.ISO_8859_1);
  }

  /// Maps a byte of a field name to its byte in a variable; 0 where there is none.
  private static byte[] gatewayNames() {
    byte[] map = new byte[256];
    for (int c = 'a'; c <= 'z'; c++) {
      map[c] = (byte) (c - 'a' + 'A');
      map[c - 'a' + 'A'] = map[c];
    }
    for (int c = '0'; c <= '9'; c++) {
      map[c] = (byte) c;
    }
    map['-'] = '_';
    map['_'] = '_';
    return map;
  }
}
