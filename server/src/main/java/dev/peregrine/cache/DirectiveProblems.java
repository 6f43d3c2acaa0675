package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is wrong with the directives of `Cache-Control` one by one.
final class DirectiveProblems {
  private static final Set<String> WITH_SECONDS =
      Set.of("max-age", "s-maxage", "stale-while-revalidate", "stale-if-error");
  private static final Set<String> KNOWN =
      Set.of(
          "no-store",
          "no-cache",
          "private",
          "public",
          "must-revalidate",
          "proxy-revalidate",
          "must-understand",
          "no-transform",
          "immutable");

  private DirectiveProblems() {}

  static List<String> of(FieldSection fields) {
    List<String> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.CACHE_CONTROL) {
        add(new DirectiveLexer(fields, i), seen, problems);
      }
    }
    return problems;
  }

  private static void add(DirectiveLexer lexer, Set<String> seen, List<String> problems) {
    while (lexer.next()) {
      String problem = problem(lexer, seen);
      if (problem != null) {
        problems.add(problem);
      }
    }
  }

  private static @Nullable String problem(DirectiveLexer lexer, Set<String> seen) {
    String name = lexer.name();
    String argument = lexer.argument();
    if (WITH_SECONDS.contains(name)) {
      if (!seen.add(name)) {
        return name + " is there twice";
      }
      boolean isNumber = argument != null && argument.matches("[0-9]+") && !lexer.isMalformed();
      // with a colon it is another finding
      return isNumber || (argument == null && lexer.isMalformed())
          ? null
          : name + " has no whole number of seconds" + (argument == null ? "" : ": " + argument);
    }
    if (KNOWN.contains(name)) {
      return null;
    }
    return Stream.concat(KNOWN.stream(), WITH_SECONDS.stream())
        .filter(known -> plain(known).equals(plain(name)))
        .findFirst()
        .map(known -> name + " is no directive; " + known + " is")
        .orElse(null);
  }

  private static String plain(String name) {
    return name.replaceAll("[-_ ]", "");
  }
}
