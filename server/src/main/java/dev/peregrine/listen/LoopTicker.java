package dev.peregrine.listen;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One event loop's connections and their shared clock tick; used on that loop only. It rests while
/// there is no connection.
///
/// The tick comes from a timer thread: a timer of the loop's own would have the kernel set an alarm
/// at every single wait for events.
final class LoopTicker {
  private static final long PERIOD_MILLIS = 500;

  private final EventLoop loop;
  private final List<Http1Connection> connections = new ArrayList<>();
  private final ScheduledExecutorService timers;
  private @Nullable Future<?> schedule;
  private long lastTickNanos;

  LoopTicker(EventLoop loop, ScheduledExecutorService timers) {
    this.loop = loop;
    this.timers = timers;
  }

  void add(Http1Connection connection) {
    connection.tickerIndex = connections.size();
    connections.add(connection);
    if (schedule == null) {
      lastTickNanos = System.nanoTime();
      schedule =
          timers.scheduleAtFixedRate(
              () -> loop.execute(this::tick), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  void remove(Http1Connection connection) {
    int index = connection.tickerIndex;
    if (index < 0) {
      return;
    }
    Http1Connection last = connections.removeLast();
    if (last != connection) {
      connections.set(index, last);
      last.tickerIndex = index;
    }
    connection.tickerIndex = -1;
  }

  /// Closes the connection that has rested longest; false when none rests.
  boolean closeOldestIdle() {
    Http1Connection oldest = null;
    for (Http1Connection connection : connections) {
      if (connection.isIdle()
          && (oldest == null || connection.idleSinceNanos() - oldest.idleSinceNanos() < 0)) {
        oldest = connection;
      }
    }
    if (oldest == null) {
      return false;
    }
    oldest.close();
    return true;
  }

  /// Closes the resting connections and lets the others close after their response.
  void drain() {
    for (Http1Connection connection : List.copyOf(connections)) {
      connection.drain();
    }
  }

  void closeAll() {
    for (Http1Connection connection : List.copyOf(connections)) {
      connection.close();
    }
  }

  /// A gap much longer than the period means that the process was stopped or the machine asleep:
  /// the clients had no chance to send, so that one tick expires nothing.
  private void tick() {
    long now = System.nanoTime();
    long gap = now - lastTickNanos;
    lastTickNanos = now;
    boolean wasAsleep = gap > TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS * 6);
    for (int i = connections.size() - 1; i >= 0; i--) {
      Http1Connection connection = connections.get(i);
      if (wasAsleep) {
        connection.forgive(gap);
      } else {
        connection.tick(now);
      }
      i = Math.min(i, connections.size());
    }
    if (connections.isEmpty() && schedule != null) {
      schedule.cancel(false);
      schedule = null;
    }
  }
}
