package dev.peregrine.admin;

import dev.peregrine.log.EventLog;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;

/// The admin API's server: HTTP/1.1 on a Unix socket of mode 0600, for root and the server's own
/// account only, whatever the mode says.
///
/// Blocking code on virtual threads of its own, one a connection and at most [#MAX_CONNECTIONS] of
/// them, so that the API answers while the sockets of the clients are flooded.
public final class AdminServer implements AutoCloseable {
  static final int MAX_CONNECTIONS = 32;

  private final Path socket;
  private final ServerSocketChannel listener;
  private final AdminRoutes routes;
  private final EventLog log;
  private final UserPrincipal ownUser;
  private final Semaphore room = new Semaphore(MAX_CONNECTIONS);
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private AdminServer(Path socket, ServerSocketChannel listener, Subject subject, EventLog log)
      throws IOException {
    this.socket = socket;
    this.listener = listener;
    this.routes = new AdminRoutes(subject, log);
    this.log = log;
    this.ownUser = Files.getOwner(Path.of("/proc/self"));
  }

  /// Listens on a socket; a file that a dead server left there is replaced, so the caller must own
  /// the directory. Fails if somebody else may enter it.
  public static AdminServer open(Path socket, Subject subject, EventLog log) throws IOException {
    Files.deleteIfExists(socket);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(socket), 64);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      AdminServer server = new AdminServer(socket, listener, subject, log);
      Thread.ofVirtual().name("admin-accept").start(server::acceptAll);
      return server;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  private void acceptAll() {
    while (listener.isOpen()) {
      try {
        SocketChannel channel = listener.accept();
        if (room.tryAcquire()) {
          open.add(channel);
          Thread.ofVirtual().name("admin").start(() -> serve(channel));
        } else {
          channel.close();
        }
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        log.warn("admin.accept_failed", "error", e);
        pause();
      }
    }
  }

  /// Waits a little, so that a lack of descriptors does not become a busy loop.
  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      UserPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
      boolean isTrusted = peer.equals(ownUser) || isRoot(peer);
      if (!isTrusted) {
        log.warn("admin.refused", "reason", "foreign-account", "peer", peer.getName());
      }
      new AdminConnection(channel, routes, peer.getName(), isTrusted).run();
    } catch (IOException _) {
      // The peer went away; it is told nothing and nobody else has to know.
    } finally {
      open.remove(channel);
      room.release();
    }
  }

  private static boolean isRoot(UserPrincipal user) {
    return user.getName().equals("root") || user.getName().equals("0");
  }

  /// Stops listening, removes the socket, closes what is open.
  @Override
  public void close() {
    try {
      listener.close();
      Files.deleteIfExists(socket);
      for (SocketChannel channel : open) {
        channel.close();
      }
    } catch (IOException e) {
      log.warn("admin.close_failed", "error", e);
    }
  }
}
