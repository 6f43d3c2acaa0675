package dev.peregrine.init;

import java.time.Duration;

/// Ends one child: a signal and `CONT` to it, so that a stopped one hears it too, and `KILL` to its
/// whole group when the limit is over.
final class Takedown {
  private final Host host;
  private final Child child;

  Takedown(Host host, Child child) {
    this.host = host;
    this.child = child;
  }

  /// Asks the child and its group to end.
  void ask(Duration limit) {
    if (limit.isZero()) {
      kill();
      return;
    }
    child.signalGroup(SignalNumber.TERM);
    child.signalGroup(SignalNumber.CONT);
    killAfter(limit);
  }

  /// Kills the group after a while, if the child has not ended by then.
  void killAfter(Duration limit) {
    Host.Timer _ = host.after(limit, this::kill);
  }

  void kill() {
    child.signalGroup(SignalNumber.KILL);
    child.signal(SignalNumber.KILL);
  }
}
