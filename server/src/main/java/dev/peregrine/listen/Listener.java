package dev.peregrine.listen;

import dev.peregrine.listen.ListenConfig.ListenAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The listening sockets and all connections accepted from them. Its methods are called by the
/// control plane, on ordinary threads.
public final class Listener {
  private static final int UNIX_FAMILY = 1;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;

  private final ListenConfig config;
  private final Transport transport;
  private final Front front;
  private final IdentityHashMap<EventLoop, LoopContext> contexts = new IdentityHashMap<>();
  private final List<Channel> sockets = new ArrayList<>();
  private final List<Path> socketFiles = new ArrayList<>();

  /// The timers drive the deadlines of the connections.
  public Listener(
      ListenConfig config,
      Transport transport,
      ScheduledExecutorService timers,
      RequestHandler handler,
      TrafficObserver observer,
      Traffic traffic) {
    this.config = config;
    this.transport = transport;
    this.front = new Front(config, handler, observer, traffic);
    for (EventExecutor loop : transport.loops()) {
      contexts.put((EventLoop) loop, new LoopContext((EventLoop) loop, timers));
    }
  }

  /// Binds every configured address and takes over the inherited descriptors; none stays bound when
  /// one fails. Returns the addresses in a form to print, such as `http://127.0.0.1:3000`.
  public List<String> bind(List<Integer> inheritedDescriptors) throws ListenException {
    List<String> names = new ArrayList<>();
    try {
      for (int descriptor : inheritedDescriptors) {
        names.add(adopt(descriptor));
      }
      if (inheritedDescriptors.isEmpty()) {
        for (ListenAddress address : config.addresses()) {
          switch (address) {
            case ListenAddress.Tcp tcp -> bindTcp(tcp, names);
            case ListenAddress.Unix(var path) -> names.add(bindUnix(path));
          }
        }
      }
      return names;
    } catch (ListenException | RuntimeException e) {
      stopAccepting();
      throw e;
    }
  }

