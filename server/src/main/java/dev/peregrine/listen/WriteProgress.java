package dev.peregrine.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How fast a client takes what is written to it; on the connection's event loop.
final class WriteProgress {
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Channel channel;
  private long queuedBytes;
  private @Nullable FileRegion region;
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
  void queued(FileRegion next) {
    if (region != null) {
      regionBytes += region.count();
    }
    region = next;
  }

  /// Whether output has waited longer than the limits allow.
  boolean isTooSlow(long nowNanos, ListenConfig config) {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    if (pending == null || pending.isEmpty()) {
      waitingSinceNanos = 0;
      return false;
    }
    FileRegion current = region;
    long taken =
        queuedBytes
            - pending.totalPendingWriteBytes()
            + regionBytes
            + (current == null ? 0 : current.transferred());
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
    return nowNanos - progressNanos > config.contentTimeout().toNanos()
        || (waited > GRACE_NANOS && rate < config.minContentRate());
  }

  void forgive(long nanos) {
    if (waitingSinceNanos != 0) {
      waitingSinceNanos += nanos;
      progressNanos += nanos;
    }
  }
}
