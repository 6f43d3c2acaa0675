package dev.peregrine.process;

/// Whoever wants to know what becomes of a child.
public interface ChildListener {

  /// The child wrote. Called by the one output thread of all children: blocking here a little slows
  /// the writers down; blocking for long holds up the output of every child.
  ///
  /// @param bytes valid during the call only; the first `length` of them count
  void output(OutputStreamKind kind, byte[] bytes, int length);

  /// The child ended, its process group is gone, and all its output was handed over. Called once,
  /// on a thread of its own, at most 200 ms after the end even if a process that left the group
  /// still holds the output open (what that writes later is dropped).
  void exited(ExitStatus status, Resources usage);
}