  /// Closes the listening sockets.
  public void stopAccepting() {
    for (Channel socket : sockets) {
      socket.close().awaitUninterruptibly();
    }
    sockets.clear();
    for (Path file : socketFiles) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException _) {
        // A file that cannot be removed is recognised as stale at the next start.
      }
    }
    socketFiles.clear();
  }

  /// Closes resting connections at once and every other after the response under way; waits until
  /// none is left, `false` if the limit passed before.
  public boolean drain(Duration limit) throws InterruptedException {
    front.isDraining = true;
    long end = System.nanoTime() + limit.toNanos();
    while (front.traffic.openConnections.get() > 0) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      onEachLoop(context -> context.ticker.drain());
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return true;
  }

  /// Closes every connection at once.
  public void closeAll() {
    front.isDraining = true;
    onEachLoop(context -> context.ticker.closeAll());
  }

  private void onEachLoop(java.util.function.Consumer<LoopContext> action) {
    Phaser done = new Phaser(1);
    contexts.forEach((loop, context) -> {
      done.register();
      loop.execute(() -> {
        action.accept(context);
        done.arriveAndDeregister();
      });
    });
    done.arriveAndAwaitAdvance();
  }

  private void bindTcp(ListenAddress.Tcp tcp, List<String> names) throws ListenException {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(tcp.host());
    } catch (UnknownHostException e) {
      throw new ListenException(
          "address: "
              + tcp.host()
              + " is not known (expected a host name or numeric address of this machine); set"
              + " --address",
          e);
    }
    for (InetAddress address : addresses) {
      InetSocketAddress local = new InetSocketAddress(address, tcp.port());
      Channel socket = bind(tcpBootstrap(address), local, describe(local));
      names.add("http://" + describe((InetSocketAddress) socket.localAddress()));
    }
  }

  private String bindUnix(Path path) throws ListenException {
    removeStale(path);
    ServerBootstrap bootstrap = new ServerBootstrap().channel(transport.unixServerChannel());
    bind(bound(bootstrap), transport.unixAddress(path), "unix:" + path);
    socketFiles.add(path);
    return "unix:" + path;
  }

  private Channel bind(ServerBootstrap bootstrap, SocketAddress address, String name)
      throws ListenException {
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      String reason = String.valueOf(bound.cause().getMessage());
      String remedy =
          reason.contains("in use")
              ? "another program listens there; stop it or choose another --port"
              : "choose an address of this machine and a port that this user may use";
      throw new ListenException(
          "cannot listen at " + name + ": " + reason + "; " + remedy, bound.cause());
    }
    sockets.add(bound.channel());
    return bound.channel();
  }

  private String adopt(int descriptor) throws ListenException {
    if (!transport.isEpoll()) {
      throw new ListenException(
          "inherited sockets need the epoll transport; unset LISTEN_FDS",
          new UnsupportedOperationException());
    }
    boolean isUnix = SocketFamily.of(descriptor) == UNIX_FAMILY;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .channelFactory(() ->
                isUnix
                    ? new EpollServerDomainSocketChannel(descriptor, true)
                    : new EpollServerSocketChannel(descriptor));
    ChannelFuture registered = configured(bootstrap).register().awaitUninterruptibly();
    if (!registered.isSuccess()) {
      throw new ListenException(
          "LISTEN_FDS: descriptor "
              + descriptor
              + " cannot be used as a listening socket: "
              + registered.cause(),
          registered.cause());
    }
    sockets.add(registered.channel());
    SocketAddress local = registered.channel().localAddress();
    return local instanceof InetSocketAddress tcp
        ? "http://" + describe(tcp)
        : "unix:descriptor-" + descriptor;
  }

  /// An address of IPv4 is not one of IPv6 too. `::` alone stands for both; among others, each says
  /// what it wants.
  private ServerBootstrap tcpBootstrap(InetAddress address) {
    boolean isV4 = address instanceof Inet4Address;
    SocketProtocolFamily family = isV4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    ServerBootstrap bootstrap =
        bound(new ServerBootstrap().channelFactory(transport.tcpServerChannels(family)))
            .childOption(ChannelOption.SO_KEEPALIVE, true);
    return isV4 || config.addresses().size() == 1 || !transport.isEpoll()
        ? bootstrap
        : bootstrap.handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) throws IOException {
                Socket socket = (Socket) ((UnixChannel) channel).fd();
                socket.setIntOpt(IPPROTO_IPV6, IPV6_V6ONLY, 1);
              }
            });
  }

  private ServerBootstrap bound(ServerBootstrap bootstrap) {
    return configured(bootstrap).option(ChannelOption.SO_BACKLOG, config.backlog());
  }

  private ServerBootstrap configured(ServerBootstrap bootstrap) {
    return bootstrap
        .group(transport.loops())
        .option(ChannelOption.ALLOCATOR, transport.allocator())
        .childOption(ChannelOption.ALLOCATOR, transport.allocator())
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(
            ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 << 10, 256 << 10))
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                LoopContext context = contexts.get(channel.eventLoop());
                if (context == null) {
                  throw new IllegalStateException("a loop of another group");
                }
                channel.pipeline().addLast(new Http1Connection(front, context, channel));
              }
            });
  }

  /// Removes a socket file that nobody listens at; never anything else.
  private static void removeStale(Path path) throws ListenException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException _) {
      try {
        if (Files.readAttributes(
                path, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isOther()) {
          Files.delete(path);
          return;
        }
      } catch (IOException e) {
        throw new ListenException("cannot remove the stale socket " + path, e);
      }
      throw new ListenException(
          "socket_file: " + path + " exists and is not a socket; remove it or name another file",
          new IOException("not a socket"));
    }
    throw new ListenException(
        "cannot listen at unix:" + path + ": address already in use; stop the other program",
        new IOException("in use"));
  }

  private static String describe(InetSocketAddress address) {
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "localhost"
            : NetUtil.toAddressString(address.getAddress());
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
