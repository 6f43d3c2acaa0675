package dev.peregrine.cli;

import dev.peregrine.config.Nearest;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Words for what is wrong with a command line.
final class UsageError {
  private UsageError() {}

  static String message(ParameterException e, CommandSpec spec) {
    return switch (e) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched.getUnmatched(), spec);
      case MissingParameterException missing when !missing.getMissing().isEmpty() ->
          missing.getMissing().getFirst().paramLabel() + " is missing: " + e.getMessage();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String unmatched(List<String> arguments, CommandSpec spec) {
    String argument = arguments.getFirst().replaceAll("\\p{Cntrl}", "?");
    if (!argument.startsWith("-")) {
      return argument + ": one argument too many";
    }
    String flag =
        argument.indexOf('=') < 0 ? argument : argument.substring(0, argument.indexOf('='));
    Stream<String> known =
        spec.options().stream()
            .filter(option -> !option.hidden())
            .flatMap(option -> Stream.of(option.names()));
    return flag
        + " is not a flag of `"
        + spec.name()
        + "`"
        + Nearest.to(flag, known).map(near -> "; did you mean " + near + "?").orElse("");
  }
}
