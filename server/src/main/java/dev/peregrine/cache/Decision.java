package dev.peregrine.cache;

/// What to do with a stored response whose key and variant fit the request. Source: RFC 9111 §4.
public sealed interface Decision {
  /// Answer with it.
  ///
  /// @param ageSeconds its current age, for `Age`
  record Fresh(long ageSeconds) implements Decision {}

  /// Answer with it, though stale, as the client said that it takes it (`max-stale`).
  ///
  /// @param ageSeconds its current age, for `Age`
  record Stale(long ageSeconds) implements Decision {}

  /// Answer with it, though stale, and have it validated in the background. RFC 5861 §3
  ///
  /// @param ageSeconds its current age, for `Age`
  record StaleWhileRevalidate(long ageSeconds) implements Decision {}

  /// Ask the app first.
  ///
  /// @param reason why
  record Validate(ValidationReason reason) implements Decision {}
}
