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
/// @param passed further descriptors, by the numbers they have in the new process
/// @param leadership what the process leads
/// @param identity the account to switch to
/// @param umask file mode creation mask
@SuppressWarnings("ArrayRecordComponent") // never compared; made once, read once
public record SpawnRequest(
    List<byte[]> programs,
    List<byte[]> arguments,
    List<byte[]> environment,
    byte[] workingDirectory,
    List<Redirect> streams,
    List<Passed> passed,
    Leadership leadership,
    Optional<Identity> identity,
    OptionalInt umask) {

  /// A descriptor that the new process gets beside the three standard ones.
  ///
  /// @param descriptor its number here; not lower than any of the numbers there, unless the same
  /// @param number its number there, 3 or more
  public record Passed(int descriptor, int number) {}

  /// Whether a process stays with its parent as far as signals of terminals and groups go.
  public enum Leadership {
    /// Member of the parent's group.
    NONE,
    /// Leads a process group.
    GROUP,
    /// Leads a process group that gets the terminal at standard input, if there is one.
    FOREGROUND_GROUP,
    /// Leads a session without terminal.
    SESSION,
    /// Leads a session; the terminal at standard input, if it is free, becomes that session's.
    TERMINAL_SESSION
  }

  /// The ids of an account.
  ///
  /// @param uid user
  /// @param gid primary group
  /// @param groups all groups
  /// @param privileges whether programs may give it more rights
  public record Identity(int uid, int gid, List<Integer> groups, Privileges privileges) {
    public Identity {
      groups = List.copyOf(groups);
    }
  }

  /// Whether set-user-id programs work for a process that has changed its account.
  public enum Privileges {
    /// As ever.
    REGAINABLE,
    /// They gain nothing (`no_new_privs`).
    FORGONE
  }
}
