package dev.peregrine.server;

import dev.peregrine.http.FieldName;
import dev.peregrine.listen.Peer;
import dev.peregrine.listen.TrafficObserver;
import dev.peregrine.log.AccessEntry;
import dev.peregrine.log.AccessLog;
import dev.peregrine.log.EventLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Writes what the front answered and refused to the logs; on event loops, never blocks.
final class TrafficRecorder implements TrafficObserver {
  private static final int MAX_REJECTED_LINES = 20;

  private final AccessLog requests;
  private final EventLog events;
  private final AtomicLong rejectedSecond = new AtomicLong();
  private final AtomicInteger rejectedCount = new AtomicInteger();

  TrafficRecorder(AccessLog requests, EventLog events) {
    this.requests = requests;
    this.events = events;
  }

  @Override
  public boolean isInterestedInAnswers() {
    return requests.isOn();
  }

  @Override
  public void answered(Answer answer) {
    var fields = answer.head().fields();
    long took = TimeUnit.NANOSECONDS.toMillis(answer.durationNanos());
    String id = answer.requestId();
    requests.record(
        new AccessEntry(
            System.currentTimeMillis() - took,
            answer.peer().address(),
            answer.head().methodName(),
            answer.head().target(),
            answer.head().minorVersion(),
            answer.head().host(),
            answer.status(),
            answer.contentBytes(),
            answer.durationNanos(),
            fields.first(FieldName.REFERER),
            fields.first(FieldName.USER_AGENT),
            id == null ? "-" : id,
            answer.worker()));
  }

  /// At most so many lines a second, so that nobody can flood the log; the rest is counted.
  private boolean isLogged() {
    long second = System.nanoTime() / 1_000_000_000;
    if (rejectedSecond.getAndSet(second) != second) {
      int passedOver = rejectedCount.getAndSet(0) - MAX_REJECTED_LINES;
      if (passedOver > 0) {
        events.warn("requests.rejected", "not_logged", passedOver);
      }
    }
    return rejectedCount.incrementAndGet() <= MAX_REJECTED_LINES;
  }

  @Override
  public void rejected(Peer peer, int status, String reason, String detail) {
    if (!isLogged()) {
      return;
    }
    events.info(
        "request.rejected",
        "status",
        status,
        "reason",
        reason,
        "detail",
        detail,
        "peer",
        peer.address());
  }
}
