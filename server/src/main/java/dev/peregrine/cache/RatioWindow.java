package dev.peregrine.cache;

/// How many requests of those of a recent time were hits. Told the totals at regular ticks; written
/// by one thread at a time, read by any.
final class RatioWindow {
  private final int ticksPerStep;
  private final long[] hits;
  private final long[] requests;
  private int ticks;
  private int steps;

  /// A window of that many steps, each of that many ticks.
  RatioWindow(int ticksPerStep, int steps) {
    this.ticksPerStep = ticksPerStep;
    this.hits = new long[steps];
    this.requests = new long[steps];
  }

  /// Takes note of the totals since the start.
  synchronized void tick(long totalHits, long totalRequests) {
    if (ticks++ % ticksPerStep == 0) {
      hits[steps % hits.length] = totalHits;
      requests[steps % hits.length] = totalRequests;
      steps++;
    }
  }

  /// Hits and requests within the window, up to these totals.
  synchronized HitRatio until(long totalHits, long totalRequests) {
    if (steps == 0) {
      return new HitRatio(totalHits, totalRequests);
    }
    int oldest = steps < hits.length ? 0 : steps % hits.length;
    boolean isSinceStart = steps < hits.length;
    return new HitRatio(
        totalHits - (isSinceStart ? 0 : hits[oldest]),
        totalRequests - (isSinceStart ? 0 : requests[oldest]));
  }
}
