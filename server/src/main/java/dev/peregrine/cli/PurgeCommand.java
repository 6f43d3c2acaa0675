package dev.peregrine.cli;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.Json;
import dev.peregrine.admin.api.PurgeOutcome;
import dev.peregrine.admin.api.PurgeRequest;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `peregrine purge`: takes responses out of a server's cache.
final class PurgeCommand implements Command {
  private static final String ALL = "--all";
  private static final String TAG = "--tag";
  private static final String PREFIX = "--prefix";
  private static final String SOFT = "--soft";
  private static final String JSON = "--json";

  @Override
  public String name() {
    return "purge";
  }

  @Override
  public String summary() {
    return "Take responses out of the cache.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Command.specOf(
            this,
            "Takes stored responses out of a server's cache, at once and for every client. A"
                + " response that is on its way from the app meanwhile is not stored.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .paramLabel("URL")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("URLs, such as https://example.org/page?a=b; a path means every host.")
            .build());
    spec.addOption(several("TAG", "Responses that the app gave this tag.", TAG));
    spec.addOption(
        several("PREFIX", "Responses whose URL, or path at any host, begins so.", PREFIX));
    spec.addOption(Command.toggle("All responses.", ALL));
    spec.addOption(
        Command.toggle(
            "Keep them as stale ones: to be validated, or to serve while they are refreshed, or"
                + " while the app fails.",
            SOFT));
    InstanceFinder.addFlagsWithDirectoryTo(spec);
    spec.addOption(Command.json());
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Console console) throws IOException {
    PurgeRequest request =
        new PurgeRequest(
            parsed.matchedPositionalValue(0, List.of()),
            parsed.matchedOptionValue(TAG, List.of()),
            parsed.matchedOptionValue(PREFIX, List.of()),
            Command.isGiven(parsed, ALL),
            Command.isGiven(parsed, SOFT));
    boolean isAnyNamed =
        !request.urls().isEmpty() || !request.tags().isEmpty() || !request.prefixes().isEmpty();
    if (isAnyNamed == request.everything()) {
      console.complain(
          isAnyNamed
              ? "--all purges everything: leave it out, or leave out what else is named"
              : "nothing is named that is to be purged: a URL, --tag, --prefix or --all");
      return ExitCode.USAGE;
    }
    return Asking.of(parsed, console, client -> report(client, request, parsed, console));
  }

  private static int report(
      AdminClient client, PurgeRequest request, ParseResult parsed, Console console)
      throws IOException {
    PurgeOutcome outcome = client.purge(request);
    if (Command.isGiven(parsed, JSON)) {
      console.out().println(Json.lenient().writeValueAsString(outcome));
      return ExitCode.DONE;
    }
    for (PurgeOutcome.Purged purged : outcome.purged()) {
      String what =
          switch (purged.kind()) {
            case "all" -> "in the cache";
            case "tag" -> "with the tag " + purged.what();
            case "prefix" -> "under URLs that begin with " + purged.what();
            default -> "under " + purged.what();
          };
      console
          .out()
          .println(
              purged.responses() == 0
                  ? "nothing was stored " + Text.printable(what)
                  : done(request, purged.responses()) + " " + Text.printable(what));
    }
    return ExitCode.DONE;
  }

  private static String done(PurgeRequest request, long responses) {
    String number =
        responses == 1 ? "1 response" : String.format(Locale.ROOT, "%,d responses", responses);
    return request.soft() ? number + " made stale" : number + " purged";
  }

  private static OptionSpec several(String label, String description, String name) {
    return OptionSpec.builder(name)
        .arity("1")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .paramLabel(label)
        .description(description + " May be given several times.")
        .build();
  }
}
