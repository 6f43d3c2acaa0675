package dev.peregrine.cli;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.ConfigView;
import dev.peregrine.admin.api.Json;
import dev.peregrine.config.ConfigLoader;
import dev.peregrine.config.ConfigResult;
import dev.peregrine.config.OptionSchema;
import dev.peregrine.config.Problem;
import dev.peregrine.config.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `peregrine config`: the options in force, and what is wrong with them.
final class ConfigCommand implements Command {
  private static final String ORIGIN = "--origin";
  private static final String JSON = "--json";
  private static final String SCHEMA = "--schema";
  private static final String RUNNING = "--running";

  @Override
  public String name() {
    return "config";
  }

  @Override
  public String summary() {
    return "Show the options in force, and where they come from.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Command.specOf(
            this,
            "Shows each option as `peregrine start` with the same flags would see it, or everything"
                + " that is wrong with the configuration.");
    spec.addOption(Command.toggle("Show where each value comes from.", ORIGIN));
    spec.addOption(Command.json());
    spec.addOption(Command.toggle("Ask the running server instead.", RUNNING));
    spec.addOption(Command.toggle("Print the JSON Schema of peregrine.yaml.", SCHEMA));
    Flags.addTo(spec);
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Console console) throws IOException {
    if (Command.isGiven(parsed, SCHEMA)) {
      console.out().print(OptionSchema.json());
      return ExitCode.DONE;
    }
    if (Command.isGiven(parsed, RUNNING)) {
      return running(parsed, console);
    }
    boolean isJson = Command.isGiven(parsed, JSON);
    return switch (ConfigLoader.load(Flags.sources(parsed, console))) {
      case ConfigResult.Rejected rejected when isJson -> reject(rejected, console);
      case ConfigResult.Rejected rejected -> console.reject(rejected);
      case ConfigResult.Loaded loaded -> {
        List<ConfigView.Option> options =
            loaded.settings().stream().map(ConfigCommand::view).toList();
        if (!isJson) {
          console.warn(loaded.warnings());
        }
        print(options, loaded.warnings(), parsed, console);
        yield ExitCode.DONE;
      }
    };
  }

  private static int running(ParseResult parsed, Console console) throws IOException {
    return switch (new InstanceFinder(parsed, console).find()) {
      case Located.Nowhere(String message) -> StatusCommand.notRunning(parsed, console, message);
      case Located.At(Path directory) -> {
        print(AdminClient.of(directory).config().options(), List.of(), parsed, console);
        yield ExitCode.DONE;
      }
    };
  }

  private static ConfigView.Option view(Setting setting) {
    return new ConfigView.Option(setting.option(), setting.value(), setting.origin().describe());
  }

  private static void print(
      List<ConfigView.Option> options, List<String> warnings, ParseResult parsed, Console console) {
    if (Command.isGiven(parsed, JSON)) {
      console.out().println(json(Map.of("options", options, "warnings", warnings)));
      return;
    }
    boolean showsOrigin = Command.isGiven(parsed, ORIGIN);
    for (ConfigView.Option option : options) {
      String line =
          option.value().isEmpty()
              ? "# " + option.name() + ":"
              : option.name() + ": " + yaml(option.value());
      console.out().println(showsOrigin ? "%-50s # %s".formatted(line, option.origin()) : line);
    }
  }

  /// A value as YAML would want it: quoted if it would be mistaken for something else.
  private static String yaml(String value) {
    boolean isPlain =
        "*&!%@`'\"#{[|>-?:,".indexOf(value.charAt(0)) < 0
            && !value.contains(": ")
            && !value.contains(" #")
            && !value.endsWith(":");
    return isPlain ? value : "'" + value.replace("'", "''") + "'";
  }

  private static int reject(ConfigResult.Rejected rejected, Console console) {
    List<Map<String, String>> problems =
        rejected.problems().stream().map(ConfigCommand::fields).toList();
    console.out().println(json(Map.of("problems", problems, "warnings", rejected.warnings())));
    return ExitCode.BAD_CONFIGURATION;
  }

  private static Map<String, String> fields(Problem problem) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("at", problem.at().describe());
    fields.put("subject", problem.subject());
    fields.put("found", problem.found());
    fields.put("expected", problem.expected());
    fields.put("remedy", problem.remedy());
    return fields;
  }

  private static String json(Object value) {
    return Json.lenient().writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }
}
