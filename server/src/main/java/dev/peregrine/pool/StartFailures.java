package dev.peregrine.pool;

import dev.peregrine.pool.StartFailure.Category;
import dev.peregrine.pool.WorkerSource.WorkerExit;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes reports of failed starts.
final class StartFailures {
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
}
