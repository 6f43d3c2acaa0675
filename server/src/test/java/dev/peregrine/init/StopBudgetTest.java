package dev.peregrine.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.init.StopBudget.Layer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StopBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void share_everyLayerTakesItAll_endsWithTheWhole() {
    StopBudget budget = new StopBudget(Duration.ofSeconds(8), 0, EnumSet.allOf(Layer.class));
    long now = 0;
    for (Layer layer : Layer.values()) {
      now += budget.share(layer, now, Optional.empty()).toNanos();
    }

    assertThat(now).isBetween(8 * SECOND - 10, 8 * SECOND);
  }

  @Test
  void share_quickLayer_leavesItsTimeToTheNext() {
    StopBudget budget =
        new StopBudget(Duration.ofSeconds(8), 0, Set.of(Layer.MAIN, Layer.SERVICES));

    assertThat(budget.share(Layer.MAIN, 0, Optional.empty())).isEqualTo(Duration.ofSeconds(4));
    assertThat(budget.share(Layer.SERVICES, SECOND, Optional.empty()))
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void share_ownLimitIsShorter_isTheOwn() {
    StopBudget budget = new StopBudget(Duration.ofSeconds(8), 0, Set.of(Layer.MAIN));

    assertThat(budget.share(Layer.MAIN, 0, Optional.of(Duration.ofSeconds(2))))
        .isEqualTo(Duration.ofSeconds(2));
    assertThat(budget.share(Layer.MAIN, 0, Optional.of(Duration.ofSeconds(20))))
        .isEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void share_afterTheEnd_isNothing() {
    StopBudget budget = new StopBudget(Duration.ofSeconds(8), 0, Set.of(Layer.STRAYS));

    assertThat(budget.share(Layer.STRAYS, 9 * SECOND, Optional.empty())).isZero();
  }

  @Test
  void share_endlessStop_isEndless() {
    StopBudget budget = new StopBudget(Limits.FOREVER, 0, Set.of(Layer.MAIN));

    assertThat(budget.share(Layer.MAIN, 0, Optional.empty())).isEqualTo(Limits.FOREVER);
  }
}
