package dev.peregrine.cli;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.CacheExplanation;
import dev.peregrine.admin.api.ExplainRequest;
import dev.peregrine.admin.api.Json;
import dev.peregrine.admin.api.LintReport;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `peregrine cache`: what a server's cache holds and does; `explain` and `lint`: what it makes of
/// a URL, and what is wrong with it.
final class CacheCommand implements Command {
  private static final String EXPLAIN = "explain";
  private static final String LINT = "lint";
  private static final String FIELD = "--header";
  private static final String JSON = "--json";

  @Override
  public String name() {
    return "cache";
  }

  @Override
  public String summary() {
    return "Look into the response cache, and explain it.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Command.specOf(
            this,
            "Shows how full a server's cache is, its hit ratio, why requests missed and why"
                + " responses were not stored.");
    InstanceFinder.addTo(spec);
    spec.addOption(Command.json());
    spec.addSubcommand(
        EXPLAIN,
        part(
            EXPLAIN,
            "1",
            "Sends a request for a URL through the server and says what the cache made of it and"
                + " why."));
    spec.addSubcommand(
        LINT,
        part(
            LINT,
            "1..*",
            "Sends a few requests for each URL to the app, past the cache, and says what caches"
                + " would make trouble of. The exit code is 1 if anything was found."));
    return spec;
  }

  private static CommandSpec part(String name, String arity, String description) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    spec.usageMessage()
        .description(description)
        .width(100)
        .sortOptions(false)
        .abbreviateSynopsis(true)
        .optionListHeading("%nFlags:%n")
        .parameterListHeading("%n");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity(arity)
            .paramLabel("URL")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("A URL, or a path at the server's first address.")
            .build());
    spec.addOption(
        OptionSpec.builder("-H", FIELD)
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("FIELD")
            .description("A further field line, `Name: value`. May be given several times.")
            .build());
    InstanceFinder.addFlagsWithDirectoryTo(spec);
    spec.addOption(Command.json());
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Console console) throws IOException {
    if (!parsed.hasSubcommand()) {
      return Asking.of(
          parsed,
          console,
          client -> {
            console
                .out()
                .print(
                    Command.isGiven(parsed, JSON)
                        ? client.cacheJson()
                        : client.cacheReport(console.hasColours()));
            return ExitCode.DONE;
          });
    }
    ParseResult part = parsed.subcommand();
    List<String> urls = part.matchedPositionalValue(0, List.of());
    List<String> fields = part.matchedOptionValue(FIELD, List.of());
    boolean isLint = part.commandSpec().name().equals(LINT);
    if (!isLint && urls.size() > 1) {
      console.complain("one URL at a time: " + urls.get(1) + " is one too many");
      return ExitCode.USAGE;
    }
    return Asking.of(
        part,
        console,
        client ->
            isLint
                ? lint(client, urls, fields, part, console)
                : explain(client, new ExplainRequest(urls.getFirst(), fields), part, console));
  }

  private static int explain(
      AdminClient client, ExplainRequest request, ParseResult parsed, Console console)
      throws IOException {
    CacheExplanation explanation = client.explain(request);
    if (Command.isGiven(parsed, JSON)) {
      console.out().println(Json.lenient().writeValueAsString(explanation));
      return ExitCode.DONE;
    }
    PrintStream out = console.out();
    out.println(Text.printable(explanation.url()) + "  status " + explanation.status());
    out.println(Text.printable(explanation.verdict()));
    out.println();
    for (CacheExplanation.Fact fact : explanation.facts()) {
      out.printf(
          Locale.ROOT, "  %-15s%s%n", Text.printable(fact.name()), Text.printable(fact.text()));
    }
    if (!explanation.remedies().isEmpty()) {
      out.println();
      out.println("What would change it:");
      explanation.remedies().forEach(remedy -> out.println("  - " + Text.printable(remedy)));
    }
    return ExitCode.DONE;
  }

  private static int lint(
      AdminClient client,
      List<String> urls,
      List<String> fields,
      ParseResult parsed,
      Console console)
      throws IOException {
    List<LintReport> reports = new ArrayList<>();
    for (String url : urls) {
      reports.add(client.lint(new ExplainRequest(url, fields)));
    }
    if (Command.isGiven(parsed, JSON)) {
      console.out().println(Json.lenient().writeValueAsString(reports));
    } else {
      reports.forEach(report -> print(report, console.out()));
    }
    boolean isClean = reports.stream().allMatch(report -> report.findings().isEmpty());
    return isClean ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static void print(LintReport report, PrintStream out) {
    int number = report.findings().size();
    String found =
        switch (number) {
          case 0 -> "nothing found";
          case 1 -> "1 finding";
          default -> number + " findings";
        };
    out.println(
        Text.printable(report.url())
            + "  status "
            + report.status()
            + ", "
            + found
            + " in "
            + report.requests()
            + " requests");
    for (LintReport.Finding finding : report.findings()) {
      out.println();
      out.println("  " + Text.printable(finding.what()) + " [" + finding.rule() + "]");
      out.println("    where  " + Text.printable(finding.where()));
      out.println("    why    " + Text.printable(finding.why()));
      out.println("    do     " + Text.printable(finding.remedy()));
    }
  }
}
