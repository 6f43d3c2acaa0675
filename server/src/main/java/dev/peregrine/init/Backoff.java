package dev.peregrine.init;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// The growing pause before a service that keeps ending is started again. Pure.
///
/// The pause doubles from one restart to the next up to a maximum; up to a tenth of it is added by
/// chance, so that services that fell together do not rise together. A run that lasted begins anew.
final class Backoff {
  private static final double JITTER = 0.1;

  private final ServiceConfig.Restart config;
  private final RandomGenerator random;
  private int ends;

  Backoff(ServiceConfig.Restart config, RandomGenerator random) {
    this.config = config;
    this.random = random;
  }

  /// Counts an end; `uptime` is how long the run lasted.
  void ended(Duration uptime) {
    ends = uptime.compareTo(config.reset()) >= 0 ? 1 : ends + 1;
  }

  /// Whether it ended so often in a row that it stays down.
  boolean isExhausted() {
    return config.attempts().isPresent() && ends > config.attempts().getAsInt();
  }

  /// How many runs in a row were short.
  int ends() {
    return ends;
  }

  /// The pause before the next start.
  long pauseNanos() {
    long pause = config.first().toNanos();
    long max = config.max().toNanos();
    for (int i = 1; i < ends && pause < max; i++) {
      pause *= 2;
    }
    pause = Math.min(pause, max);
    return pause + (long) (pause * JITTER * random.nextDouble());
  }

  /// Forgets what was; the operator asked for a start.
  void reset() {
    ends = 0;
  }
}
