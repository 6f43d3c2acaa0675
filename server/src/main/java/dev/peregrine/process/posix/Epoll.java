package dev.peregrine.process.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// A set of descriptors to wait on until one can be read. One thread waits and reads; any thread
/// adds and wakes.
public final class Epoll implements AutoCloseable {
  /// No limit of a wait.
  public static final int FOREVER = -1;

  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLLIN = 1;
  private static final int MAX_EVENTS = 256;
  private static final boolean IS_X86 = System.getProperty("os.arch").equals("amd64");
  private static final int EVENT_SIZE = IS_X86 ? 12 : 16;
  private static final int EVENT_DATA = IS_X86 ? 4 : 8;

  private static final MemorySegment CREATE = Libc.function("epoll_create1");
  private static final MemorySegment CTL = Libc.function("epoll_ctl");
  private static final MemorySegment WAIT = Libc.function("epoll_wait");
  private static final MemorySegment EVENTFD = Libc.function("eventfd");

  private final int descriptor;
  private final int wakeUp;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment events = arena.allocate((long) EVENT_SIZE * MAX_EVENTS, 8);
  private final ByteBuffer view = Libc.view(events);
  private final MemorySegment buffer;
  private final byte[] wakeUpCount = new byte[8];
  private boolean isClosed; // guarded by this

  /// @param readSize most bytes that [#read] takes at a time
  public Epoll(int readSize) {
    descriptor = opened(Libc.call(CREATE, EPOLL_CLOEXEC));
    wakeUp = opened(Libc.call(EVENTFD, 0, EFD_CLOEXEC_NONBLOCK));
    buffer = arena.allocate(readSize);
    add(wakeUp);
  }

  private static int opened(int descriptor) {
    if (descriptor < 0) {
      throw new IllegalStateException("cannot wait for output: " + Errno.describe(-descriptor));
    }
    return descriptor;
  }

  /// Adds a descriptor; closing it takes it out. Nothing after [#close].
  public final synchronized void add(int added) {
    if (isClosed) {
      return;
    }
    try (Arena local = Arena.ofConfined()) {
      MemorySegment event = local.allocate(EVENT_SIZE, 8);
      Libc.view(event).putInt(0, EPOLLIN).putLong(EVENT_DATA, added);
      int result = Libc.call(CTL, descriptor, EPOLL_CTL_ADD, added, event.address());
      if (result < 0) {
        throw new IllegalStateException("cannot wait for output: " + Errno.describe(-result));
      }
    }
  }

  /// Takes a descriptor out that stays open.
  public final synchronized void remove(int removed) {
    if (!isClosed) {
      Libc.call(CTL, descriptor, EPOLL_CTL_DEL, removed, events.address());
    }
  }

  /// Blocks until something can be read or [#wake] was called; the number of ready descriptors.
  public int await() {
    int count;
    do {
      count = await(FOREVER);
    } while (count == 0);
    return count;
  }

  /// The same with a limit in milliseconds, [#FOREVER] for none. The result is 0 when the limit is
  /// over or a signal came between.
  public int await(int limitMillis) {
    int count = Libc.call(WAIT, descriptor, events.address(), MAX_EVENTS, limitMillis);
    return count == -Errno.EINTR ? 0 : opened(count);
  }

  /// A ready descriptor; empty-handed wake-ups give -1.
  public int ready(int index) {
    int ready = (int) view.getLong(index * EVENT_SIZE + EVENT_DATA);
    if (ready == wakeUp) {
      Posix.read(wakeUp, wakeUpCount);
      return -1;
    }
    return ready;
  }

  /// Reads once from a descriptor into an array no longer than the read size.
  public int read(int from, byte[] into) {
    return Posix.read(from, buffer, into);
  }

  /// Makes [#await] return. Nothing after [#close].
  public synchronized void wake() {
    if (isClosed) {
      return;
    }
    byte[] one = new byte[8];
    one[0] = 1;
    Posix.write(wakeUp, one);
  }

  /// Closes the set, not the descriptors in it.
  @Override
  public synchronized void close() {
    isClosed = true;
    Posix.close(descriptor);
    Posix.close(wakeUp);
    arena.close();
  }
}
