package dev.peregrine.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Everything known about a worker that did not become ready.
///
/// @param id random name under which client and log know the failure
/// @param worker name of the worker
/// @param category what kind of failure
/// @param summary what happened, in one line
/// @param details what happened, at length; may be empty
/// @param backtrace where in the app, innermost first; may be empty
/// @param output the last lines that the worker wrote, oldest first
/// @param exit how the process ended, in words such as `exit status 1`; empty if it had to be
///   killed or never was
/// @param journey the steps in order
/// @param took time from the first step to the failure
/// @param environment the worker's environment; values of secrets are masked
/// @param command the command that was run
/// @param remedy what the operator can do about it
/// @param at when it failed
public record StartFailure(
    String id,
    String worker,
    Category category,
    String summary,
    String details,
    List<String> backtrace,
    List<String> output,
    Optional<String> exit,
    List<JourneyStep> journey,
    Duration took,
    Map<String, String> environment,
    List<String> command,
    String remedy,
    Instant at) {
  public StartFailure {
    backtrace = List.copyOf(backtrace);
    output = Collections.unmodifiableList(new ArrayList<>(output));
    journey = List.copyOf(journey);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    command = List.copyOf(command);
  }

  /// The step at which the start failed; empty if every step that began also ended well.
  public Optional<JourneyStep> failedStep() {
    return journey.stream().filter(step -> step.state() == JourneyStep.State.FAILED).findFirst();
  }

  /// What kind of failure a start ended in.
  public enum Category {
    /// The app cannot be started as it stands: its kind, interpreter or command is unknown.
    PREPARATION,
    /// The operating system refused to start the process.
    SPAWN,
    /// The app raised an error while it was loaded.
    APP_ERROR,
    /// A library that the app asks for is not installed.
    MISSING_DEPENDENCY,
    /// A file of the app cannot be parsed.
    SYNTAX_ERROR,
    /// The process ended before it was ready.
    EXIT,
    /// The process was killed by somebody else before it was ready.
    KILLED,
    /// The process was not ready in time.
    TIMEOUT,
    /// The worker broke the protocol between server and worker.
    PROTOCOL;

    /// The name on the wire and in the log, in lower case.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
