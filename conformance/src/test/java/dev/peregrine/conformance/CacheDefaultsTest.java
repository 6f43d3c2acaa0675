package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Which required cases the safe defaults exclude on purpose, and that they exclude no other.
class CacheDefaultsTest {
  /// A response that sets a cookie is not shared: one user's cookie never reaches another.
  private static final List<String> EXCLUDED =
      List.of("fields stored: given back: Set-Cookie", "fields updated: updated: Set-Cookie");

  @Test
  void required_withTheDefaults_holdButForWhatTheyExclude() {
    Scripts scripts = new Scripts();
    try (Peregrine server = scripts.raw().ready()) {
      CacheTable table = CacheTable.run(server, scripts, Set.copyOf(EXCLUDED));
      List<String> lost = new ArrayList<>(table.lost(CacheRow.Kind.REQUIRED));

      assertThat(lost).as(histories(table)).containsExactlyInAnyOrderElementsOf(EXCLUDED);
    }
  }

  private static String histories(CacheTable table) {
    return table
        .of(CacheRow.Kind.REQUIRED)
        .filter(result -> !result.isHeld())
        .map(result -> result.row().name() + "\n" + result.history())
        .collect(Collectors.joining());
  }
}
