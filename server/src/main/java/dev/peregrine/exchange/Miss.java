package dev.peregrine.exchange;

import dev.peregrine.cache.CacheOutcome;
import dev.peregrine.cache.Forward;
import dev.peregrine.cache.StoredResponse;
import dev.peregrine.cache.ValidationReason;
import org.jspecify.annotations.Nullable;

/// Why no stored response answers a request.
///
/// @param forward the same in the words of `Cache-Status`
/// @param outcome the same for the statistics
/// @param stale the stored response that would fit if the app said that it is current
record Miss(Forward forward, CacheOutcome outcome, @Nullable StoredResponse stale) {
  /// Nothing is stored.
  static final Miss ABSENT = new Miss(Forward.URI_MISS, CacheOutcome.MISS_ABSENT, null);

  /// Other variants are stored.
  static final Miss VARIANT = new Miss(Forward.VARY_MISS, CacheOutcome.MISS_VARIANT, null);

  /// A stored response has to be validated.
  static Miss of(StoredResponse found, ValidationReason reason) {
    return new Miss(Forward.of(reason), outcome(reason), found);
  }

  private static CacheOutcome outcome(ValidationReason reason) {
    return switch (reason) {
      case STALE, NO_CACHE -> CacheOutcome.MISS_STALE;
      case CREDENTIALS -> CacheOutcome.MISS_CREDENTIALS;
      case CLIENT_NO_CACHE, CLIENT_MAX_AGE, CLIENT_MIN_FRESH -> CacheOutcome.MISS_CLIENT;
    };
  }
}
