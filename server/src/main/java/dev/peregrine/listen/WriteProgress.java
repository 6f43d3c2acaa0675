package dev.peregrine.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/// How fast a client takes what is written to it; on the connection's event loop.
final class WriteProgress {
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Channel channel;
  private long queuedBytes;
  private final ArrayDeque<FileRegion> regions = new ArrayDeque<>();

  /// Bytes of the regions that are done with.
  private long regionBytes;

  /// When output began to wait for the client; 0 while none waits.
  private long waitingSinceNanos;

  private long takenAtStart;
  private long takenAtLastTick;
  private long progressNanos;

  WriteProgress(Channel channel) {
    this.channel = channel;
  }

  void queued(long bytes) {
    queuedBytes += bytes;
  }

  /// Follows a region, which does not count among the channel's pending bytes.
  void queued(FileRegion region) {
    regions.add(region);
  }

  /// Whether the socket has taken everything.
  boolean isAllTaken() {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return pending == null || pending.isEmpty();
  }

  /// Whether output has waited longer than the limits allow.
  boolean isTooSlow(long nowNanos, ListenConfig config) {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    if (pending == null || pending.isEmpty()) {
      waitingSinceNanos = 0;
      regions.clear();
      return false;
    }
    long taken = queuedBytes - pending.totalPendingWriteBytes() + takenOfRegions();
    if (waitingSinceNanos == 0) {
      waitingSinceNanos = nowNanos;
      progressNanos = nowNanos;
      takenAtStart = taken;
      takenAtLastTick = taken;
      return false;
    }
    if (taken != takenAtLastTick) {
      takenAtLastTick = taken;
      progressNanos = nowNanos;
    }
    long waited = nowNanos - waitingSinceNanos;
    double rate = (taken - takenAtStart) * 1e9 / waited;
    return nowNanos - progressNanos > config.sendTimeout().toNanos()
        || (waited > GRACE_NANOS && rate < config.minContentRate());
  }

  private long takenOfRegions() {
    FileRegion first = regions.peek();
    while (first != null && first.transferred() == first.count()) {
      regionBytes += first.count();
      regions.poll();
      first = regions.peek();
    }
    return regionBytes + (first == null ? 0 : first.transferred());
  }

  void forgive(long nanos) {
    if (waitingSinceNanos != 0) {
      waitingSinceNanos += nanos;
      progressNanos += nanos;
    }
  }
}
