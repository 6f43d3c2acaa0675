package dev.peregrine.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a stored response is found by: scheme, authority, path and query (together the resource),
/// then whatever else may change the app's answer, such as cookies named by the operator. A tuple
/// whose parts carry their lengths, so that no two tuples are the same bytes.
public final class CacheKey {
  /// Value of a length that stands for "no query".
  static final int ABSENT = -1;

  private static final int HEAP_BYTES = 40 + 16;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
  private static final long OFFSET = 0xd6e8_feb8_6659_fd93L;

  private final byte[] bytes;
  private final int resourceLength;
  private final long resourceHash;
  private final long hash;

  /// Takes over the bytes. The seed is secret, lest clients find keys that collide.
  CacheKey(byte[] bytes, int resourceLength, long seed) {
    this.bytes = bytes;
    this.resourceLength = resourceLength;
    this.resourceHash = hash(bytes, 0, resourceLength, seed);
    this.hash =
        resourceLength == bytes.length
            ? resourceHash
            : hash(bytes, resourceLength, bytes.length, resourceHash);
  }

  /// Hash of the resource alone, the same for all its cookies.
  public long resourceHash() {
    return resourceHash;
  }

  /// Whether both are of the same URL.
  public boolean isSameResource(CacheKey other) {
    return resourceHash == other.resourceHash
        && Arrays.equals(bytes, 0, resourceLength, other.bytes, 0, other.resourceLength);
  }

  /// Scheme and authority, such as `https://example.org:8443`.
  public String origin() {
    return scheme().text() + "://" + text(authorityStart(), authorityEnd());
  }

  /// The URL, for people and for purging by prefix.
  public String url() {
    int path = authorityEnd();
    int pathEnd = path + Integer.BYTES + Octets.readInt(bytes, path);
    int query = Octets.readInt(bytes, pathEnd);
    String url = origin() + text(path + Integer.BYTES, pathEnd);
    return query == ABSENT ? url : url + "?" + text(pathEnd + Integer.BYTES, resourceLength);
  }

  /// Bytes of the heap that it takes.
  int heapBytes() {
    return HEAP_BYTES + bytes.length;
  }

  /// The path and query alone, as far as they are part of the key.
  String target() {
    return url().substring(origin().length());
  }

  Scheme scheme() {
    return bytes[0] == 0 ? Scheme.HTTP : Scheme.HTTPS;
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof CacheKey other
        && hash == other.hash
        && resourceLength == other.resourceLength
        && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }

  @Override
  public String toString() {
    return url();
  }

  private static int authorityStart() {
    return 1 + Integer.BYTES;
  }

  private int authorityEnd() {
    return authorityStart() + Octets.readInt(bytes, 1);
  }

  private String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  private static long hash(byte[] bytes, int start, int end, long seed) {
    long hash = seed ^ (end - start) * OFFSET;
    int i = start;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      hash = mix(hash ^ (long) LONGS.get(bytes, i));
    }
    long rest = 0;
    for (; i < end; i++) {
      rest = rest << 8 | (bytes[i] & 0xff);
    }
    return mix(mix(hash ^ rest) ^ seed);
  }

  private static long mix(long value) {
    long shifted = value + OFFSET;
    return shifted * MULTIPLIER ^ Math.unsignedMultiplyHigh(shifted, MULTIPLIER);
  }
}
