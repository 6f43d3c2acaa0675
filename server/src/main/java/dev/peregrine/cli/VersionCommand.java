package dev.peregrine.cli;

import dev.peregrine.config.Version;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `peregrine version`: which version this is.
final class VersionCommand implements Command {
  private static final String JSON = "--json";

  @Override
  public String name() {
    return "version";
  }

  @Override
  public String summary() {
    return "Print the version.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Command.specOf(this, "Prints the version of Peregrine and of its Java.");
    spec.addOption(Command.json());
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Console console) {
    print(console, Command.isGiven(parsed, JSON));
    return ExitCode.DONE;
  }

  /// Prints the version; needs neither the command line's parser nor a JSON writer.
  static void print(Console console, boolean isJson) {
    String version = Version.current();
    String java = Runtime.version().toString();
    console
        .out()
        .println(
            isJson
                ? "{\"version\":\"" + version + "\",\"java\":\"" + java + "\"}"
                : "peregrine " + version + " (Java " + java + ")");
  }
}
