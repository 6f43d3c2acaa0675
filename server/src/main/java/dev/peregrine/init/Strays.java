package dev.peregrine.init;

import dev.peregrine.process.ProcessSnapshot;
import dev.peregrine.process.posix.Posix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Everything that still runs at the end: as process 1, all processes of the container; else, the
/// descendants of this process.
final class Strays {
  private Strays() {}

  /// Sends a signal to all of them.
  static void signal(int number) {
    int own = Posix.pid();
    if (own == 1) {
      Posix.killAll(number);
      return;
    }
    List<ProcessSnapshot> all = ProcessSnapshot.all();
    Map<Integer, Integer> parents = new HashMap<>();
    all.forEach(process -> parents.put(process.pid(), process.parent()));
    for (ProcessSnapshot process : all) {
      if (process.pid() != own && descends(process.pid(), own, parents)) {
        Posix.kill(process.pid(), number);
      }
    }
  }

  private static boolean descends(int pid, int ancestor, Map<Integer, Integer> parents) {
    int current = pid;
    for (int depth = 0; depth <= parents.size(); depth++) {
      current = parents.getOrDefault(current, 0);
      if (current == ancestor) {
        return true;
      }
    }
    return false;
  }
}
