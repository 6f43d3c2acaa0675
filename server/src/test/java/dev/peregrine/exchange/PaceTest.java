package dev.peregrine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final AtomicLong clock = new AtomicLong();
  private final Pace pace = new Pace(clock::get);

  /// Answers requests, each of which takes that long.
  private void answer(int count, long micros) {
    for (int i = 0; i < count; i++) {
      pace.begin();
      clock.addAndGet(micros * 1000);
      pace.count();
      pace.measure();
    }
  }

  @Test
  void prefetch_newConnection_isNoneUntilProven() {
    answer(299, 10);
    assertThat(pace.prefetch()).isZero();

    answer(1, 10);
    assertThat(pace.prefetch()).isEqualTo(16);
  }

  @Test
  void prefetch_fasterThanHalfAMillisecond_fillsIt() {
    answer(300, 110);

    assertThat(pace.prefetch()).isEqualTo(4);
  }

  @Test
  void prefetch_slowWorker_isNone() {
    answer(2000, 600);

    assertThat(pace.prefetch()).isZero();
  }

  @Test
  void prefetch_afterASlowRequest_isNoneUntilProvenAgain() {
    answer(300, 10);
    answer(1, 5000);
    answer(299, 10);
    assertThat(pace.prefetch()).isZero();

    answer(1, 10);
    assertThat(pace.prefetch()).isEqualTo(16);
  }

  @Test
  void measure_severalAtOnce_sharesTheTime() {
    for (int i = 0; i < 200; i++) {
      pace.begin();
      clock.addAndGet(1_000_000);
      for (int j = 0; j < 10; j++) {
        pace.count();
      }
      pace.measure();
    }

    assertThat(pace.prefetch()).isBetween(4, 5);
  }

  @Test
  void begin_withAResponseUnmeasured_countsItsTime() {
    for (int i = 0; i < 1000; i++) {
      pace.begin();
      clock.addAndGet(6_000_000);
      pace.count();
      pace.begin();
      pace.measure();
    }

    assertThat(pace.prefetch()).isZero();
  }

  @Test
  void prefetch_stopped_isNoneForGood() {
    answer(300, 10);
    pace.stop();
    answer(300, 10);

    assertThat(pace.prefetch()).isZero();
  }
}
