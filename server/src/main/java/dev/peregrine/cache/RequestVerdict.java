package dev.peregrine.cache;

/// Whether a request may be answered from the cache.
public sealed interface RequestVerdict {
  /// Not at all.
  ///
  /// @param reason why
  record Bypass(BypassReason reason) implements RequestVerdict {}

  /// If a stored response of that key fits.
  ///
  /// @param key where to look
  /// @param directives what the request demands
  record Lookup(CacheKey key, RequestDirectives directives) implements RequestVerdict {}
}
