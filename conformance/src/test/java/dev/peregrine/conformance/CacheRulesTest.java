package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What RFC 9111 and its companions ask of a shared cache, case by case over the wire, with the
/// options on that go beyond the safe defaults.
class CacheRulesTest {
  /// Cases that do not hold: parts are not stored, and a response without `Last-Modified` counts as
  /// modified at its `Date` (RFC 9111 §4.3.2).
  static final Set<String> NOT_HELD =
      Set.of(
          "conditions: If-Modified-Since before Date, no Last-Modified",
          "ranges: the same part",
          "ranges: of a part: bytes=6-8",
          "ranges: of a part: bytes=6-",
          "ranges: of a part: bytes=-1",
          "ranges: what is missing");

  private static CacheTable table;

  @BeforeAll
  static void runAll() {
    Scripts scripts = new Scripts();
    try (Peregrine server =
        scripts
            .raw()
            .option("turbocache_heuristics", true)
            .option("turbocache_share_set_cookie", true)
            .option("turbocache_client_directives", "all")
            .ready()) {
      table = CacheTable.run(server, scripts, NOT_HELD);
    }
  }

  @TestFactory
  Stream<DynamicContainer> cases() {
    return table.results().entrySet().stream()
        .map(section ->
            DynamicContainer.dynamicContainer(
                section.getKey(),
                section.getValue().stream().map(result -> test(section.getKey(), result))));
  }

  private static DynamicTest test(String section, CacheRun.Result result) {
    String name = CacheTable.name(section, result.row());
    return DynamicTest.dynamicTest(
        result.row().kind() + " " + name,
        () ->
            assertThat(result.isHeld())
                .as(name + "\n" + result.history())
                .isEqualTo(!NOT_HELD.contains(name)));
  }

  @Test
  void required_allHold() {
    assertThat(table.of(CacheRow.Kind.REQUIRED)).hasSizeGreaterThanOrEqualTo(160);
    assertThat(table.lost(CacheRow.Kind.REQUIRED)).isEmpty();
  }

  @Test
  void optimal_allButThoseNamedHold() {
    assertThat(table.of(CacheRow.Kind.OPTIMAL)).hasSizeGreaterThanOrEqualTo(105);
    assertThat(table.lost(CacheRow.Kind.OPTIMAL)).containsExactlyInAnyOrderElementsOf(NOT_HELD);
  }
}
