package dev.peregrine.process.posix;

/// What came of a [SpawnRequest].
public sealed interface SpawnResult {
  /// The program runs.
  ///
  /// @param pid its process id
  record Started(int pid) implements SpawnResult {}

  /// It does not.
  ///
  /// @param step what failed
  /// @param errno the error number
  /// @param program index of the program that was tried last
  record Failed(Step step, int errno, int program) implements SpawnResult {}

  /// The steps on the way, in order.
  enum Step {
    UNSHARE,
    CHANGE_DIRECTORY,
    NO_NEW_PRIVILEGES,
    SET_GROUPS,
    SET_GID,
    SET_UID,
    VERIFY_IDENTITY,
    SPAWN
  }
}
