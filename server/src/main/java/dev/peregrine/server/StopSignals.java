package dev.peregrine.server;

/// Turns the signals of the process into actions, each on a thread of the virtual machine's.
final class StopSignals {
  private StopSignals() {}

  /// TERM, INT and HUP run `stop`, USR1 runs `reopenLogs`, USR2 runs `restart`.
  static void install(Runnable stop, Runnable reopenLogs, Runnable restart) {
    for (String name : new String[] {"TERM", "INT", "HUP"}) {
      sun.misc.Signal.handle(new sun.misc.Signal(name), _ -> stop.run());
    }
    sun.misc.Signal.handle(new sun.misc.Signal("USR1"), _ -> reopenLogs.run());
    handleIfFree("USR2", restart);
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
