package dev.peregrine.process.posix;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Threads that the virtual machine runs for itself, found by their names; no option of it does
/// what is done to them here.
public final class VmThreads {
  private static final String ALL = "/proc/self/task";
  private static final long DAY_NANOS = 86_400_000_000_000L;
  private static final int COMPILER_NICE = 10;
  private static final int PRIO_PROCESS = 0;

  private VmThreads() {}

  /// Lets the thread that looks every 5 s for memory to give back be late by a day, for a process
  /// that hardly does anything; proc(5), `timerslack_ns`. Needs `CAP_SYS_NICE`: without it the
  /// thread goes on waking up.
  public static void letPeriodicSleep() {
    for (String thread : named(Set.of("VM Periodic Tas"))) {
      try {
        Path slack = Path.of("/proc", thread, "timerslack_ns");
        Files.writeString(slack, Long.toString(DAY_NANOS));
      } catch (IOException _) {
        // It has ended, or may not be changed.
      }
    }
  }

  /// Lets the compilers run only with what the other threads leave of the processor, or a tenth of
  /// it; setpriority(2). Those that they start later do the same.
  public static void letCompilersGiveWay() {
    MemorySegment setPriority = Libc.function("setpriority");
    for (String thread : named(Set.of("C1 CompilerThre", "C2 CompilerThre"))) {
      Libc.call(setPriority, PRIO_PROCESS, Integer.parseInt(thread), COMPILER_NICE);
    }
  }

  /// The ids of the threads that have one of these names.
  private static List<String> named(Set<String> names) {
    List<String> found = new ArrayList<>();
    String[] threads = new File(ALL).list();
    for (String thread : threads == null ? new String[0] : threads) {
      try {
        if (names.contains(Files.readString(Path.of(ALL, thread, "comm")).strip())) {
          found.add(thread);
        }
      } catch (IOException _) {
        // It has ended.
      }
    }
    return found;
  }
}
