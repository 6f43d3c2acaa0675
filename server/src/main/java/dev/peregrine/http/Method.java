package dev.peregrine.http;

/// A request method that Peregrine treats in a way of its own; every other token is [#OTHER].
/// Source: RFC 9110 §9, RFC 5789.
public enum Method {
  GET(true, true),
  HEAD(true, true),
  POST(false, false),
  PUT(false, true),
  DELETE(false, true),
  OPTIONS(true, true),
  TRACE(true, true),
  PATCH(false, false),
  CONNECT(false, false),
  OTHER(false, false);

  private static final Method[] NAMED = {
    GET, POST, HEAD, PUT, DELETE, OPTIONS, PATCH, TRACE, CONNECT
  };

  private final boolean safe;
  private final boolean idempotent;

  Method(boolean safe, boolean idempotent) {
    this.safe = safe;
    this.idempotent = idempotent;
  }

  /// The method spelt by `bytes[start, end)`; names are case-sensitive.
  public static Method of(byte[] bytes, int start, int end) {
    for (Method method : NAMED) {
      if (method.isSpelt(bytes, start, end)) {
        return method;
      }
    }
    return OTHER;
  }

  /// Whether the request asks for no change. RFC 9110 §9.2.1
  public boolean isSafe() {
    return safe;
  }

  /// Whether doing it twice is as good as doing it once. RFC 9110 §9.2.2
  public boolean isIdempotent() {
    return idempotent;
  }

  private boolean isSpelt(byte[] bytes, int start, int end) {
    String mine = name();
    if (end - start != mine.length()) {
      return false;
    }
    for (int i = 0; i < mine.length(); i++) {
      if (bytes[start + i] != mine.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
