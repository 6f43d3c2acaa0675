package dev.peregrine.exchange;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.listen.Transport;
import dev.peregrine.pool.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Opens connections to workers; never blocks.
final class WorkerConnector {
  private static final int CONNECT_MILLIS = 5_000;

  /// Told on the event loop: either a connection or why there is none.
  interface Listener {
    void connected(@Nullable WorkerConnection opened, @Nullable Throwable failure);
  }

  private final Transport transport;
  private final HeadLimits limits;
  private final LongSupplier clock;

  /// The clock tells nanoseconds, by which the pace of workers is measured.
  WorkerConnector(Transport transport, HeadLimits limits, LongSupplier clock) {
    this.transport = transport;
    this.limits = limits;
    this.clock = clock;
  }

  ByteBufAllocator allocator() {
    return transport.allocator();
  }

  void connect(Endpoint endpoint, EventLoop loop, Listener listener) {
    SocketAddress address =
        switch (endpoint) {
          case Endpoint.Unix(var path) -> transport.unixAddress(path);
          case Endpoint.Tcp(var host, var port) -> new InetSocketAddress(host, port);
        };
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(
                endpoint instanceof Endpoint.Unix
                    ? transport.unixChannel()
                    : transport.tcpChannel())
            .option(ChannelOption.ALLOCATOR, transport.allocator())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(64 << 10, 256 << 10))
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new WorkerConnection(channel, limits, new Pace(clock)));
                  }
                });
    ChannelFuture connecting = bootstrap.connect(address);
    if (connecting.isDone()) {
      tell(connecting, listener);
    } else {
      connecting.addListener(_ -> tell(connecting, listener));
    }
  }

  private static void tell(ChannelFuture connected, Listener listener) {
    WorkerConnection opened =
        connected.isSuccess() ? connected.channel().pipeline().get(WorkerConnection.class) : null;
    listener.connected(opened, connected.cause());
  }
}
