package dev.peregrine.listen;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Counters of the front, written by all event loops.
public final class Traffic {
  final AtomicInteger openConnections = new AtomicInteger();
  final LongAdder acceptedConnections = new LongAdder();
  final LongAdder refusedConnections = new LongAdder();
  final LongAdder requests = new LongAdder();
  final LongAdder answers = new LongAdder();
  private final Map<String, LongAdder> rejections = new ConcurrentHashMap<>();

  void rejected(String reason) {
    rejections.computeIfAbsent(reason, _ -> new LongAdder()).increment();
  }

  /// The counters as they are now.
  public Snapshot snapshot() {
    Map<String, Long> reasons = new TreeMap<>();
    rejections.forEach((reason, count) -> reasons.put(reason, count.sum()));
    return new Snapshot(
        openConnections.get(),
        acceptedConnections.sum(),
        refusedConnections.sum(),
        requests.sum(),
        requests.sum() - answers.sum(),
        reasons);
  }

  /// Values of the counters at one time.
  ///
  /// @param openConnections connections open now
  /// @param acceptedConnections connections accepted since the start
  /// @param refusedConnections connections closed because a limit was reached
  /// @param requests requests begun since the start
  /// @param openRequests requests under way
  /// @param rejections refused requests by reason
  public record Snapshot(
      int openConnections,
      long acceptedConnections,
      long refusedConnections,
      long requests,
      long openRequests,
      Map<String, Long> rejections) {}
}
