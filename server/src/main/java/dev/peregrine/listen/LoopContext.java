package dev.peregrine.listen;

import dev.peregrine.http.HttpDate;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ScheduledExecutorService;

/// What the connections of one event loop share; used on that loop only.
final class LoopContext {
  final EventLoop loop;
  final LoopTicker ticker;
  private long dateSecond = Long.MIN_VALUE;
  private byte[] dateLine = {};

  LoopContext(EventLoop loop, ScheduledExecutorService timers) {
    this.loop = loop;
    this.ticker = new LoopTicker(loop, timers);
  }

  /// The line `Date: …` with its line end, as of this second.
  byte[] dateLine() {
    long second = System.currentTimeMillis() / 1000;
    if (second != dateSecond) {
      dateSecond = second;
      dateLine = ("Date: " + HttpDate.format(second) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
    return dateLine;
  }
}
