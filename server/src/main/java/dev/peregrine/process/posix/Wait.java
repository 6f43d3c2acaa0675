package dev.peregrine.process.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Waiting for children. One thread of the process does it, or statuses get lost.
public final class Wait {
  private static final int P_ALL = 0;
  private static final int ANY = -1;
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x01000000;
  private static final int SIGINFO_SIZE = 128;
  private static final int SIGINFO_PID = 16;
  private static final int RUSAGE_SIZE = 144;
  private static final int RUSAGE_SYSTEM = 16;

  private static final MemorySegment WAITID = Libc.function("waitid");
  private static final MemorySegment WAIT4 = Libc.function("wait4");

  private Wait() {}

  /// Blocks until some child has ended, and leaves it as it is: its id stays taken. The result is
  /// the process id, or minus the error number: `ECHILD` when there are no children, `EINTR` now
  /// and then.
  public static int awaitAny() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_SIZE, 8);
      int result = Libc.call(WAITID, P_ALL, 0, info.address(), WEXITED | WNOWAIT);
      if (result < 0 && result != -Errno.ECHILD && result != -Errno.EINTR) {
        throw new IllegalStateException("waitid: " + Errno.describe(-result));
      }
      return result < 0 ? result : Libc.view(info).getInt(SIGINFO_PID);
    }
  }

  /// Reaps an ended child: its id is free afterwards.
  public static Reaped reap(int pid) {
    return reap(pid, 0);
  }

  /// Reaps a child if it has ended; else the result's `pid` is 0.
  public static Reaped tryReap(int pid) {
    return reap(pid, WNOHANG);
  }

  /// Reaps some child that has ended. The result's `pid` is 0 if none has, minus `ECHILD` if there
  /// are no children.
  public static Reaped tryReapAny() {
    return reap(ANY, WNOHANG);
  }

  /// Whether there is any child, ended or not.
  public static boolean hasChildren() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_SIZE, 8);
      int options = WEXITED | WNOWAIT | WNOHANG;
      return Libc.call(WAITID, P_ALL, 0, info.address(), options) != -Errno.ECHILD;
    }
  }

  private static Reaped reap(int pid, int options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(Integer.BYTES, Integer.BYTES);
      MemorySegment usage = arena.allocate(RUSAGE_SIZE, 8);
      int result;
      do {
        result = Libc.call(WAIT4, pid, status.address(), options, usage.address());
      } while (result == -Errno.EINTR);
      return new Reaped(
          result, Libc.view(status).getInt(0), micros(usage, 0), micros(usage, RUSAGE_SYSTEM));
    }
  }

  private static long micros(MemorySegment usage, int offset) {
    ByteBuffer view = Libc.view(usage);
    return view.getLong(offset) * 1_000_000 + view.getLong(offset + 8);
  }

  /// What is left of a process.
  ///
  /// @param pid its id, 0 if it has not ended, or minus the error number
  /// @param status the status word
  /// @param userMicros processor time in the program
  /// @param systemMicros processor time in the kernel
  public record Reaped(int pid, int status, long userMicros, long systemMicros) {}
}
