package dev.peregrine.server;

import dev.peregrine.process.FirstProcess;
import dev.peregrine.process.Signal;

/// Turns the signals of the process into actions, each on a thread of the virtual machine's, or on
/// one of its own where this is process 1 of a container.
final class StopSignals {
  private StopSignals() {}

  /// TERM, INT and HUP run `stop`, USR1 runs `reopenLogs`, USR2 runs `restart`.
  static void install(Runnable stop, Runnable reopenLogs, Runnable restart) {
    if (FirstProcess.isThis()) {
      FirstProcess.takeSignals(number -> act(number, stop, reopenLogs, restart));
      return;
    }
    for (String name : new String[] {"TERM", "INT", "HUP"}) {
      sun.misc.Signal.handle(new sun.misc.Signal(name), _ -> stop.run());
    }
    sun.misc.Signal.handle(new sun.misc.Signal("USR1"), _ -> reopenLogs.run());
    handleIfFree("USR2", restart);
  }

  private static void act(int number, Runnable stop, Runnable reopenLogs, Runnable restart) {
    Signal signal = Signal.of(number).orElse(Signal.CONT);
    if (signal == Signal.TERM || signal == Signal.INT || signal == Signal.HUP) {
      Thread.startVirtualThread(stop);
    } else if (signal == Signal.USR1) {
      Thread.startVirtualThread(reopenLogs);
    } else if (signal == Signal.USR2) {
      Thread.startVirtualThread(restart);
    }
  }

  /// Some signals belong to the virtual machine on some systems.
  private static void handleIfFree(String name, Runnable action) {
    try {
      sun.misc.Signal.handle(new sun.misc.Signal(name), _ -> action.run());
    } catch (IllegalArgumentException _) {
      // There are other ways to ask for the same.
    }
  }
}
