package dev.peregrine.config;

import dev.peregrine.pool.PoolConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The options of the workers, and how they become a [PoolConfig].
final class PoolOptions {
  private static final long MIB = 1024 * 1024;
  private static final Numbers.Size MEMORY = new Numbers.Size(16 * MIB, 1024 * 1024 * MIB, MIB);

  static final Option<Integer> MIN_INSTANCES =
      Option.of(
              Section.POOL,
              "min_instances",
              new Numbers.Whole(0, 10_000),
              "Workers kept alive even when idle; with 0 the first request starts one.")
          .byDefault(1);

  static final Option<Integer> MAX_POOL_SIZE =
      Option.of(
              Section.POOL,
              "max_pool_size",
              new Numbers.Whole(1, 10_000),
              "Most workers alive at once.")
          .byDefault(6)
          .variables("WEB_CONCURRENCY")
          .aliases("max_instances");

  static final Option<Optional<Integer>> CONCURRENCY =
      Option.of(
              Section.POOL,
              "force_max_concurrent_requests_per_process",
              new Composites.Limit<>(new Numbers.Whole(-1, 1_000_000), "0"),
              "Requests that one worker takes at once, whatever the worker says of itself: a"
                  + " number, `unlimited`, or -1 to leave it to the worker.")
          .byDefault(Optional.of(-1));

  static final Option<Optional<Integer>> MAX_REQUEST_QUEUE_SIZE =
      Option.of(
              Section.POOL,
              "max_request_queue_size",
              new Composites.Limit<>(new Numbers.Whole(1, 10_000_000), "0"),
              "Requests that may wait for a worker; beyond, the answer is 503 at once.")
          .byDefault(Optional.of(100));

  static final Option<Optional<Duration>> MAX_REQUEST_QUEUE_TIME =
      Option.of(
              Section.POOL,
              "max_request_queue_time",
              new Composites.Limit<>(
                  new Numbers.Time(Duration.ofMillis(100), Duration.ofDays(1)), "0"),
              "Longest wait for a worker; then the answer is 503.")
          .byDefault(Optional.of(Duration.ofSeconds(60)));

  static final Option<Optional<Duration>> POOL_IDLE_TIME =
      Option.of(
              Section.POOL,
              "pool_idle_time",
              new Composites.Limit<>(
                  new Numbers.Time(Duration.ofSeconds(1), Duration.ofDays(30)), "0"),
              "How long a worker above `min_instances` may rest before it is stopped.")
          .byDefault(Optional.of(Duration.ofSeconds(300)));

  static final Option<Duration> START_TIMEOUT =
      time(
              "start_timeout",
              "Longest time that a worker may take to start; then it is killed and the failure"
                  + " reported.")
          .byDefault(Duration.ofSeconds(60));

  static final Option<Integer> PARALLEL_SPAWNS =
      Option.of(
              Section.POOL,
              "parallel_spawns",
              new Numbers.Whole(1, 1024),
              "Workers being started at the same time.")
          .derived(
              "the number of processors, at most 4",
              values -> Optional.of(Math.min(4, values.surroundings().processors())));

  static final Option<Optional<Integer>> MAX_REQUESTS =
      Option.of(
              Section.POOL,
              "max_requests",
              new Composites.Limit<>(new Numbers.Whole(1, 1_000_000_000), "0"),
              "Requests after which a worker is replaced by a new one.")
          .byDefault(Optional.empty());

  static final Option<Optional<Long>> MEMORY_LIMIT =
      Option.of(
              Section.POOL,
              "memory_limit",
              new Composites.Limit<>(MEMORY, "0"),
              "Resident memory beyond which a worker is replaced once its requests are done. A"
                  + " number without unit counts MiB, as in Passenger.")
          .byDefault(Optional.empty());

  static final Option<Optional<Long>> HARD_MEMORY_LIMIT =
      Option.of(
              Section.POOL,
              "hard_memory_limit",
              new Composites.Limit<>(MEMORY, "0"),
              "Resident memory beyond which a worker is killed at once. A number without unit"
                  + " counts MiB.")
          .byDefault(Optional.empty());

  static final Option<Duration> HEARTBEAT_TIMEOUT =
      time("heartbeat_timeout", "Silence after which a worker counts as frozen and is replaced.")
          .byDefault(Duration.ofSeconds(10));

  static final Option<Duration> STOP_TIMEOUT =
      time("stop_timeout", "How long a worker told to stop may take before it is killed.")
          .byDefault(Duration.ofSeconds(30));

  static final Option<Boolean> RESIST_DEPLOYMENT_ERRORS =
      Option.of(
              Section.POOL,
              "resist_deployment_errors",
              new Texts.Switch(),
              "Whether the old workers go on serving when a restart fails because the new version"
                  + " does not start.")
          .byDefault(true);

  private PoolOptions() {}

  private static Option<Duration> time(String name, String doc) {
    return Option.of(
        Section.POOL, name, new Numbers.Time(Duration.ofSeconds(1), Duration.ofDays(1)), doc);
  }

  static List<Option<?>> all() {
    return List.of(
        MIN_INSTANCES,
        MAX_POOL_SIZE,
        CONCURRENCY,
        MAX_REQUEST_QUEUE_SIZE,
        MAX_REQUEST_QUEUE_TIME,
        POOL_IDLE_TIME,
        START_TIMEOUT,
        PARALLEL_SPAWNS,
        MAX_REQUESTS,
        MEMORY_LIMIT,
        HARD_MEMORY_LIMIT,
        HEARTBEAT_TIMEOUT,
        STOP_TIMEOUT,
        RESIST_DEPLOYMENT_ERRORS);
  }

  static PoolConfig assemble(Values values) {
    return new PoolConfig(
        values.of(MIN_INSTANCES),
        values.of(MAX_POOL_SIZE),
        concurrency(values.of(CONCURRENCY)),
        values.of(MAX_REQUEST_QUEUE_SIZE).orElse(Integer.MAX_VALUE),
        values.of(MAX_REQUEST_QUEUE_TIME),
        values.of(POOL_IDLE_TIME),
        values.of(START_TIMEOUT),
        values.of(PARALLEL_SPAWNS),
        values.of(MAX_REQUESTS).map(OptionalInt::of).orElse(OptionalInt.empty()),
        values.of(MEMORY_LIMIT).map(OptionalLong::of).orElse(OptionalLong.empty()),
        values.of(HARD_MEMORY_LIMIT).map(OptionalLong::of).orElse(OptionalLong.empty()),
        values.of(HEARTBEAT_TIMEOUT),
        values.of(STOP_TIMEOUT),
        values.of(RESIST_DEPLOYMENT_ERRORS));
  }

  private static OptionalInt concurrency(Optional<Integer> value) {
    int bound = value.orElse(0);
    return bound < 0 ? OptionalInt.empty() : OptionalInt.of(bound);
  }
}
