package dev.peregrine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.log.EventLog;
import dev.peregrine.pool.PoolSimulation.FakeConnection;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Who may be sent to a worker behind others, in virtual time.
final class PrefetchTest {
  private final VirtualTime time = new VirtualTime(new Random(1));
  private final FakeWorkers workers = new FakeWorkers(time);

  private Pool started(TestPools config) {
    Pool pool = new Pool(config.build(), workers, time, EventLog.discarding());
    time.afterEach(() -> assertThat(pool.violation()).isNull());
    pool.start();
    time.pass(Duration.ofMillis(500));
    return pool;
  }

  /// A pool whose only slot has a connection at `a` that takes so many requests ahead.
  private Pool quick(TestPools config, int prefetch) {
    workers.occupation(Duration.ofMillis(10));
    Pool pool = started(config);
    FakeApplicant first = ask(pool, reading("a"));
    first.lease().connection(new FakeConnection("a", prefetch));
    first.lease().release();
    return pool;
  }

  private Pool quick(int prefetch) {
    return quick(TestPools.config().instances(1, 1), prefetch);
  }

  private static FakeApplicant reading(Object home) {
    return new FakeApplicant(home).prefetchable();
  }

  private static FakeApplicant ask(Pool pool, FakeApplicant applicant) {
    pool.checkout(applicant, Priority.NORMAL);
    return applicant;
  }

  @Test
  void checkout_quickSlotIsHeld_givesPlacesBehind() {
    Pool pool = quick(2);
    assertThat(ask(pool, reading("a")).lease().isBehind()).isFalse();
    assertThat(ask(pool, reading("a")).lease().isBehind()).isTrue();
    assertThat(ask(pool, reading("a")).lease().isBehind()).isTrue();
    assertThat(ask(pool, reading("a")).isWaiting()).isTrue();
    assertThat(pool.status().workers().getFirst().busy()).isEqualTo(1);
  }

  @Test
  void release_ofOneOfSeveral_givesThePlaceToTheNext() {
    Pool pool = quick(1);
    FakeApplicant first = ask(pool, reading("a"));
    ask(pool, reading("a"));
    FakeApplicant third = ask(pool, reading("a"));
    first.lease().release();
    assertThat(third.lease().isBehind()).isTrue();
  }

  @Test
  void checkout_requestWithEffects_waitsForTheSlotAndLetsNobodyPass() {
    Pool pool = quick(5);
    FakeApplicant first = ask(pool, reading("a"));
    FakeApplicant behind = ask(pool, reading("a"));
    FakeApplicant post = ask(pool, new FakeApplicant("a"));
    FakeApplicant last = ask(pool, reading("a"));
    assertThat(last.isWaiting()).isTrue();
    first.lease().release();
    assertThat(post.isWaiting()).isTrue();
    behind.lease().release();
    assertThat(post.lease().isBehind()).isFalse();
    assertThat(last.isWaiting()).isTrue();
  }

  @Test
  void checkout_atAnotherHome_waits() {
    Pool pool = quick(5);
    ask(pool, reading("a"));
    assertThat(ask(pool, reading("b")).isWaiting()).isTrue();
  }

  @Test
  void checkout_slotHeldFromAnotherHome_waits() {
    Pool pool = quick(5);
    ask(pool, reading("b"));
    assertThat(ask(pool, reading("a")).isWaiting()).isTrue();
  }

  @Test
  void checkout_workersCanBeAdded_waitsForOne() {
    Pool pool = quick(TestPools.config().instances(1, 2), 5);
    ask(pool, reading("a"));
    FakeApplicant second = ask(pool, reading("a"));
    assertThat(second.isWaiting()).isTrue();
    time.pass(Duration.ofMillis(500));
    assertThat(second.lease().worker()).isEqualTo("worker-2");
  }

  @Test
  void checkout_severalSlots_takesTheShortestLine() {
    workers.occupation(Duration.ofMillis(10));
    Pool pool = started(TestPools.config().instances(2, 2));
    FakeApplicant one = ask(pool, reading("a"));
    FakeApplicant two = ask(pool, reading("a"));
    for (FakeApplicant each : new FakeApplicant[] {one, two}) {
      each.lease().connection(new FakeConnection("a", 5));
    }
    one.lease().release();
    two.lease().release();
    for (int i = 0; i < 6; i++) {
      ask(pool, reading("a"));
    }
    FakeApplicant next = ask(pool, reading("a"));
    FakeApplicant last = ask(pool, reading("a"));
    assertThat(next.lease().worker()).isNotEqualTo(last.lease().worker());
  }

  @Test
  void broken_withOthersBehind_withholdsTheSlotOnceAllAreBack() {
    Pool pool = quick(1);
    FakeApplicant first = ask(pool, reading("a"));
    FakeApplicant behind = ask(pool, reading("a"));
    FakeApplicant post = ask(pool, new FakeApplicant("a"));
    first.lease().broken();
    time.pass(Duration.ofMillis(100));
    assertThat(post.isWaiting()).isTrue();
    behind.lease().unused();
    assertThat(post.isWaiting()).isTrue();
    time.pass(Duration.ofMillis(100));
    assertThat(post.isLeased()).isTrue();
    assertThat(pool.status().workers().getFirst().served()).isEqualTo(1);
  }

  @Test
  void stalled_withOthersBehind_killsTheWorkerAtOnce() {
    Pool pool = quick(1);
    FakeApplicant first = ask(pool, reading("a"));
    FakeApplicant behind = ask(pool, reading("a"));
    first.lease().stalled();
    behind.lease().unused();
    time.pass(Duration.ofMillis(500));
    assertThat(ask(pool, reading("a")).lease().worker()).isEqualTo("worker-2");
  }
}
