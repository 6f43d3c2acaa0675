package dev.peregrine.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.init.ServiceConfig.Restart;
import dev.peregrine.init.ServiceConfig.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Restart CONFIG =
      new Restart(
          When.ALWAYS,
          Duration.ofSeconds(1),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          OptionalInt.of(3));

  private final Backoff backoff = new Backoff(CONFIG, new NoChance());

  @Test
  void pause_ofShortRuns_doublesUpToTheMaximum() {
    List<Long> seconds = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      backoff.ended(Duration.ofMillis(20));
      seconds.add(backoff.pauseNanos() / 1_000_000_000);
    }
    assertThat(seconds).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
  }

  @Test
  void pause_afterALongRun_isTheFirstOne() {
    backoff.ended(Duration.ofMillis(20));
    backoff.ended(Duration.ofMillis(20));
    backoff.ended(Duration.ofSeconds(30));
    assertThat(backoff.pauseNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void pause_withChance_isAtMostATenthLonger() {
    Backoff chance = new Backoff(CONFIG, RandomGenerator.of("L64X128MixRandom"));
    chance.ended(Duration.ZERO);
    for (int i = 0; i < 1000; i++) {
      assertThat(chance.pauseNanos()).isBetween(1_000_000_000L, 1_100_000_000L);
    }
  }

  @Test
  void isExhausted_afterTheAttempts_isTrue() {
    for (int i = 0; i < 3; i++) {
      backoff.ended(Duration.ZERO);
      assertThat(backoff.isExhausted()).isFalse();
    }
    backoff.ended(Duration.ZERO);
    assertThat(backoff.isExhausted()).isTrue();
  }
}
