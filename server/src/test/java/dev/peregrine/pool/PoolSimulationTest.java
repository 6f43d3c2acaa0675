package dev.peregrine.pool;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/// Runs the simulation with many seeds: always the same ones, and some new ones.
final class PoolSimulationTest {
  private static final int FIXED_SEEDS = 300;
  private static final int NEW_SEEDS = 200;

  @Test
  void simulation_fixedSeeds_keepsInvariants() {
    // A restart that waited for a worker which nobody wanted any more was never answered.
    simulate(-1642018780114320319L);
    for (long seed = 0; seed < FIXED_SEEDS; seed++) {
      simulate(seed);
    }
  }

  @Test
  void simulation_newSeeds_keepsInvariants() {
    for (int i = 0; i < NEW_SEEDS; i++) {
      simulate(ThreadLocalRandom.current().nextLong());
    }
  }

  private static void simulate(long seed) {
    try {
      new PoolSimulation(seed).run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }
}
