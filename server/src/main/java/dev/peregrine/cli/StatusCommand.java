package dev.peregrine.cli;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.Json;
import dev.peregrine.admin.api.NotRunningException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `peregrine status`: what a server does.
final class StatusCommand implements Command {
  private static final String JSON = "--json";

  @Override
  public String name() {
    return "status";
  }

  @Override
  public String summary() {
    return "Show what a server does.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Command.specOf(this, "Shows a server's addresses, requests, workers and troubles.");
    InstanceFinder.addTo(spec);
    spec.addOption(Command.json());
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Console console) throws IOException {
    return switch (new InstanceFinder(parsed, console).find()) {
      case Located.Nowhere(String message) -> notRunning(parsed, console, message);
      case Located.At(Path directory) -> {
        try {
          AdminClient client = AdminClient.of(directory);
          console
              .out()
              .print(
                  Command.isGiven(parsed, JSON)
                      ? client.statusJson()
                      : client.statusReport(console.hasColours()));
          yield ExitCode.DONE;
        } catch (NotRunningException e) {
          yield notRunning(parsed, console, String.valueOf(e.getMessage()));
        }
      }
    };
  }

  /// Says that there is no server.
  static int notRunning(ParseResult parsed, Console console, String message) {
    if (Command.isGiven(parsed, JSON)) {
      console.out().println(Json.lenient().writeValueAsString(Map.of("error", message)));
    } else {
      console.complain(message);
    }
    return ExitCode.NOT_RUNNING;
  }
}
