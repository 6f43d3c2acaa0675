package dev.peregrine.process.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Tells that something in some directories has changed (`inotify`), not what.
public final class DirectoryWatch implements AutoCloseable {
  private static final int IN_NONBLOCK_CLOEXEC = 0x80800;
  // IN_ATTRIB, IN_CLOSE_WRITE, IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE, IN_DELETE_SELF
  private static final int CHANGES = 0x7cc;
  private static final int IN_ONLYDIR = 0x01000000;

  private static final MemorySegment INIT = Libc.function("inotify_init1");
  private static final MemorySegment ADD = Libc.function("inotify_add_watch");

  private final int descriptor = Libc.call(INIT, IN_NONBLOCK_CLOEXEC);

  /// Readable when something has changed; negative if the kernel has no watches left.
  public int descriptor() {
    return descriptor;
  }

  /// Watches a directory too; one that is watched already stays so. Negative if it cannot be.
  public int add(byte[] directory) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = Libc.string(arena, directory);
      return Libc.call(ADD, descriptor, path.address(), CHANGES | IN_ONLYDIR);
    }
  }

  /// Takes what was told since.
  public void drain() {
    byte[] events = new byte[4096];
    while (Posix.read(descriptor, events) > 0) {
      // what exactly has changed does not matter
    }
  }

  @Override
  public void close() {
    Posix.close(descriptor);
  }
}
