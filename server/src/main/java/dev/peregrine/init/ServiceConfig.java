package dev.peregrine.init;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// One service as somebody wants it run: a part of `services.yaml`, or a directory as runit knows
/// it.
///
/// @param name its name in orders, logs and `after`
/// @param program what runs
/// @param start when it may start, and when it counts as ready
/// @param health how it is watched once it is ready; empty: not at all
/// @param restart what follows its end
/// @param stop how it is stopped
/// @param schedule when it runs, as [#isSchedule] reads it; empty: from the start of the container
/// @param isEssential whether the container stops when it has ended for good
/// @param logPrefix what its lines begin with
public record ServiceConfig(
    String name,
    Program program,
    Start start,
    Optional<Health> health,
    Restart restart,
    Stop stop,
    Optional<String> schedule,
    boolean isEssential,
    String logPrefix) {

  /// Whether a text is a time table: five cron fields, `@hourly` and the like, or `every 10m`.
  public static boolean isSchedule(String text) {
    return Timetable.parse(text).isPresent();
  }

  /// The number of a signal given by name or number.
  public static OptionalInt signal(String text) {
    return SignalNumber.parse(text);
  }

  /// The service of a directory that runit knows: `run`, restarted whenever it ends.
  static ServiceConfig ofDirectory(String name, Path directory, Start start) {
    return new ServiceConfig(
        name,
        new Program(List.of("./run"), Optional.empty(), Map.of(), directory, true),
        start,
        Optional.empty(),
        Restart.DEFAULT,
        Stop.DEFAULT,
        Optional.empty(),
        false,
        name + ": ");
  }

  /// What runs.
  ///
  /// @param command program and arguments; a program without a slash is searched in `PATH`
  /// @param user account as `NAME`, `UID`, `USER:GROUP`; empty: that of init
  /// @param environment variables on top of those of the container
  /// @param directory where it starts
  /// @param isDirectory whether the directory holds the `finish`, `check` and `control` of runit
  public record Program(
      List<String> command,
      Optional<String> user,
      Map<String, String> environment,
      Path directory,
      boolean isDirectory) {
    public Program {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }
  }

  /// When it may start, and when it counts as ready.
  ///
  /// @param after names of the services that have to be ready before
  /// @param readiness what makes it ready
  /// @param limit how long that may take; empty: as long as it likes
  /// @param isEnabled whether it starts by itself
  public record Start(
      Set<String> after, Readiness readiness, Optional<Duration> limit, boolean isEnabled) {
    public Start {
      after = Set.copyOf(after);
    }
  }

  /// What makes a service ready.
  public sealed interface Readiness {
    /// It runs.
    record Running() implements Readiness {}

    /// It has ended, with code 0: a task that others wait for.
    record Done() implements Readiness {}

    /// It says so on the socket that `NOTIFY_SOCKET` names.
    record Notifies() implements Readiness {}

    /// It writes a line to a descriptor it is given.
    record Writes(int descriptor) implements Readiness {}

    /// A probe of it succeeds.
    record Answers(Probe probe) implements Readiness {}
  }

  /// A question to a service.
  public sealed interface Probe {
    /// A request that has to be answered with a status of 200 to 399.
    record Http(String host, int port, String target) implements Probe {}

    /// A connection that has to come about.
    record Tcp(String host, int port) implements Probe {}

    /// A command that has to end with code 0.
    record Exec(List<String> command) implements Probe {
      public Exec {
        command = List.copyOf(command);
      }
    }

    /// Nothing that is asked: the service says by itself that it is well, by `WATCHDOG=1` on the
    /// socket that `NOTIFY_SOCKET` names.
    record Watchdog() implements Probe {}
  }

  /// How a ready service is watched.
  ///
  /// @param probe the question
  /// @param period time between two questions
  /// @param timeout time for an answer
  /// @param threshold failures in a row that count
  /// @param action what follows then
  public record Health(
      Probe probe, Duration period, Duration timeout, int threshold, Action action) {
    /// The service has to say that it is well at least every `limit`.
    public static Health watchdog(Duration limit, int threshold, Action action) {
      return new Health(new Probe.Watchdog(), Duration.ZERO, limit, threshold, action);
    }
  }

  /// What follows failed probes.
  public enum Action {
    /// The service is stopped and started.
    RESTART,
    /// The container stops.
    STOP_CONTAINER,
    /// It is logged and shown.
    REPORT
  }

  /// What follows the end of a service.
  ///
  /// @param when after which ends it starts again
  /// @param first pause before the first restart; it doubles each time
  /// @param max longest pause
  /// @param reset a run of this length makes the next pause the first one
  /// @param attempts failures in a row after which it stays down; empty: it never does
  public record Restart(
      When when, Duration first, Duration max, Duration reset, OptionalInt attempts) {
    public static final Restart DEFAULT =
        new Restart(
            When.ALWAYS,
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            OptionalInt.empty());
  }

  /// After which ends a service starts again.
  public enum When {
    ALWAYS,
    ON_FAILURE,
    NEVER
  }

  /// How a service is stopped.
  ///
  /// @param signal number of the signal that asks it to end
  /// @param limit time until it is killed
  public record Stop(int signal, Duration limit) {
    public static final Stop DEFAULT = new Stop(15, Duration.ofSeconds(10));
  }
}
