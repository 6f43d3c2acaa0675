package dev.peregrine.http;

import java.util.Arrays;
import java.util.Locale;

/// A field name that some part of Peregrine acts upon; every other name is [#OTHER].
public enum FieldName {
  HOST(Scope.PROTECTED),
  CONNECTION(Scope.HOP),
  KEEP_ALIVE(Scope.HOP),
  PROXY_CONNECTION(Scope.HOP),
  TE(Scope.HOP),
  TRANSFER_ENCODING(Scope.HOP),
  UPGRADE(Scope.HOP),
  HTTP2_SETTINGS(Scope.HOP),
  TRAILER(Scope.END),
  CONTENT_LENGTH(Scope.PROTECTED),
  CONTENT_TYPE(Scope.PROTECTED),
  CONTENT_ENCODING(Scope.PROTECTED),
  CONTENT_RANGE(Scope.PROTECTED),
  COOKIE(Scope.PROTECTED),
  AUTHORIZATION(Scope.PROTECTED),
  EXPECT(Scope.END),
  PROXY(Scope.END),
  VIA(Scope.END),
  FORWARDED(Scope.PROTECTED),
  X_FORWARDED_FOR(Scope.PROTECTED),
  X_FORWARDED_PROTO(Scope.PROTECTED),
  X_FORWARDED_HOST(Scope.PROTECTED),
  X_FORWARDED_PORT(Scope.PROTECTED),
  X_REAL_IP(Scope.PROTECTED),
  X_REQUEST_ID(Scope.PROTECTED),
  X_REQUEST_START(Scope.PROTECTED),
  X_FORWARDED_PREFIX(Scope.END),
  X_FORWARDED_SERVER(Scope.END),
  X_FORWARDED_SCHEME(Scope.END),
  X_FORWARDED_SSL(Scope.END),
  X_FORWARDED_PROTOCOL(Scope.END),
  X_URL_SCHEME(Scope.END),
  FRONT_END_HTTPS(Scope.END),
  X_HOST(Scope.END),
  X_ORIGINAL_HOST(Scope.END),
  X_ORIGINAL_URL(Scope.END),
  X_REWRITE_URL(Scope.END),
  X_SCRIPT_NAME(Scope.END),
  X_HTTP_METHOD(Scope.END),
  X_HTTP_METHOD_OVERRIDE(Scope.END),
  X_METHOD_OVERRIDE(Scope.END),
  ACCEPT(Scope.END),
  ACCEPT_ENCODING(Scope.END),
  ACCEPT_LANGUAGE(Scope.END),
  ACCEPT_RANGES(Scope.END),
  USER_AGENT(Scope.END),
  REFERER(Scope.END),
  ORIGIN(Scope.END),
  RANGE(Scope.END),
  IF_MATCH(Scope.END),
  IF_NONE_MATCH(Scope.END),
  IF_MODIFIED_SINCE(Scope.END),
  IF_UNMODIFIED_SINCE(Scope.END),
  IF_RANGE(Scope.END),
  CACHE_CONTROL(Scope.PROTECTED),
  CDN_CACHE_CONTROL(Scope.PROTECTED),
  PEREGRINE_CACHE_CONTROL(Scope.PROTECTED),
  SURROGATE_CONTROL(Scope.PROTECTED),
  SURROGATE_CAPABILITY(Scope.END),
  PRAGMA(Scope.END),
  AGE(Scope.PROTECTED),
  EXPIRES(Scope.PROTECTED),
  CACHE_STATUS(Scope.END),
  CACHE_TAG(Scope.PROTECTED),
  SURROGATE_KEY(Scope.PROTECTED),
  XKEY(Scope.PROTECTED),
  CACHE_GROUPS(Scope.PROTECTED),
  CACHE_GROUP_INVALIDATION(Scope.PROTECTED),
  CONTENT_LANGUAGE(Scope.END),
  CONTENT_LOCATION(Scope.END),
  PROXY_AUTHENTICATE(Scope.END),
  PROXY_AUTHENTICATION_INFO(Scope.END),
  PROXY_AUTHORIZATION(Scope.END),
  DATE(Scope.PROTECTED),
  SERVER(Scope.END),
  SET_COOKIE(Scope.PROTECTED),
  LOCATION(Scope.PROTECTED),
  ETAG(Scope.END),
  LAST_MODIFIED(Scope.END),
  RETRY_AFTER(Scope.END),
  VARY(Scope.PROTECTED),
  LINK(Scope.END),
  STATUS(Scope.END),
  X_SENDFILE(Scope.END),
  X_ACCEL_REDIRECT(Scope.END),
  X_ACCEL_BUFFERING(Scope.END),
  X_PEREGRINE_APP_ERROR(Scope.END),
  OTHER(Scope.END);

  private static final FieldName[] VALUES = values();
  private static final int MASK = 255;
  private static final FieldName[] SLOTS = slots();

  private final Scope scope;
  private final String text;

  FieldName(Scope scope) {
    this.scope = scope;
    this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The name in lower case; meaningless for [#OTHER].
  public String lowerCase() {
    return text;
  }

  /// Whether the field concerns one connection only and is never passed on. RFC 9110 §7.6.1
  public boolean isConnectionField() {
    return scope == Scope.HOP;
  }

  /// Whether naming the field in `Connection` has no effect: it is meant for all recipients. RFC
  /// 9110 §7.6.1
  public boolean isProtected() {
    return scope == Scope.PROTECTED;
  }

  /// One more byte of a name mixed into its hash, letter case set aside.
  public static int mix(int hash, byte octet) {
    return hash * 31 + (octet | 0x20);
  }

  /// The name spelt by `bytes[start, end)`, whose bytes were mixed to `hash`, beginning with 0.
  public static FieldName of(byte[] bytes, int start, int end, int hash) {
    int slot = spread(hash);
    while (true) {
      FieldName name = SLOTS[slot];
      if (name == OTHER || name.isSpelt(bytes, start, end)) {
        return name;
      }
      slot = (slot + 1) & MASK;
    }
  }

  /// Small number that stands for the name among the offsets of a [FieldSection].
  @SuppressWarnings("EnumOrdinal") // never leaves the process
  public int number() {
    return ordinal();
  }

  static FieldName ofNumber(int number) {
    return VALUES[number];
  }

  private boolean isSpelt(byte[] bytes, int start, int end) {
    return Grammar.equalsIgnoreCase(bytes, start, end, text);
  }

  private static int spread(int hash) {
    return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & MASK;
  }

  private static FieldName[] slots() {
    FieldName[] slots = new FieldName[MASK + 1];
    Arrays.fill(slots, OTHER);
    for (FieldName name : VALUES) {
      if (name != OTHER) {
        int hash = 0;
        for (int i = 0; i < name.text.length(); i++) {
          hash = mix(hash, (byte) name.text.charAt(i));
        }
        int slot = spread(hash);
        while (slots[slot] != OTHER) {
          slot = (slot + 1) & MASK;
        }
        slots[slot] = name;
      }
    }
    return slots;
  }

  private enum Scope {
    HOP,
    PROTECTED,
    END
  }
}
