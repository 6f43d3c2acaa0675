package dev.peregrine.cli;

import dev.peregrine.admin.api.Json;
import dev.peregrine.config.Config;
import dev.peregrine.config.ConfigLoader;
import dev.peregrine.config.ConfigResult;
import dev.peregrine.config.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `peregrine doctor`: finds what would keep an app from being served well, before it is tried.
final class DoctorCommand implements Command {
  private static final String JSON = "--json";

  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public String summary() {
    return "Find what would keep an app from being served well.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Command.specOf(
            this,
            "Looks at the configuration, the app, the runtimes, addresses, permissions, limits,"
                + " memory and disks; says what to do. The exit code is 1 if there is an error.");
    spec.addOption(Command.json());
    Flags.addTo(spec);
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Console console) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    switch (ConfigLoader.load(Flags.sources(parsed, console))) {
      case ConfigResult.Rejected rejected -> {
        addWarnings(findings, rejected.warnings());
        rejected.problems().forEach(problem -> findings.add(finding(problem)));
      }
      case ConfigResult.Loaded loaded -> {
        addWarnings(findings, loaded.warnings());
        findings.add(Finding.ok("config", "no problems"));
        examine(loaded.config(), console, findings);
      }
    }
    boolean isWell = findings.stream().noneMatch(f -> f.level() == Finding.Level.ERROR);
    if (Command.isGiven(parsed, JSON)) {
      printJson(findings, isWell, console);
    } else {
      print(findings, console);
    }
    return isWell ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static void examine(Config config, Console console, List<Finding> findings)
      throws InterruptedException {
    new RuntimeChecks(config, console, findings::add).check();
    new AddressChecks(config, findings::add).check();
    new AccessChecks(config, findings::add).check();
    new HostChecks(config, findings::add).check();
  }

  private static void addWarnings(List<Finding> findings, List<String> warnings) {
    warnings.forEach(warning -> findings.add(Finding.warn("config", warning, "")));
  }

  private static Finding finding(Problem problem) {
    return Finding.error(
        "config",
        problem.at().describe()
            + ": "
            + problem.subject()
            + ": "
            + problem.found()
            + " (expected "
            + problem.expected()
            + ")",
        problem.remedy());
  }

  private static void print(List<Finding> findings, Console console) {
    for (Finding finding : findings) {
      String mark = finding.level().name().toLowerCase(Locale.ROOT);
      console.out().printf("%-6s %-9s %s%n", mark, finding.area(), finding.text());
      if (!finding.remedy().isEmpty()) {
        console.out().printf("%17s-> %s%n", "", finding.remedy());
      }
    }
  }

  private static void printJson(List<Finding> findings, boolean isWell, Console console) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", isWell);
    answer.put("findings", findings.stream().map(DoctorCommand::fields).toList());
    console
        .out()
        .println(Json.lenient().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
  }

  private static Map<String, String> fields(Finding finding) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("level", finding.level().name().toLowerCase(Locale.ROOT));
    fields.put("area", finding.area());
    fields.put("text", finding.text());
    fields.put("remedy", finding.remedy());
    return fields;
  }
}
