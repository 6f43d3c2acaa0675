package dev.peregrine.pool;

import dev.peregrine.pool.StartFailure.Category;
import dev.peregrine.pool.WorkerSource.WorkerExit;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes reports of failed starts.
final class StartFailures {
  private static final int LOGGED_FRAMES = 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  private StartFailures() {}

  /// A random name for a failure, short enough to be read out over a telephone.
  static String newId() {
    byte[] bytes = new byte[4];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /// A worker that was ready and died before it was of any use.
  static StartFailure diedYoung(Worker worker, String cause, WorkerExit exit, Instant now) {
    return new StartFailure(
        newId(),
        worker.name,
        exit.isKilled() ? Category.KILLED : Category.EXIT,
        "The app started and ended at once: " + cause,
        "",
        List.of(),
        exit.output(),
        Optional.of(exit.status()),
        List.of(),
        Duration.between(worker.startedOn, now),
        Map.of(),
        List.of(),
        exit.isOutOfMemory()
            ? "Give the machine or container more memory, or run fewer workers (max_pool_size)."
            : "Look at the last lines that the app wrote; start it by hand to see more.",
        now);
  }

  /// What the log says of a failure: everything but the environment.
  static @Nullable Object[] logFields(StartFailure failure) {
    return new @Nullable Object[] {
      "worker", failure.worker(),
      "error_id", failure.id(),
      "category", failure.category().label(),
      "step", failure.failedStep().map(JourneyStep::name),
      "summary", failure.summary(),
      "exit", failure.exit(),
      "took", failure.took(),
      "remedy", failure.remedy(),
      "journey", text(failure.journey().stream().map(StartFailures::text).toList(), " "),
      "command", text(failure.command(), " "),
      "details", failure.details().isEmpty() ? null : failure.details(),
      "backtrace", text(failure.backtrace().stream().limit(LOGGED_FRAMES).toList(), "\n"),
      "output", text(failure.output(), "\n")
    };
  }

  private static @Nullable String text(List<String> parts, String separator) {
    return parts.isEmpty() ? null : String.join(separator, parts);
  }

  private static String text(JourneyStep step) {
    String took = step.took().map(time -> ":" + time.toMillis() + "ms").orElse("");
    return step.name() + "=" + step.state().name().toLowerCase(Locale.ROOT) + took;
  }
}
