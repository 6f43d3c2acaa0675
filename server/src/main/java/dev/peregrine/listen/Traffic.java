package dev.peregrine.listen;

import java.util.Arrays;
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
  private final LongAdder[] answersByClass = new LongAdder[6];
  private final Map<String, LongAdder> rejections = new ConcurrentHashMap<>();

  public Traffic() {
    Arrays.setAll(answersByClass, _ -> new LongAdder());
  }

  void answered(int status) {
    answers.increment();
    answersByClass[status / 100 % answersByClass.length].increment();
  }

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
        byClass(),
        reasons);
  }

  private Map<String, Long> byClass() {
    Map<String, Long> counts = new TreeMap<>();
    for (int i = 1; i < answersByClass.length; i++) {
      counts.put(i + "xx", answersByClass[i].sum());
    }
    return counts;
  }

  /// Values of the counters at one time.
  ///
  /// @param openConnections connections open now
  /// @param acceptedConnections connections accepted since the start
  /// @param refusedConnections connections closed because a limit was reached
  /// @param requests requests begun since the start
  /// @param openRequests requests under way
  /// @param answersByClass answered requests by class of status code, such as `2xx`
  /// @param rejections refused requests by reason
  public record Snapshot(
      int openConnections,
      long acceptedConnections,
      long refusedConnections,
      long requests,
      long openRequests,
      Map<String, Long> answersByClass,
      Map<String, Long> rejections) {}
}
