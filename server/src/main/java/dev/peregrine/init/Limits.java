package dev.peregrine.init;

import java.time.Duration;
import java.util.Optional;

/// How long the steps of start and stop may take. A step without a limit of its own gets its share
/// of what is left of the whole stop.
///
/// @param stop the whole stop, from its cause to the end
/// @param drain from the signal to stop until the main command and the services get it
/// @param script one start-up script; empty: no limit
/// @param main the main command, once it has been told to stop
/// @param hook one shutdown script
/// @param services all services
/// @param strays whatever runs at the end
record Limits(
    Duration stop,
    Duration drain,
    Optional<Duration> script,
    Optional<Duration> main,
    Optional<Duration> hook,
    Optional<Duration> services,
    Optional<Duration> strays) {
  /// Longer than any container lives: what `infinity` means.
  static final Duration FOREVER = Duration.ofDays(36_500);

  /// A second less than `docker stop` waits before it kills.
  static final Duration DOCKER = Duration.ofSeconds(9);

  /// Two seconds less than Kubernetes waits.
  static final Duration KUBERNETES = Duration.ofSeconds(28);

  /// No limit but that of the whole stop.
  static Limits ofStop(Duration stop) {
    return new Limits(
        stop,
        Duration.ZERO,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// Reads `2`, `2s`, `1.5m`, `300ms`, `1h` or `infinity`; a number without unit counts seconds.
  static Optional<Duration> parse(String text) {
    if (text.equals("infinity")) {
      return Optional.of(FOREVER);
    }
    int unitAt = text.length();
    while (unitAt > 0 && Character.isLetter(text.charAt(unitAt - 1))) {
      unitAt--;
    }
    String digits = text.substring(0, unitAt);
    double unit =
        switch (text.substring(unitAt)) {
          case "ms" -> 1e6;
          case "", "s" -> 1e9;
          case "m" -> 60e9;
          case "h" -> 3600e9;
          default -> 0;
        };
    if (unit == 0 || !isDecimal(digits)) {
      return Optional.empty();
    }
    double nanos = Double.parseDouble(digits) * unit;
    return nanos > FOREVER.toNanos()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((long) nanos));
  }

  private static boolean isDecimal(String digits) {
    boolean isDotSeen = false;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      boolean isInnerDot = c == '.' && !isDotSeen && i > 0 && i < digits.length() - 1;
      if (!isInnerDot && (c < '0' || c > '9')) {
        return false;
      }
      isDotSeen |= c == '.';
    }
    return !digits.isEmpty() && digits.length() <= 12;
  }
}
