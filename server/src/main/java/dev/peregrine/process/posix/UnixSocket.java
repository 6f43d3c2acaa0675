package dev.peregrine.process.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Sockets with a path in the file system, as descriptors that never block and are closed on exec.
/// A negative result is minus the error number.
///
/// Datagrams are read with [Posix#read], one at a time.
public final class UnixSocket {
  /// Longest path in bytes.
  public static final int MAX_PATH = 107;

  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_NONBLOCK_CLOEXEC = 0x80800;
  private static final int BACKLOG = 64;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;

  private static final MemorySegment ACCEPT4 = Libc.function("accept4");
  private static final MemorySegment BIND = Libc.function("bind");
  private static final MemorySegment CONNECT = Libc.function("connect");
  private static final MemorySegment GETSOCKOPT = Libc.function("getsockopt");
  private static final MemorySegment LISTEN = Libc.function("listen");
  private static final MemorySegment SOCKET = Libc.function("socket");

  private UnixSocket() {}

  /// Opens a socket that receives datagrams.
  public static int receiver(byte[] path) {
    return bound(path, SOCK_DGRAM);
  }

  /// Opens a socket that takes connections.
  public static int listener(byte[] path) {
    int descriptor = bound(path, SOCK_STREAM);
    int result = descriptor < 0 ? descriptor : Libc.call(LISTEN, descriptor, BACKLOG);
    if (result < 0) {
      Posix.close(descriptor);
      return result;
    }
    return descriptor;
  }

  /// Takes the next connection; minus `EAGAIN` when there is none.
  public static int accept(int listener) {
    return Posix.aboveStandard(Libc.call(ACCEPT4, listener, 0, 0, SOCK_NONBLOCK_CLOEXEC));
  }

  /// Whether somebody receives at a path, as datagrams or connections.
  public static boolean isServed(byte[] path) {
    return isServed(path, SOCK_DGRAM) || isServed(path, SOCK_STREAM);
  }

  private static boolean isServed(byte[] path, int type) {
    int descriptor = open(type);
    if (descriptor < 0) {
      return false;
    }
    int result = withAddress(path, CONNECT, descriptor);
    Posix.close(descriptor);
    return result == 0 || result == -Errno.EAGAIN;
  }

  /// The user id of who connected; negative if it cannot be told.
  public static int peerUid(int connection) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment credentials = arena.allocate(3 * Integer.BYTES, Integer.BYTES);
      MemorySegment length = arena.allocate(Integer.BYTES, Integer.BYTES);
      Libc.view(length).putInt(3 * Integer.BYTES);
      int result =
          Libc.call(
              GETSOCKOPT,
              connection,
              SOL_SOCKET,
              SO_PEERCRED,
              credentials.address(),
              length.address());
      return result < 0 ? result : Libc.view(credentials).getInt(Integer.BYTES);
    }
  }

  private static int bound(byte[] path, int type) {
    int descriptor = open(type);
    int result = descriptor < 0 ? descriptor : withAddress(path, BIND, descriptor);
    if (result < 0) {
      Posix.close(descriptor);
      return result;
    }
    return descriptor;
  }

  private static int open(int type) {
    return Posix.aboveStandard(Libc.call(SOCKET, AF_UNIX, type | SOCK_NONBLOCK_CLOEXEC, 0));
  }

  private static int withAddress(byte[] path, MemorySegment function, int descriptor) {
    if (path.length > MAX_PATH) {
      return -Errno.ENAMETOOLONG;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(MAX_PATH + 3L, 2);
      Libc.view(address).putShort((short) AF_UNIX).put(path);
      return Libc.call(function, descriptor, address.address(), path.length + 3L);
    }
  }
}
