package dev.peregrine.cache;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What the cache has done since the start, and lately. Counting is cheap and takes no lock; any
/// thread may count.
public final class CacheStatistics {
  private final Map<CacheOutcome, LongAdder> outcomes = counters(CacheOutcome.class);
  private final Map<BypassReason, LongAdder> bypasses = counters(BypassReason.class);
  private final Map<RefusalReason, LongAdder> refusals = counters(RefusalReason.class);
  private final LongAdder stored = new LongAdder();
  private final LongAdder evicted = new LongAdder();
  private final LongAdder refreshed = new LongAdder();
  private final LongAdder savedBytes = new LongAdder();
  private final RatioWindow minute = new RatioWindow(1, 60);
  private final RatioWindow quarter = new RatioWindow(5, 180);
  private final RatioWindow hour = new RatioWindow(20, 180);

  /// Counts a request; `bytes` of content were sent that the app did not have to make.
  public void answered(CacheOutcome outcome, long bytes) {
    count(outcomes, outcome);
    if (bytes > 0) {
      savedBytes.add(bytes);
    }
  }

  /// Counts a request that had nothing to do with the cache.
  public void bypassed(BypassReason reason) {
    count(bypasses, reason);
  }

  /// Counts a response that was not stored.
  public void refused(RefusalReason reason) {
    count(refusals, reason);
  }

  /// Counts a refresh in the background.
  public void refreshed() {
    refreshed.increment();
  }

  /// What is counted up to now.
  public Totals totals() {
    Map<CacheOutcome, Long> sums = sums(outcomes);
    long hits = hits(sums);
    long all = all(sums);
    return new Totals(
        sums,
        sums(bypasses),
        sums(refusals),
        new Hits(minute.until(hits, all), quarter.until(hits, all), hour.until(hits, all)),
        new Stores(stored.sum(), evicted.sum(), refreshed.sum()),
        savedBytes.sum());
  }

  /// Counts a response that was stored.
  void stored() {
    stored.increment();
  }

  /// Counts responses that had to make room.
  void evicted(int responses) {
    evicted.add(responses);
  }

  /// Takes note of the time: to be called once a second.
  void tick() {
    Map<CacheOutcome, Long> sums = sums(outcomes);
    long hits = hits(sums);
    long all = all(sums);
    minute.tick(hits, all);
    quarter.tick(hits, all);
    hour.tick(hits, all);
  }

  private static <E extends Enum<E>> Map<E, LongAdder> counters(Class<E> type) {
    Map<E, LongAdder> counters = new EnumMap<>(type);
    for (E each : type.getEnumConstants()) {
      counters.put(each, new LongAdder());
    }
    return counters;
  }

  private static <E extends Enum<E>> void count(Map<E, LongAdder> counters, E what) {
    LongAdder counter = counters.get(what);
    if (counter != null) {
      counter.increment();
    }
  }

  private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> counters) {
    Map<E, Long> sums = new EnumMap<>(counters.keySet().iterator().next().getDeclaringClass());
    counters.forEach((what, counter) -> sums.put(what, counter.sum()));
    return sums;
  }

  private static long hits(Map<CacheOutcome, Long> sums) {
    return sums.entrySet().stream()
        .filter(entry -> entry.getKey().isHit())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static long all(Map<CacheOutcome, Long> sums) {
    return sums.values().stream().mapToLong(Long::longValue).sum();
  }

  /// All counts at one moment.
  ///
  /// @param outcomes requests that might be answered from the cache, by how they were
  /// @param bypasses requests that might not, by the reason
  /// @param refusals responses that were not stored, by the reason
  /// @param hits hit ratios lately
  /// @param stores what became of responses
  /// @param savedBytes bytes of content that the app did not have to make
  public record Totals(
      Map<CacheOutcome, Long> outcomes,
      Map<BypassReason, Long> bypasses,
      Map<RefusalReason, Long> refusals,
      Hits hits,
      Stores stores,
      long savedBytes) {
    public Totals {
      outcomes = Map.copyOf(outcomes);
      bypasses = Map.copyOf(bypasses);
      refusals = Map.copyOf(refusals);
    }
  }

  /// Hits of the last minute, quarter of an hour, and hour; since the start, if that was later.
  ///
  /// @param minute of 60 seconds
  /// @param quarter of 15 minutes
  /// @param hour of 60 minutes
  public record Hits(HitRatio minute, HitRatio quarter, HitRatio hour) {}

  /// What became of responses since the start.
  ///
  /// @param stored stored
  /// @param evicted taken away to make room
  /// @param refreshed refreshed in the background
  public record Stores(long stored, long evicted, long refreshed) {}
}
