package dev.peregrine.cli;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.InstanceFile;
import dev.peregrine.admin.api.NotRunningException;
import dev.peregrine.admin.api.StopRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `peregrine stop`: tells a server to stop and waits until it is gone.
final class StopCommand implements Command {
  private static final String NOW = "--now";
  private static final String IGNORE = "--ignore-pid-not-found";

  @Override
  public String name() {
    return "stop";
  }

  @Override
  public String summary() {
    return "Stop a server.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Command.specOf(
            this,
            "Tells the server to take no more requests, to finish the running ones and to end;"
                + " waits until it is gone.");
    InstanceFinder.addTo(spec);
    spec.addOption(Command.toggle("Give up running requests.", NOW));
    spec.addOption(Command.toggle("Succeed, too, if there is nothing to stop.", "-i", IGNORE));
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Console console) throws IOException, InterruptedException {
    return switch (new InstanceFinder(parsed, console).find()) {
      case Located.Nowhere(String message) -> notRunning(parsed, console, message);
      case Located.At(Path directory) -> {
        try {
          Optional<InstanceFile> file = InstanceFile.read(directory);
          AdminClient.of(directory).stop(new StopRequest(Command.isGiven(parsed, NOW)));
          if (file.isPresent()) {
            Waiting.until(() -> !Waiting.isAlive(file.get().pid()), Duration.ofDays(2));
          }
          console.out().println("stopped " + directory.getFileName());
          yield ExitCode.DONE;
        } catch (NotRunningException e) {
          yield notRunning(parsed, console, String.valueOf(e.getMessage()));
        }
      }
    };
  }

  private static int notRunning(ParseResult parsed, Console console, String message) {
    if (Command.isGiven(parsed, IGNORE)) {
      return ExitCode.DONE;
    }
    console.complain(message);
    return ExitCode.NOT_RUNNING;
  }
}
