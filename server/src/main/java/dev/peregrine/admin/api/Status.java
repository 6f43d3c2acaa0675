package dev.peregrine.admin.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a running server says of itself: the answer to `GET /v1/status`.
///
/// @param server the server process
/// @param app the app that it serves
/// @param listeners addresses at which it can be reached, such as `http://127.0.0.1:3000`
/// @param connections connections of clients
/// @param requests requests since the start
/// @param pool the workers as a whole
/// @param workers each worker, oldest first
/// @param lastStartFailure the last worker that did not start
/// @param problems what somebody should look at, in words; empty if all is well
public record Status(
    Server server,
    App app,
    List<String> listeners,
    Connections connections,
    Requests requests,
    Pool pool,
    List<Worker> workers,
    Optional<StartFailed> lastStartFailure,
    List<String> problems) {
  public Status {
    listeners = List.copyOf(listeners);
    workers = List.copyOf(workers);
    problems = List.copyOf(problems);
  }

  /// The server process.
  ///
  /// @param name name of the instance
  /// @param version version of Peregrine
  /// @param pid its process id
  /// @param state `running` or `stopping`
  /// @param startedAt when it started
  /// @param uptimeSeconds how long ago that is
  /// @param residentBytes its memory
  /// @param instanceDirectory where its sockets are
  /// @param environment name of the environment, such as `production`
  public record Server(
      String name,
      String version,
      long pid,
      String state,
      Instant startedAt,
      double uptimeSeconds,
      long residentBytes,
      String instanceDirectory,
      String environment) {}

  /// The app.
  ///
  /// @param root its directory
  /// @param type `ruby`, `python`, `node` or `generic`
  /// @param runtime the runtime in words, such as `ruby 3.1.2 (/usr/bin/ruby)`
  public record App(String root, String type, String runtime) {}

  /// Connections of clients.
  ///
  /// @param open open now
  /// @param limit most that may be open
  /// @param accepted accepted since the start
  public record Connections(int open, int limit, long accepted) {}

  /// Requests since the start.
  ///
  /// @param total all that were answered or refused
  /// @param active being answered now
  /// @param byStatus number by class, such as `2xx`
  /// @param retried requests given to a second worker after the first one died
  public record Requests(long total, int active, Map<String, Long> byStatus, long retried) {
    public Requests {
      byStatus = Map.copyOf(byStatus);
    }
  }

  /// The workers as a whole.
  ///
  /// @param state `starting`, `serving`, `idle`, `restarting`, `failing` or `closing`
  /// @param min workers kept alive
  /// @param max most workers
  /// @param starting workers being started
  /// @param queued requests waiting for a slot
  /// @param queueLimit most that may wait
  /// @param restarts restarts since the start
  /// @param retrySeconds time until the next attempt to start a worker, in a crash loop
  public record Pool(
      String state,
      int min,
      int max,
      int starting,
      int queued,
      int queueLimit,
      long restarts,
      Optional<Double> retrySeconds) {}

  /// One worker.
  ///
  /// @param name its name
  /// @param pid its process id
  /// @param state such as `starting`, `ready`, `draining`
  /// @param busy requests that it is answering
  /// @param concurrency requests that it can answer at once; 0 stands for no bound
  /// @param requests requests that it has answered
  /// @param residentBytes its memory
  /// @param uptimeSeconds time since it was started
  public record Worker(
      String name,
      long pid,
      String state,
      int busy,
      int concurrency,
      long requests,
      long residentBytes,
      double uptimeSeconds) {}

  /// A worker that did not start.
  ///
  /// @param id id that stands in the error page and the log
  /// @param at when
  /// @param worker its name
  /// @param category such as `app_error`
  /// @param summary what happened, one line
  /// @param remedy what to do about it
  /// @param output the last lines that it printed
  public record StartFailed(
      String id,
      Instant at,
      String worker,
      String category,
      String summary,
      String remedy,
      List<String> output) {
    public StartFailed {
      output = List.copyOf(output);
    }
  }
}
