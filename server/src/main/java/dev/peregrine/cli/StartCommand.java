package dev.peregrine.cli;

import dev.peregrine.config.ConfigLoader;
import dev.peregrine.config.ConfigResult;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `peregrine start`: serves an app until told to stop.
final class StartCommand implements Command {
  private final Serving serving;

  StartCommand(Serving serving) {
    this.serving = serving;
  }

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String summary() {
    return "Serve an app.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Command.specOf(
            this,
            "Serves the app in DIR until it is told to stop.",
            "Every flag is also an environment variable (--max-pool-size: PEREGRINE_MAX_POOL_SIZE)"
                + " and a key of peregrine.yaml in DIR (max_pool_size). A flag counts more than a"
                + " variable, a variable more than the file. Passengerfile.json, PASSENGER_*"
                + " variables and the flags of `passenger start` are understood.");
    Flags.addTo(spec);
    spec.usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(Help.exitCodes())
        .footer(
            "",
            "Examples:",
            "  peregrine start",
            "  peregrine start /srv/blog --port 8080 --environment production",
            "  peregrine start -d -e production --log-file log/production.log");
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Console console) throws IOException, InterruptedException {
    return switch (ConfigLoader.load(Flags.sources(parsed, console))) {
      case ConfigResult.Rejected rejected -> console.reject(rejected);
      case ConfigResult.Loaded loaded -> {
        console.warn(loaded.warnings());
        yield BackgroundStart.isWanted(loaded.config(), console)
            ? new BackgroundStart(loaded.config(), console).run()
            : serving.serve(loaded);
      }
    };
  }
}
