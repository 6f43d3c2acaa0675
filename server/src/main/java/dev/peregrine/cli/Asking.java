package dev.peregrine.cli;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.NotRunningException;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.ParseResult;

/// Something to be asked of the server that a command names.
interface Asking {

  /// Asks; returns the exit code.
  int ask(AdminClient client) throws IOException;

  /// Finds the server and asks it; says so if there is none.
  static int of(ParseResult parsed, Console console, Asking asking) throws IOException {
    return switch (new InstanceFinder(parsed, console).find()) {
      case Located.Nowhere(String message) -> StatusCommand.notRunning(parsed, console, message);
      case Located.At(Path directory) -> {
        try {
          yield asking.ask(AdminClient.of(directory));
        } catch (NotRunningException e) {
          yield StatusCommand.notRunning(parsed, console, String.valueOf(e.getMessage()));
        }
      }
    };
  }
}
