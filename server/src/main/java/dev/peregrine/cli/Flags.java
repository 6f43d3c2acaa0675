package dev.peregrine.cli;

import dev.peregrine.config.ConfigSources;
import dev.peregrine.config.ConfigSources.FlagValue;
import dev.peregrine.config.Leftover;
import dev.peregrine.config.Option;
import dev.peregrine.config.OptionTable;
import dev.peregrine.config.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The flags that follow from the option table, and the way back from a command line to values.
final class Flags {
  private static final String NO = "--no-";
  private static final String RACKUP = "--rackup";

  private Flags() {}

  /// Gives a command all flags of the option table, and the argument DIR.
  static void addTo(CommandSpec spec) {
    spec.addPositional(Command.directory("The app's directory; without it the working directory."));
    Map<Section, ArgGroupSpec.Builder> groups = new EnumMap<>(Section.class);
    int order = 0;
    for (Section section : Section.values()) {
      groups.put(section, group(section, ++order));
    }
    for (Option<?> option : OptionTable.options()) {
      Objects.requireNonNull(groups.get(option.section())).addArg(flag(option));
      option.inverse().ifPresent(key -> addSwitch(spec, Option.flagOf(key)));
      if (option.isSwitch()) {
        spec.addOption(hidden(negative(option.flag()), false));
      }
    }
    Objects.requireNonNull(groups.get(Section.APP))
        .addArg(
            Command.value(
                "FILE", "The Rack app: --app-type ruby --startup-file FILE.", "-R", RACKUP));
    groups.values().forEach(group -> spec.addArgGroup(group.build()));
    for (Leftover leftover : Leftover.ALL) {
      if (leftover.takesValue()) {
        spec.addOption(hidden(leftover.flag(), true));
      } else {
        addSwitch(spec, leftover.flag());
      }
    }
  }

  private static ArgGroupSpec.Builder group(Section section, int order) {
    return ArgGroupSpec.builder()
        .heading("%n" + section.title() + ":%n")
        .exclusive(false)
        .multiplicity("0..1")
        .validate(false)
        .order(order);
  }

  private static OptionSpec flag(Option<?> option) {
    List<String> names = new ArrayList<>(option.shortFlags());
    names.add(option.flag());
    option.aliases().forEach(alias -> names.add(Option.flagOf(alias)));
    String off = option.isSwitch() ? "; " + negative(option.flag()) + " turns it off" : "";
    String doc = option.doc() + " Default: " + option.defaultText() + off + ".";
    OptionSpec.Builder builder =
        OptionSpec.builder(names.toArray(String[]::new)).description(doc.replace("%", "%%"));
    if (option.isSwitch()) {
      return builder.arity("0").type(boolean.class).build();
    }
    return builder.arity("1").type(String.class).paramLabel(option.label()).build();
  }

  private static OptionSpec hidden(String flag, boolean takesValue) {
    return OptionSpec.builder(flag)
        .hidden(true)
        .arity(takesValue ? "1" : "0")
        .type(takesValue ? String.class : boolean.class)
        .build();
  }

  private static void addSwitch(CommandSpec spec, String flag) {
    spec.addOption(hidden(flag, false));
    spec.addOption(hidden(negative(flag), false));
  }

  private static String negative(String flag) {
    return NO + flag.substring(2);
  }

  /// What the command line says, together with everything else that a configuration is made from.
  static ConfigSources sources(ParseResult parsed, Console console) {
    List<FlagValue> flags = new ArrayList<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      if (option.usageHelp() || isOwn(option)) {
        continue;
      }
      add(flags, option);
    }
    return new ConfigSources(
        directory(parsed, console), console.workingDirectory(), flags, console.environment());
  }

  private static boolean isOwn(OptionSpec option) {
    return option.longestName().equals("--json")
        || option.longestName().equals("--origin")
        || option.longestName().equals("--running")
        || option.longestName().equals("--schema");
  }

  private static void add(List<FlagValue> flags, OptionSpec option) {
    String flag = option.longestName();
    if (option.arity().max() > 0) {
      option.originalStringValues().forEach(value -> flags.add(new FlagValue(flag, value)));
    } else if (flag.startsWith(NO)) {
      flags.add(new FlagValue(flag, "false"));
    } else {
      flags.add(new FlagValue(flag, "true"));
    }
  }

  /// The app's directory.
  static Path directory(ParseResult parsed, Console console) {
    String named = parsed.matchedPositionalValue(0, "");
    return console.workingDirectory().resolve(named).normalize();
  }
}
