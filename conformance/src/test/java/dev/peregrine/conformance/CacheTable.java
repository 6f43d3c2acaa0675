package dev.peregrine.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// All cases of what a shared cache must do, by section, and what came of them at one server.
final class CacheTable {
  private static final int ROUNDS = 3;
  private static final Map<String, List<CacheRow>> SECTIONS = sections();

  private final Map<String, List<CacheRun.Result>> results;

  private CacheTable(Map<String, List<CacheRun.Result>> results) {
    this.results = results;
  }

  private static Map<String, List<CacheRow>> sections() {
    Map<String, List<CacheRow>> sections = new LinkedHashMap<>();
    sections.put("freshness", FreshnessRows.cacheControl());
    sections.put("syntax of Cache-Control", FreshnessRows.cacheControlSyntax());
    sections.put("Age", FreshnessRows.age());
    sections.put("Expires", FreshnessRows.expires());
    sections.put("dates in Expires", FreshnessRows.dates());
    sections.put("other directives", FreshnessRows.directives());
    sections.put("stale", StaleRows.stale());
    sections.put("heuristics", StaleRows.heuristics());
    sections.put("POST", StaleRows.methods());
    sections.put("status codes", StaleRows.statuses());
    sections.put("directives of requests", StaleRows.requestDirectives());
    sections.put("Pragma", StaleRows.pragma());
    sections.put("Vary and the key", VaryRows.keys());
    sections.put("syntax of Vary", VaryRows.varySyntax());
    sections.put("conditions", VaryRows.conditions());
    sections.put("validation", VaryRows.validation());
    sections.put("fields stored", FieldRows.stored());
    sections.put("fields updated", FieldRows.updated());
    sections.put("HEAD", MethodRows.head());
    sections.put("invalidation", MethodRows.invalidation());
    sections.put("ranges", MethodRows.ranges());
    sections.put("Authorization", MethodRows.authorization());
    sections.put("Age, Date and cookies", MethodRows.ageAndDate());
    sections.put("targeted fields", MethodRows.targeted());
    sections.put("interim responses", MethodRows.interim());
    return sections;
  }

  /// Runs every case against a server, all at the same time: what they wait for is the clock. One
  /// that does not hold, though it is expected to, is run again: a busy machine may have been too
  /// late.
  static CacheTable run(Peregrine server, Scripts scripts, Set<String> notExpected) {
    Map<String, List<CacheRun.Result>> results = new LinkedHashMap<>();
    SECTIONS.keySet().forEach(section -> results.put(section, new ArrayList<>()));
    Map<String, CacheRow> left = new LinkedHashMap<>();
    SECTIONS.forEach((section, rows) -> rows.forEach(row -> left.put(name(section, row), row)));
    Map<String, CacheRun.Result> outcomes = new LinkedHashMap<>();
    for (int round = 1; round <= ROUNDS; round++) {
      outcomes.putAll(all(left, round, server, scripts));
      left.keySet().removeIf(name -> notExpected.contains(name) || outcomes.get(name).isHeld());
    }
    SECTIONS.forEach((section, rows) ->
        rows.forEach(row -> results.get(section).add(outcomes.get(name(section, row)))));
    return new CacheTable(results);
  }

  static String name(String section, CacheRow row) {
    return section + ": " + row.name();
  }

  private static Map<String, CacheRun.Result> all(
      Map<String, CacheRow> rows, int round, Peregrine server, Scripts scripts) {
    Map<String, Future<CacheRun.Result>> running = new LinkedHashMap<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Map.Entry<String, CacheRow> row : rows.entrySet()) {
        String script = "case-" + round + "-" + running.size();
        Callable<CacheRun.Result> run =
            () -> CacheRun.of(row.getValue(), script, server.port(), scripts);
        running.put(row.getKey(), clients.submit(run));
      }
    }
    Map<String, CacheRun.Result> outcomes = new LinkedHashMap<>();
    running.forEach((name, future) -> outcomes.put(name, outcome(future)));
    return outcomes;
  }

  private static CacheRun.Result outcome(Future<CacheRun.Result> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  Map<String, List<CacheRun.Result>> results() {
    return results;
  }

  Stream<CacheRun.Result> of(CacheRow.Kind kind) {
    return results.values().stream()
        .flatMap(List::stream)
        .filter(result -> result.row().kind() == kind);
  }

  /// The names of the cases of a kind that did not hold, `SECTION: NAME`.
  List<String> lost(CacheRow.Kind kind) {
    return results.entrySet().stream()
        .flatMap(section ->
            section.getValue().stream()
                .filter(result -> result.row().kind() == kind && !result.isHeld())
                .map(result -> name(section.getKey(), result.row())))
        .toList();
  }
}
