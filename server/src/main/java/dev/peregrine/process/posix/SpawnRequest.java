package dev.peregrine.process.posix;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Everything `posix_spawn` is told.
///
/// @param programs paths to try in order
/// @param arguments `argv`, the first included
/// @param environment `envp`
/// @param workingDirectory where the process starts
/// @param streams stdin, stdout and stderr
/// @param isSessionLeader whether it leads a session of its own, else only a process group
/// @param identity the account to switch to
/// @param umask file mode creation mask
@SuppressWarnings("ArrayRecordComponent") // never compared; made once, read once
public record SpawnRequest(
    List<byte[]> programs,
    List<byte[]> arguments,
    List<byte[]> environment,
    byte[] workingDirectory,
    List<Redirect> streams,
    boolean isSessionLeader,
    Optional<Identity> identity,
    OptionalInt umask) {

  /// The ids of an account.
  ///
  /// @param uid user
  /// @param gid primary group
  /// @param groups all groups
  public record Identity(int uid, int gid, List<Integer> groups) {
    public Identity {
      groups = List.copyOf(groups);
    }
  }
}
