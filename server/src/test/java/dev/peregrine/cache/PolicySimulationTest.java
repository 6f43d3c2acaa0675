package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Many seeded runs; with `-Dperegrine.seed=N` just that one.
class PolicySimulationTest {
  private static final int RUNS = 60;
  private static final int STEPS = 1500;

  // RFC 9111 §4
  @Test
  void anyRun_usesNoResponseThatTheModelForbids() {
    Long only = Long.getLong("peregrine.seed");
    long first = only == null ? 9_111_000 : only;
    long hits = 0;
    long stale = 0;
    long validated = 0;
    for (long seed = first; seed < first + (only == null ? RUNS : 1); seed++) {
      try (PolicySimulation simulation = new PolicySimulation(seed)) {
        for (int i = 0; i < STEPS && simulation.objections.isEmpty(); i++) {
          simulation.step();
        }
        assertThat(simulation.objections).as("-Dperegrine.seed=" + seed).isEmpty();
        hits += simulation.hits;
        stale += simulation.stale;
        validated += simulation.validated;
      }
    }
    System.out.printf(
        "simulated: seeds from %d, %d requests, %d hits, %d of them stale, %d validated%n",
        first, RUNS * STEPS, hits, stale, validated);
    assertThat(hits).as("hits").isGreaterThan(only == null ? 5_000 : 0);
    assertThat(stale).as("stale").isGreaterThan(only == null ? 200 : -1);
    assertThat(validated).as("validated").isGreaterThan(only == null ? 1_000 : -1);
  }
}
