package dev.peregrine.listen;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The event loops and the kind of sockets they drive: epoll on Linux, NIO elsewhere.
public final class Transport implements AutoCloseable {
  /// Pages of 8 KiB times 2 to this power make one chunk of pooled memory: 512 KiB.
  private static final int CHUNK_ORDER = 6;

  private final boolean isEpoll;
  private final EventLoopGroup loops;
  private final ByteBufAllocator allocator;

  /// Starts the loops' threads lazily, at their first use.
  public Transport(int eventLoops, boolean isEpollWanted) {
    isEpoll = isEpollWanted && Epoll.isAvailable();
    IoHandlerFactory factory = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    loops =
        new MultiThreadIoEventLoopGroup(
            eventLoops, new DefaultThreadFactory("peregrine-loop", true), factory);
    allocator = new PooledByteBufAllocator(true, 0, eventLoops, 8192, CHUNK_ORDER, 64, 32, true);
  }

  public EventLoopGroup loops() {
    return loops;
  }

  public ByteBufAllocator allocator() {
    return allocator;
  }

  /// `epoll` or `nio`.
  public String name() {
    return isEpoll ? "epoll" : "nio";
  }

  /// The class of a client-side Unix socket.
  public Class<? extends Channel> unixChannel() {
    return isEpoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
  }

  /// The class of a client-side TCP socket.
  public Class<? extends Channel> tcpChannel() {
    return isEpoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /// The address of a Unix socket as the transport wants it.
  public SocketAddress unixAddress(Path path) {
    return isEpoll ? new DomainSocketAddress(path.toString()) : UnixDomainSocketAddress.of(path);
  }

  Class<? extends ServerChannel> unixServerChannel() {
    return isEpoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
  }

  /// Makes sockets that listen at an address of that family.
  ChannelFactory<ServerChannel> tcpServerChannels(SocketProtocolFamily family) {
    return isEpoll
        ? () -> new EpollServerSocketChannel(family)
        : () -> new NioServerSocketChannel(SelectorProvider.provider(), family);
  }

  boolean isEpoll() {
    return isEpoll;
  }

  /// Ends the loops; waits up to the limit.
  public void close(Duration limit) {
    loops
        .shutdownGracefully(0, limit.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(limit.toMillis() + 500);
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(1));
  }
}
