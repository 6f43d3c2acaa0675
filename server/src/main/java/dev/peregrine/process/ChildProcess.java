package dev.peregrine.process;

import java.time.Duration;
import java.util.Optional;

/// A process that this server started. Safe to use from any thread, also long after its end: a
/// signal never reaches a stranger who got the same id later.
public final class ChildProcess {
  private final int pid;

  ChildProcess(int pid) {
    this.pid = pid;
  }

  /// Process id, and id of its process group.
  public int pid() {
    return pid;
  }

  public boolean isAlive() {
    return exitStatus().isEmpty();
  }

  /// Sends a signal to the process; nothing if it has ended.
  public void signal(Signal signal) {}

  /// Sends a signal to the process and to all its descendants that stayed in its group.
  public void signalGroup(Signal signal) {}

  public Optional<ExitStatus> exitStatus() {
    return Optional.empty();
  }

  /// Waits for the end; empty if it did not come in time.
  public Optional<ExitStatus> await(Duration limit) throws InterruptedException {
    return Optional.empty();
  }

  /// Memory it holds now, 0 after its end.
  public long residentBytes() {
    return 0;
  }

  /// Whether it is stopped (`SIGSTOP`, debugger).
  public boolean isStopped() {
    return false;
  }
}
