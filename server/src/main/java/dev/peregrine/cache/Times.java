package dev.peregrine.cache;

/// When a response was asked for and when its head came. Ages count on the monotonic clock only;
/// the wall clock is compared with the origin's `Date` once, at the receipt. RFC 9111 §4.2.3
///
/// @param requestNanos monotonic time at which the request was sent to the app
/// @param responseNanos monotonic time at which the head of the response was whole
/// @param responseMillis wall time of `responseNanos`, milliseconds since 1970
public record Times(long requestNanos, long responseNanos, long responseMillis) {
  /// Wall time of the receipt in seconds since 1970.
  long responseSeconds() {
    return Math.floorDiv(responseMillis, 1000L);
  }
}
