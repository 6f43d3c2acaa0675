package dev.peregrine.cli;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.Status;
import dev.peregrine.config.Config;
import dev.peregrine.config.Demand;
import dev.peregrine.process.Daemon;
import dev.peregrine.process.Environment;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.SpawnException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// `peregrine start --daemonize`: starts this program once more in the background, and waits until
/// that one serves or has failed.
final class BackgroundStart {
  private static final String MARK = "PEREGRINE_DAEMON";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_OUTPUT = 64 * 1024;

  private final Config config;
  private final Console console;
  private final AdminClient client;

  BackgroundStart(Config config, Console console) {
    this.config = config;
    this.console = console;
    this.client = AdminClient.of(config.instance().directory());
  }

  /// Whether a start has to go to the background, and is not there yet.
  static boolean isWanted(Config config, Console console) {
    return config.instance().daemonize() && !console.environment().containsKey(MARK);
  }

  int run() throws IOException, InterruptedException {
    Path log = config.log().file().orElseThrow();
    long before = Files.exists(log) ? Files.size(log) : 0;
    try {
      Daemon daemon = Daemon.start(spec(), log);
      return report(daemon, await(daemon), log, before);
    } catch (SpawnException e) {
      console.complain(String.valueOf(e.getMessage()));
      return ExitCode.FAILED;
    }
  }

  private static ProcessSpec spec() throws IOException {
    return new ProcessSpec(
        Daemon.ownCommand(),
        Environment.inherited().with(MARK, "1"),
        Path.of("").toAbsolutePath(),
        true,
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /// Waits for what the server says of itself once its first worker has started or not; nothing if
  /// the server ended, or if it takes too long.
  private Optional<Status> await(Daemon daemon) throws InterruptedException {
    Status[] answer = new Status[1];
    Duration limit = Demand.of(config).startTimeout().plus(PATIENCE);
    boolean _ =
        Waiting.until(
            () -> {
              if (daemon.exitStatus().isPresent()) {
                return true;
              }
              answer[0] = status(daemon).orElse(null);
              return answer[0] != null;
            },
            limit);
    return Optional.ofNullable(answer[0]);
  }

  private Optional<Status> status(Daemon daemon) {
    try {
      Status status = client.status();
      boolean isDecided =
          status.pool().min() == 0
              || status.lastStartFailure().isPresent()
              || status.workers().stream().anyMatch(worker -> worker.state().equals("ready"));
      return status.server().pid() == daemon.pid() && isDecided
          ? Optional.of(status)
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private int report(Daemon daemon, Optional<Status> answer, Path log, long before)
      throws IOException {
    if (answer.isPresent()) {
      Status status = answer.get();
      boolean isFailing = status.lastStartFailure().isPresent();
      console
          .out()
          .printf(
              "%s %s %s, pid %d, log %s%n",
              config.instance().name(),
              isFailing ? "answers with errors at" : "serves",
              String.join(", ", status.listeners()),
              daemon.pid(),
              log);
      status.lastStartFailure().ifPresent(failure -> Text.print(failure, console.err()));
      return isFailing ? ExitCode.FAILED : ExitCode.DONE;
    }
    Optional<ExitStatus> ended = daemon.exitStatus();
    if (ended.isEmpty()) {
      console.complain("the server (pid " + daemon.pid() + ") is not ready yet; see " + log);
      return ExitCode.FAILED;
    }
    console.complain(
        "the server did not start (" + ended.get().describe() + "); it wrote to " + log);
    written(log, before).forEach(line -> console.err().println("  " + Text.printable(line)));
    return ended.get().shellCode() == 0 ? ExitCode.FAILED : ended.get().shellCode();
  }

  /// What was added to the log since then.
  private static List<String> written(Path log, long before) throws IOException {
    try (FileChannel channel = FileChannel.open(log)) {
      channel.position(Math.min(before, channel.size()));
      byte[] bytes = Channels.newInputStream(channel).readNBytes(MAX_OUTPUT);
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }
  }
}
