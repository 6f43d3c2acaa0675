package dev.peregrine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The kernel's count of processes it killed because memory ran out, in the machine or in a control
/// group.
///
/// It does not say whom: a child that died of `SIGKILL` not sent by us takes one of the kills that
/// nobody has taken yet. A guess, and a good one where children hold most of the memory.
final class MemoryKills {
  private static final Path COUNTERS = Path.of("/proc/vmstat");
  private static final String NAME = "oom_kill ";

  private final Path counters;
  private long taken; // guarded by this

  MemoryKills() {
    this(COUNTERS);
  }

  MemoryKills(Path counters) {
    this.counters = counters;
    this.taken = count();
  }

  /// Whether there was a kill that explains the death of one more child.
  synchronized boolean take() {
    if (count() <= taken) {
      return false;
    }
    taken++;
    return true;
  }

  private long count() {
    try {
      return Files.readString(counters)
          .lines()
          .filter(line -> line.startsWith(NAME))
          .findFirst()
          .map(line -> Long.parseLong(line.substring(NAME.length()).strip()))
          .orElse(0L);
    } catch (IOException | NumberFormatException _) {
      return 0;
    }
  }
}
