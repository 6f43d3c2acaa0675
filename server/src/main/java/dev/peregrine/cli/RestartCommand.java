package dev.peregrine.cli;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.Json;
import dev.peregrine.admin.api.NotRunningException;
import dev.peregrine.admin.api.RestartOutcome;
import dev.peregrine.admin.api.RestartRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `peregrine restart`: replaces the workers of a server without losing a request.
final class RestartCommand implements Command {
  private static final String FORCE = "--force";
  private static final String JSON = "--json";

  @Override
  public String name() {
    return "restart";
  }

  @Override
  public String summary() {
    return "Replace the workers, without losing a request.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Command.specOf(
            this,
            "Starts new workers, then lets the old ones finish. If the new ones do not start, the"
                + " old ones go on serving and the exit code is 1.");
    InstanceFinder.addTo(spec);
    spec.addOption(
        Command.toggle("Stop the old workers even if the new ones do not start.", FORCE));
    spec.addOption(Command.json());
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Console console) throws IOException {
    return switch (new InstanceFinder(parsed, console).find()) {
      case Located.Nowhere(String message) -> StatusCommand.notRunning(parsed, console, message);
      case Located.At(Path directory) -> {
        try {
          Optional<Boolean> resist =
              Command.isGiven(parsed, FORCE) ? Optional.of(false) : Optional.empty();
          yield report(
              AdminClient.of(directory).restart(new RestartRequest(resist)), parsed, console);
        } catch (NotRunningException e) {
          yield StatusCommand.notRunning(parsed, console, String.valueOf(e.getMessage()));
        }
      }
    };
  }

  private static int report(RestartOutcome outcome, ParseResult parsed, Console console) {
    if (Command.isGiven(parsed, JSON)) {
      console.out().println(Json.lenient().writeValueAsString(outcome));
    } else if (outcome.done()) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "replaced %d worker%s in %.1fs%n",
              outcome.replaced(),
              outcome.replaced() == 1 ? "" : "s",
              outcome.seconds());
    } else {
      console.complain("the new version does not start");
      outcome.failure().ifPresent(failure -> Text.print(failure, console.err()));
    }
    return outcome.done() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
