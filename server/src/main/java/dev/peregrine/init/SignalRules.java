package dev.peregrine.init;

import java.util.Arrays;

/// What becomes of a signal on its way to the main command: passed on as it is, as another one, or
/// dropped.
final class SignalRules {
  private static final int DROPPED = 0;

  private final int[] targets = new int[SignalNumber.MAX + 1];

  private SignalRules() {
    Arrays.setAll(targets, i -> i);
    // About our own children; and those that a fault of the sender's own code causes.
    for (int own :
        new int[] {
          SignalNumber.CHLD,
          SignalNumber.ILL,
          SignalNumber.TRAP,
          SignalNumber.ABRT,
          SignalNumber.BUS,
          SignalNumber.FPE,
          SignalNumber.SEGV,
          SignalNumber.SYS
        }) {
      targets[own] = DROPPED;
    }
  }

  /// Everything is passed on but `CHLD` and the signals of faults.
  static SignalRules standard() {
    return new SignalRules();
  }

  /// The same with one signal passed on as another.
  SignalRules with(int from, int to) {
    SignalRules changed = new SignalRules();
    System.arraycopy(targets, 0, changed.targets, 0, targets.length);
    changed.targets[from] = to;
    return changed;
  }

  /// The same with one signal dropped.
  SignalRules without(int dropped) {
    return with(dropped, DROPPED);
  }

  /// What a signal becomes; 0 if it is dropped.
  int target(int signal) {
    return targets[signal];
  }
}
