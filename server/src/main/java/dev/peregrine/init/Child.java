package dev.peregrine.init;

/// A process that init started and has not reaped, or has. Signals never reach a stranger that got
/// the same id later. Belongs to the thread of the [Host].
public interface Child {

  /// Process id.
  int pid();

  /// Whether it has not been reaped.
  boolean isAlive();

  /// Sends a signal to the process; nothing if it has been reaped.
  void signal(int number);

  /// Sends a signal to the process group that it leads; nothing if it has been reaped or leads
  /// none. What is left of a group whose leader has been reaped is dealt with at the end of the
  /// container.
  void signalGroup(int number);
}
