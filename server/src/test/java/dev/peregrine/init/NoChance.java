package dev.peregrine.init;

import java.util.random.RandomGenerator;

/// A source of chance that always says zero.
final class NoChance implements RandomGenerator {
  @Override
  public long nextLong() {
    return 0;
  }
}
