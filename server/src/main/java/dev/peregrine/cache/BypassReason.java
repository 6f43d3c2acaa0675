package dev.peregrine.cache;

/// Why a request has nothing to do with the cache: it is neither answered from it nor is its
/// response stored. Invalidation still applies.
public enum BypassReason {
  DISABLED("the cache is off"),
  METHOD("only GET and HEAD are answered from the cache"),
  CONTENT("the request has content, which is not part of the key"),
  UPGRADE("the request asks for another protocol"),
  NO_HOST("the request names no host"),
  COOKIE("a cookie named by turbocache_bypass_cookie is there");

  private final String words;

  BypassReason(String words) {
    this.words = words;
  }

  /// The reason for people.
  public String words() {
    return words;
  }
}
