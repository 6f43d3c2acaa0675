package dev.peregrine.process.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A named pipe that this process reads for as long as it likes, whoever writes to it and goes.
public final class Fifo {
  private static final int OWNER_ONLY = 0600;

  private static final MemorySegment MKFIFO = Libc.function("mkfifo");

  private Fifo() {}

  /// Makes the pipe if it is missing, for its owner only, and opens it to read without blocking;
  /// the descriptor, or minus the error number.
  public static int open(byte[] path) {
    try (Arena arena = Arena.ofConfined()) {
      int made = Libc.call(MKFIFO, Libc.string(arena, path).address(), OWNER_ONLY);
      if (made < 0 && made != -Errno.EEXIST) {
        return made;
      }
    }
    return Posix.openBothWays(path);
  }
}
