package dev.peregrine.init;

import dev.peregrine.process.SpawnException;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What services do to the world: the only way from the state machines of [Service] to processes,
/// signals, files and clocks. Called on the loop thread.
interface ServiceActions {
  /// What a process is to its service.
  enum Part {
    /// The service itself.
    RUN,
    /// What cleans up after it.
    FINISH,
    /// A question to it.
    PROBE,
    /// A hook in front of a signal.
    CONTROL
  }

  /// Starts a process in a group of its own; its id.
  int start(ServiceConfig service, Part part, List<String> command) throws SpawnException;

  void signal(int pid, int signal);

  void signalGroup(int pid, int signal);

  /// Whether nobody is left in a process group. Asked right after an end, so that the id cannot be
  /// somebody else's yet.
  boolean isGroupEmpty(int group);

  /// Whether the directory of a service holds a program of this name.
  boolean hasScript(ServiceConfig service, String name);

  /// Puts an `http` or `tcp` question; the answer comes as [Supervisor#answered] with the token.
  void ask(ServiceConfig service, ServiceConfig.Probe probe, long limitNanos, int token);

  /// Ends the input of a log service.
  void closeInput(ServiceConfig service);

  /// The time on the wall, in the time zone of a service (`TZ`).
  ZonedDateTime wallClock(ServiceConfig service);

  /// Logs an event; fields are names and values in turn.
  void event(String name, @Nullable Object... fields);
}
