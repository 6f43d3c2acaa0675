package dev.peregrine.cache;

import org.jspecify.annotations.Nullable;

/// What status codes mean to a cache.
final class Statuses {
  private Statuses() {}

  /// Why a response of that status is never stored; `null` if it may be.
  static @Nullable RefusalReason refusal(int status) {
    return switch (status) {
      case 206 -> RefusalReason.PARTIAL;
      case 304, 412, 416, 417 -> RefusalReason.CONDITIONAL;
      case 428, 429, 431, 511 -> RefusalReason.STATUS;
      default -> status < 200 ? RefusalReason.NOT_FINAL : null;
    };
  }

  /// Whether a response may be stored without a word of the app. RFC 9110 §15.1; 206 is not stored.
  static boolean isHeuristicallyCacheable(int status) {
    return switch (status) {
      case 200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
      default -> false;
    };
  }

  /// Whether all that the status demands of a cache is done here. RFC 9111 §5.2.2.3
  static boolean isUnderstood(int status) {
    return switch (status) {
      case 200, 201, 202, 203, 204, 205 -> true;
      case 300, 301, 302, 303, 307, 308 -> true;
      case 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 414, 415 -> true;
      case 421, 422, 423, 424, 425, 426, 451 -> true;
      case 500, 501, 502, 503, 504, 505 -> true;
      default -> false;
    };
  }

  /// Whether a stale response may take its place. RFC 5861 §4
  static boolean isError(int status) {
    return status == 500 || status == 502 || status == 503 || status == 504;
  }
}
