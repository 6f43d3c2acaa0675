package dev.peregrine.cache;

/// Why a stored response may not be used without asking the app.
public enum ValidationReason {
  STALE("its freshness is over"),
  NO_CACHE("the app demands validation each time (no-cache)"),
  CREDENTIALS("the request has Authorization, and the app did not say that it may be shared"),
  CLIENT_NO_CACHE("the client demands validation (no-cache)"),
  CLIENT_MAX_AGE("it is older than the client takes (max-age)"),
  CLIENT_MIN_FRESH("it is not fresh for as long as the client wants (min-fresh)");

  private final String words;

  ValidationReason(String words) {
    this.words = words;
  }

  /// The reason for people.
  public String words() {
    return words;
  }

  /// Whether it lies in the request, not in the stored response.
  public boolean isOfRequest() {
    return switch (this) {
      case STALE, NO_CACHE -> false;
      case CREDENTIALS, CLIENT_NO_CACHE, CLIENT_MAX_AGE, CLIENT_MIN_FRESH -> true;
    };
  }
}
