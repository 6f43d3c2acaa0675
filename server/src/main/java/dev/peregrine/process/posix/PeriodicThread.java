package dev.peregrine.process.posix;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The thread of the virtual machine that looks every 5 s for memory to give back to the C library.
/// No option stops it.
public final class PeriodicThread {
  private static final String NAME = "VM Periodic Tas";
  private static final long DAY_NANOS = 86_400_000_000_000L;

  private PeriodicThread() {}

  /// Lets its timers be late by a day, for a process that hardly does anything; proc(5),
  /// `timerslack_ns`. Needs `CAP_SYS_NICE`: without it the thread goes on waking up.
  public static void letSleep() {
    String[] threads = new File("/proc/self/task").list();
    for (String thread : threads == null ? new String[0] : threads) {
      Path about = Path.of("/proc", thread);
      try {
        if (Files.readString(about.resolve("comm")).strip().equals(NAME)) {
          Files.writeString(about.resolve("timerslack_ns"), Long.toString(DAY_NANOS));
        }
      } catch (IOException _) {
        // It has ended, or may not be changed.
      }
    }
  }
}
