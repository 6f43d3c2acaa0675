package dev.peregrine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StartGateTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final StartGate gate = new StartGate();

  @Test
  void delay_provenApp_isNone() {
    gate.ready();
    for (int i = 0; i < 100; i++) {
      gate.started(i);
    }
    assertThat(gate.delay(100)).isZero();
    assertThat(gate.parallel(4)).isEqualTo(4);
  }

  @Test
  void parallel_unprovenApp_isTwoAtMost() {
    assertThat(gate.parallel(4)).isEqualTo(2);
  }

  @Test
  void delay_afterFailures_doubles() {
    gate.started(0);
    gate.failed(0, 0, false);
    assertThat(gate.delay(0)).isEqualTo(SECOND / 10);
    gate.started(SECOND);
    gate.failed(SECOND, SECOND, false);
    assertThat(gate.delay(SECOND)).isGreaterThanOrEqualTo(SECOND / 5);
    assertThat(gate.parallel(4)).isEqualTo(1);
  }

  @Test
  void failed_severalAtOnce_countOnce() {
    for (int i = 0; i < 8; i++) {
      gate.failed(0, SECOND + i, false);
    }
    assertThat(gate.isFailing()).isFalse();
  }

  @Test
  void failed_fiveInARow_isFailingWithOneStartInTenSeconds() {
    long now = fail(5);
    assertThat(gate.isFailing()).isTrue();
    assertThat(gate.delay(now)).isEqualTo(10 * SECOND);
  }

  @Test
  void failed_slowly_isFailingAtOnce() {
    gate.started(0);
    gate.failed(0, 60 * SECOND, true);
    assertThat(gate.isFailing()).isTrue();
  }

  @Test
  void proven_workerOfBeforeTheFailure_saysNothing() {
    long now = fail(5);
    gate.proven(now - 1);
    assertThat(gate.isFailing()).isTrue();
    gate.proven(now);
    assertThat(gate.isFailing()).isFalse();
    assertThat(gate.delay(now)).isZero();
  }

  private long fail(int times) {
    long now = 0;
    for (int i = 0; i < times; i++) {
      now += 20 * SECOND;
      gate.started(now);
      gate.failed(now, now, false);
    }
    return now;
  }
}
