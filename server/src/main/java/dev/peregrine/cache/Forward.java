package dev.peregrine.cache;

/// Why a request went on to the app. Source: RFC 9211 §2.2.
public enum Forward {
  /// The cache was not to be used at all.
  BYPASS("bypass"),
  /// The method is never answered from the cache.
  METHOD("method"),
  /// Nothing is stored for the key.
  URI_MISS("uri-miss"),
  /// Of what is stored for the key, nothing fits the request's fields.
  VARY_MISS("vary-miss"),
  /// The client demanded it.
  REQUEST("request"),
  /// What is stored is stale, or has to be validated each time.
  STALE("stale");

  private final String word;

  Forward(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  /// The reason that goes with a stored response that has to be validated.
  public static Forward of(ValidationReason reason) {
    return reason.isOfRequest() ? REQUEST : STALE;
  }

  /// The reason that goes with a bypass.
  public static Forward of(BypassReason reason) {
    return reason == BypassReason.METHOD ? METHOD : BYPASS;
  }
}
