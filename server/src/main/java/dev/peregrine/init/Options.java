package dev.peregrine.init;

import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What one run of init is asked to do.
///
/// @param command the main command; empty: none
/// @param roots where scripts, services and environment are
/// @param parts what init does beside the main command
/// @param rules what becomes of signals
/// @param codes what becomes of exit codes
/// @param main how the main command stands among the processes
/// @param limits how long each step may take
/// @param talk what init says of itself
/// @param parentDeath signal that init gets when its parent ends; 0: none
/// @param stopCode exit code after a stop by signal without main command
record Options(
    List<RawString> command,
    Roots roots,
    Set<Part> parts,
    SignalRules rules,
    ExitCodes codes,
    MainProcess main,
    Limits limits,
    Talk talk,
    int parentDeath,
    int stopCode) {
  Options {
    command = List.copyOf(command);
    parts = parts.isEmpty() ? EnumSet.noneOf(Part.class) : EnumSet.copyOf(parts);
  }

  boolean has(Part part) {
    return parts.contains(part);
  }

  /// What init does beside running the main command, passing signals and reaping.
  enum Part {
    /// The environment store.
    ENVIRONMENT,
    /// Start-up scripts.
    SCRIPTS,
    /// Services.
    SERVICES,
    /// A socket for messages to the system's log.
    SYSLOG,
    /// Lines of services are JSON.
    JSON_LINES,
    /// Scripts around the stop of the services.
    HOOKS,
    /// A stop on `TERM`, in order and within limits. Without it signals are only passed on.
    ORDERED_STOP,
    /// Nothing is run; what would be is shown.
    LIST_ONLY,
    /// At the end everything that still runs is told to end, and waited for.
    STRAYS
  }

  /// How much init says.
  enum Talk {
    QUIET,
    NORMAL
  }

  /// How the main command stands among the processes.
  ///
  /// @param leadership what it leads
  /// @param reach who gets a signal that is passed on
  /// @param failedStartCode exit code when it cannot be started; 0: the shell's, 127 or 126
  record MainProcess(Leadership leadership, Reach reach, int failedStartCode) {}

  /// Who gets a signal that is passed on.
  enum Reach {
    PROCESS,
    GROUP
  }
}
