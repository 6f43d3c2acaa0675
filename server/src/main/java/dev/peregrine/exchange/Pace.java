package dev.peregrine.exchange;

import java.util.function.LongSupplier;

/// How quickly a worker answers one request after the other on its connection, and so how many it
/// may be sent beyond the one that it answers.
///
/// A request that is sent ahead spares worker and server a change of places; it must not wait there
/// for long, as it could go to another worker meanwhile. Belongs to the connection's event loop,
/// but for [#prefetch].
final class Pace {
  /// How long a request may have to wait behind others that take as long as those before them.
  private static final long LONGEST_WAIT_NANOS = 500_000;

  private static final int MOST = 16;

  /// What one measurement counts for in the mean, as a divisor.
  private static final int SMOOTHING = 8;

  /// A pause of this length costs the trust in a worker until it has answered so many requests
  /// without one: where some requests take long, none should wait behind them.
  private static final long PAUSE_NANOS = 5_000_000;

  private static final int PROOF = 300;

  private final LongSupplier clock;

  /// Nanoseconds a response, a moving mean.
  private long typical;

  private int answeredWithoutPause;
  private long since;
  private int answered;
  private boolean isStopped;
  private volatile int prefetch;

  Pace(LongSupplier clock) {
    this.clock = clock;
  }

  /// How many requests may wait at the worker; on any thread.
  int prefetch() {
    return prefetch;
  }

  /// The idle worker gets a request.
  void begin() {
    measure();
    since = clock.getAsLong();
  }

  /// A response is whole.
  void count() {
    answered++;
  }

  /// What had come from the worker has been read.
  void measure() {
    if (answered == 0) {
      return;
    }
    long now = clock.getAsLong();
    long took = now - since;
    typical += (took / answered - typical) / SMOOTHING;
    answeredWithoutPause =
        took >= PAUSE_NANOS ? 0 : Math.min(PROOF, answeredWithoutPause + answered);
    since = now;
    answered = 0;
    int next = allowed();
    if (next != prefetch) {
      prefetch = next;
    }
  }

  private int allowed() {
    return isStopped || answeredWithoutPause < PROOF
        ? 0
        : (int) Math.min(MOST, LONGEST_WAIT_NANOS / Math.max(1, typical));
  }

  /// Lets nothing be sent ahead any more.
  void stop() {
    isStopped = true;
    prefetch = 0;
  }
}
