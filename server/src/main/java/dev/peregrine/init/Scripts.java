package dev.peregrine.init;

import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.Placement;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.RawString;
import dev.peregrine.process.SpawnException;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.Redirect;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import dev.peregrine.process.posix.SpawnRequest.Privileges;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Scripts that run one after the other.
///
/// ```
/// run ─► [start ─► ended]* ─► done(true)
///            │        └─ not well: report ─► next, or done(false)
///            └─ limit: TERM ─► a fifth of the limit, at most 2 s: KILL
/// ```
final class Scripts {
  static final Placement PLACEMENT =
      new Placement(
          List.of(Redirect.INHERIT, Redirect.INHERIT, Redirect.INHERIT),
          List.of(),
          Leadership.GROUP,
          Privileges.REGAINABLE);
  private static final int LAST_PART = 5;
  private static final Duration MAX_LAST_PART = Duration.ofSeconds(2);

  private final Host host;
  private final Queue<Path> left;
  private final Function<Integer, Optional<Duration>> limit;
  private final Plan plan;
  private @Nullable Child running;
  private boolean isAborted;
  private boolean isTooSlow;

  /// @param limit how long the next script may take, given how many there are to go
  Scripts(Host host, List<Path> files, Function<Integer, Optional<Duration>> limit, Plan plan) {
    this.host = host;
    this.left = new ArrayDeque<>(files);
    this.limit = limit;
    this.plan = plan;
  }

  /// What follows from how scripts end.
  interface Plan {
    /// A script has ended.
    void ended();

    /// A script has not done what it should; whether the others run nevertheless.
    boolean failed(Path script, String how);

    /// No script runs any more.
    void done(boolean isComplete);
  }

  /// The programs of a directory in the order of the bytes of their names.
  static List<Path> in(Path directory, Host host) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(found::add);
    } catch (IOException _) {
      return List.of();
    }
    found.sort((a, b) -> Arrays.compareUnsigned(RawString.of(a).bytes(), RawString.of(b).bytes()));
    found.removeIf(file -> !isProgram(file, host));
    return found;
  }

  static boolean isProgram(Path file, Host host) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    if (!Posix.isExecutable(RawString.of(file).bytes())) {
      host.log()
          .warn("script.skipped", "script", file, "reason", "not executable", "remedy", "chmod +x");
      return false;
    }
    return true;
  }

  void run() {
    Path next = isAborted ? null : left.poll();
    if (next == null) {
      plan.done(!isAborted);
      return;
    }
    host.log().info("script.starting", "script", next);
    try {
      start(next);
    } catch (SpawnException e) {
      report(next, String.valueOf(e.getMessage()));
      run();
    }
  }

  private void start(Path script) throws SpawnException {
    ProcessSpec spec = ProcessSpec.here(List.of(RawString.of(script)), host.environment());
    Child child = host.start(spec, PLACEMENT, status -> ended(script, status));
    running = child;
    limit.apply(left.size() + 1).ifPresent(whole -> limit(script, child, whole));
  }

  private void limit(Path script, Child child, Duration whole) {
    Duration last = whole.dividedBy(LAST_PART);
    Duration end = last.compareTo(MAX_LAST_PART) < 0 ? last : MAX_LAST_PART;
    Host.Timer _ =
        host.after(
            whole.minus(end),
            () -> {
              if (child.isAlive()) {
                isTooSlow = true;
                host.log().warn("script.too_slow", "script", script, "limit", whole);
                new Takedown(host, child).ask(end);
              }
            });
  }

  private void ended(Path script, ExitStatus status) {
    running = null;
    plan.ended();
    boolean isWell = status.isSuccess() && !isTooSlow;
    isTooSlow = false;
    if (!isWell && !isAborted) {
      report(script, status.describe());
    }
    run();
  }

  private void report(Path script, String how) {
    if (!plan.failed(script, how)) {
      isAborted = true;
    }
  }

  /// Ends the script that runs and starts no other.
  void abort(Duration limit) {
    isAborted = true;
    if (running != null) {
      new Takedown(host, running).ask(limit);
    }
  }
}
