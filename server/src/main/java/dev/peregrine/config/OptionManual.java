package dev.peregrine.config;

import java.util.ArrayList;
import java.util.List;

/// Writes the option table as a page for people.
final class OptionManual {
  private static final String HEAD =
      """
      # Options

      This page is written by the build out of the option table of `dev.peregrine.config`; change it there.

      Each option is a key of `peregrine.yaml` in the app's directory, a flag of `peregrine start`, and an environment
      variable: `max_pool_size: 4`, `--max-pool-size 4`, `PEREGRINE_MAX_POOL_SIZE=4`. Switches are written
      `--daemonize` and `--no-daemonize`. Options that take a list are separated by commas in flags and variables, or
      the flag is repeated. `peregrine config --origin` shows the value of each option and where it comes from.

      The first of these that says something about an option counts:

      1. a flag
      2. a `PEREGRINE_*` variable
      3. a `PASSENGER_*` variable
      4. a variable of the platform, such as `PORT`, where the table names one
      5. `peregrine.yaml` in the app's directory
      6. `Passengerfile.json` (or `passenger-standalone.json`) there
      7. the default

      Relative paths start from the working directory in flags and variables, and from the app's directory in files.
      Empty variables say nothing.

      | Kind of value | How it is written |
      |---|---|
      | duration | seconds, or a number with `ms`, `s`, `m`, `h` or `d`: `30`, `500ms`, `5m` |
      | size | bytes, or a number with `KiB`, `MiB` or `GiB`: `65536`, `64KiB`. `memory_limit` and `hard_memory_limit` count MiB when no unit is given |
      | true or false | also `yes`, `no`, `on`, `off`, `1`, `0` |
      | ... or unlimited | the word `unlimited` for no limit. Where Passenger says `0` for it, that is understood in `Passengerfile.json`, `PASSENGER_*` variables and flags |

      A mistake in any of these places, an unknown key included, is told with its file, line and column, all mistakes at
      once, and the exit code is 78. Editors that know JSON Schema can check `peregrine.yaml` against
      `docs/peregrine.schema.json`, which `peregrine config --schema` prints, too.
      """;

  private static final String PASSENGER =
      """

      ## What of Passenger has no effect

      These keys, variables and flags are accepted and passed over with a warning, so that a `Passengerfile.json` and the
      flags of `passenger start` can stay as they are. Those marked *refused* are an error unless they are switched off,
      because serving without them would be wrong.

      | Key | Why |
      |---|---|
      """;

  private OptionManual() {}

  /// The page.
  static String markdown() {
    StringBuilder out = new StringBuilder(HEAD);
    for (Section section : Section.values()) {
      out.append("\n## ").append(section.title()).append("\n\n");
      out.append("| Option | Value | Default | |\n|---|---|---|---|\n");
      for (Option<?> option : OptionTable.options()) {
        if (option.section() == section) {
          row(out, option);
        }
      }
    }
    out.append(PASSENGER);
    for (Leftover leftover : Leftover.ALL) {
      String mark = leftover.isRefused() ? "*refused*: " : "";
      out.append("| `").append(leftover.key()).append("` | ");
      out.append(mark).append(leftover.reason()).append(" |\n");
    }
    return out.toString();
  }

  private static void row(StringBuilder out, Option<?> option) {
    out.append("| `").append(option.name()).append("` | ");
    out.append(option.expected()).append(" | ");
    out.append(option.defaultText().replace("|", "\\|")).append(" | ");
    out.append(option.doc()).append(others(option));
    out.append(option.hasVariable() ? "" : " Not as a variable.").append(" |\n");
  }

  private static String others(Option<?> option) {
    List<String> names = new ArrayList<>();
    option.shortFlags().forEach(flag -> names.add("flag `" + flag + "`"));
    option.variables().forEach(name -> names.add("variable `" + name + "`"));
    option.aliases().forEach(alias -> names.add("key `" + alias + "`"));
    option.inverse().ifPresent(key -> names.add("the opposite key `" + key + "`"));
    return names.isEmpty() ? "" : " Also: " + String.join(", ", names) + ".";
  }
}
