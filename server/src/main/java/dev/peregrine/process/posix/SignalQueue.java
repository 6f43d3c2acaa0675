package dev.peregrine.process.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The signals sent to this process, as a descriptor to read (`signalfd`). One thread reads.
///
/// It sees only signals that every thread of the process blocks. So they have to be blocked before
/// the virtual machine starts, and it must leave them alone (`-Xrs`).
public final class SignalQueue implements AutoCloseable {
  private static final int RECORD_SIZE = 128;
  private static final int MAX_RECORDS = 16;
  private static final int SET_SIZE = 128;
  private static final int SIG_BLOCK = 0;
  private static final int SFD_NONBLOCK_CLOEXEC = 0x80800;
  private static final int TERM = 15;

  private static final MemorySegment SIGMASK = Libc.function("pthread_sigmask");
  private static final MemorySegment SIGNALFD = Libc.function("signalfd");

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment records = arena.allocate(RECORD_SIZE * MAX_RECORDS, 8);
  private final byte[] bytes = new byte[RECORD_SIZE * MAX_RECORDS];
  private final int descriptor;
  private final boolean wasBlocked;
  private int count;
  private int next;

  /// Blocks all signals in the calling thread, which is the one that reads.
  public SignalQueue() {
    MemorySegment all = arena.allocate(SET_SIZE, 8).fill((byte) 0xff);
    MemorySegment before = arena.allocate(SET_SIZE, 8);
    Libc.call(SIGMASK, SIG_BLOCK, all.address(), before.address());
    wasBlocked = (Libc.view(before).getLong() >> (TERM - 1) & 1) == 1;
    descriptor = Libc.call(SIGNALFD, -1, all.address(), SFD_NONBLOCK_CLOEXEC);
    if (descriptor < 0) {
      throw new IllegalStateException("signalfd: " + Errno.describe(-descriptor));
    }
  }

  /// Whether signals were blocked when the virtual machine started; if not, some get lost.
  public boolean wasBlocked() {
    return wasBlocked;
  }

  /// Readable when a signal has come.
  public int descriptor() {
    return descriptor;
  }

  /// The next signal's number; 0 when there is none now.
  public int poll() {
    if (next == count) {
      int length = Posix.read(descriptor, records, bytes);
      count = Math.max(0, length) / RECORD_SIZE;
      next = 0;
    }
    return next == count ? 0 : Libc.view(records).getInt(RECORD_SIZE * next++);
  }

  @Override
  public void close() {
    Posix.close(descriptor);
    arena.close();
  }
}
