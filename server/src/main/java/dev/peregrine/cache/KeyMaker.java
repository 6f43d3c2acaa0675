package dev.peregrine.cache;

import dev.peregrine.http.ConnectionOptions;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Grammar;
import dev.peregrine.http.Host;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.RequestLine;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Makes cache keys out of request heads, without a `String` and in one allocation. What a client
/// can send to change the app's answer is in the key or does not reach the app: fields that name
/// another host, path or method are parts of it when they are there.
final class KeyMaker {
  private static final byte[] NOTHING = {};
  private static final int FIELD = 'f';

  private final CookieParts cookies;
  private final QueryParts queries;
  private final long seed;

  KeyMaker(CacheConfig config, long seed) {
    this.cookies = new CookieParts(config.varyCookies());
    this.queries = new QueryParts(config.sortsQuery(), config.droppedParameters());
    this.seed = seed;
  }

  /// The key of a request with a host in whose fields the scan found `traits`.
  CacheKey key(RequestHead head, Arrival arrival, int traits) {
    Scheme scheme = arrival.scheme();
    byte[] extras = extras(head.fields(), arrival, traits);
    byte[] source = head.bytes();
    int mark = head.queryStart();
    int pathLength = (mark < 0 ? head.targetEnd() : mark) - head.targetStart();
    byte[] query = source;
    int queryStart = mark + 1;
    int queryLength = mark < 0 ? CacheKey.ABSENT : head.targetEnd() - queryStart;
    if (mark >= 0 && queries.areNormalised()) {
      query = queries.normalised(source, queryStart, head.targetEnd());
      queryLength = query.length == 0 && queryLength > 0 ? CacheKey.ABSENT : query.length;
      queryStart = 0;
    }
    int hostLength = head.hostLength(scheme.port());
    int path = 1 + Integer.BYTES + hostLength;
    int pathEnd = path + Integer.BYTES + pathLength;
    int resourceLength = pathEnd + Integer.BYTES + Math.max(0, queryLength);
    byte[] bytes = new byte[resourceLength + extras.length];
    bytes[0] = (byte) (scheme == Scheme.HTTP ? 0 : 1);
    Octets.writeInt(bytes, 1, hostLength);
    head.copyHost(bytes, 1 + Integer.BYTES, hostLength);
    Octets.writeInt(bytes, path, pathLength);
    System.arraycopy(source, head.targetStart(), bytes, path + Integer.BYTES, pathLength);
    Octets.writeInt(bytes, pathEnd, queryLength);
    System.arraycopy(query, queryStart, bytes, pathEnd + Integer.BYTES, Math.max(0, queryLength));
    System.arraycopy(extras, 0, bytes, resourceLength, extras.length);
    return new CacheKey(bytes, resourceLength, seed);
  }

  /// The key of an absolute `http` or `https` URL, without cookies; `null` if it is none. A
  /// fragment is no part of it.
  @Nullable CacheKey key(String url) {
    for (Scheme scheme : Scheme.values()) {
      String start = scheme.text() + "://";
      if (url.regionMatches(true, 0, start, 0, start.length())) {
        int path = start.length();
        while (path < url.length() && "/?#".indexOf(url.charAt(path)) < 0) {
          path++;
        }
        return key(scheme, url.substring(start.length(), path), url.substring(path));
      }
    }
    return null;
  }

  private @Nullable CacheKey key(Scheme scheme, String authority, String reference) {
    int fragment = reference.indexOf('#');
    String shown = fragment < 0 ? reference : reference.substring(0, fragment);
    String target = shown.startsWith("/") ? shown : "/" + shown;
    byte[] host = authority.getBytes(StandardCharsets.ISO_8859_1);
    byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1);
    if (!Host.isValid(host, 0, host.length) || !isTarget(bytes)) {
      return null;
    }
    RequestLine line =
        new RequestLine(
            Method.GET,
            0,
            0,
            0,
            bytes.length,
            target.indexOf('?'),
            1,
            Host.canonical(host, 0, host.length));
    FieldSection none = new FieldSection(bytes, new int[0], 0);
    RequestHead head =
        new RequestHead(line, none, Framing.NONE, ConnectionOptions.NONE, bytes.length, 0, 0);
    return key(head, Arrival.of(scheme, Trust.UNTRUSTED, Trust.UNTRUSTED), 0);
  }

  private static boolean isTarget(byte[] bytes) {
    for (byte octet : bytes) {
      if (!Grammar.isTarget(octet)) {
        return false;
      }
    }
    return true;
  }

  private byte[] extras(FieldSection fields, Arrival arrival, int traits) {
    boolean hasCookies = RequestScan.has(traits, RequestScan.COOKIE) && cookies.isAsked();
    boolean isForwarded =
        RequestScan.has(traits, RequestScan.FORWARDED_HOST) && arrival.proxy() == Trust.TRUSTED;
    if (!hasCookies && !isForwarded && !RequestScan.has(traits, RequestScan.KEYED)) {
      return NOTHING;
    }
    Octets out = new Octets(64);
    if (hasCookies) {
      cookies.append(fields, out);
    }
    for (int i = 0; i < fields.size(); i++) {
      FieldName name = fields.known(i);
      if (RequestScan.isKeyed(name) || (isForwarded && name == FieldName.X_FORWARDED_HOST)) {
        out.put(FIELD).put(name.number());
        out.putCounted(fields.bytes(), fields.valueStart(i), fields.valueEnd(i));
      }
    }
    return out.toArray();
  }
}
