package dev.peregrine.init;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class SupervisorSimulationTest {
  private static final int LIVES = 2_000;

  @Test
  void lives_withRandomEvents_keepTheInvariants() {
    long first = Long.getLong("peregrine.seed", ThreadLocalRandom.current().nextLong());
    for (int i = 0; i < LIVES; i++) {
      long seed = first + i;
      try {
        new SupervisorSimulation(seed).run(60);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + " (repeat with -Dperegrine.seed=" + seed + ")", e);
      }
    }
  }
}
