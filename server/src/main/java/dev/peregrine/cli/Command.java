package dev.peregrine.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// One command of the program.
interface Command {
  /// What the argument that names an app's directory is called.
  String DIRECTORY_LABEL = "DIR";

  /// The word that calls it.
  String name();

  /// What it does, in one line.
  String summary();

  /// Its flags and arguments.
  CommandSpec spec();

  /// Does it; returns the exit code.
  int run(ParseResult parsed, Console console) throws IOException, InterruptedException;

  /// A spec with what all commands have.
  static CommandSpec specOf(Command command, String... description) {
    CommandSpec spec = CommandSpec.create().name("peregrine " + command.name());
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    spec.usageMessage()
        .description(description)
        .width(100)
        .sortOptions(false)
        .abbreviateSynopsis(true)
        .optionListHeading("%nFlags:%n")
        .parameterListHeading("%n");
    return spec;
  }

  /// The argument that names an app's directory.
  static PositionalParamSpec directory(String description) {
    return PositionalParamSpec.builder()
        .index("0")
        .arity("0..1")
        .paramLabel(DIRECTORY_LABEL)
        .type(String.class)
        .description(description)
        .build();
  }

  /// A flag without a value.
  static OptionSpec toggle(String description, String... names) {
    return OptionSpec.builder(names)
        .arity("0")
        .type(boolean.class)
        .description(description)
        .build();
  }

  /// A flag with a value.
  static OptionSpec value(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .arity("1")
        .type(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /// The flag with which reading commands print JSON.
  static OptionSpec json() {
    return toggle("Print JSON.", "--json");
  }

  /// Whether a flag without a value was given.
  static boolean isGiven(ParseResult parsed, String flag) {
    return parsed.hasMatchedOption(flag);
  }

  /// All commands, in the order of the help.
  static List<Command> all(Serving serving) {
    return List.of(
        new StartCommand(serving),
        new StopCommand(),
        new StatusCommand(),
        new RestartCommand(),
        new CacheCommand(),
        new PurgeCommand(),
        new ConfigCommand(),
        new DoctorCommand(),
        new VersionCommand());
  }
}
