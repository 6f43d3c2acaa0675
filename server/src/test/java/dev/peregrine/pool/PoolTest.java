package dev.peregrine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.log.EventLog;
import dev.peregrine.pool.FakeWorkers.FakeWorker;
import dev.peregrine.pool.FakeWorkers.Fate;
import dev.peregrine.pool.PoolStatus.Health;
import dev.peregrine.pool.StartFailure.Category;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The pool's rules one by one, in virtual time.
final class PoolTest {
  private final VirtualTime time = new VirtualTime(new Random(1));
  private final FakeWorkers workers = new FakeWorkers(time);

  @Test
  void checkout_idleWorker_answersAtOnce() {
    Pool pool = started(TestPools.config());
    assertThat(ask(pool).isLeased()).isTrue();
  }

  @Test
  void checkout_noWorkerYet_waitsForTheStart() {
    Pool pool = pool(TestPools.config());
    pool.start();
    FakeApplicant first = ask(pool);
    assertThat(first.isWaiting()).isTrue();
    pass(200);
    assertThat(first.isLeased()).isTrue();
  }

  @Test
  void checkout_severalWorkers_takesLeastBusy() {
    workers.slots(2);
    Pool pool = started(TestPools.config().instances(2, 2));
    assertThat(ask(pool).lease().worker()).isNotEqualTo(ask(pool).lease().worker());
  }

  @Test
  void checkout_equallyBusyWorkers_prefersOldest() {
    Pool pool = started(TestPools.config().instances(2, 2));
    for (int i = 0; i < 3; i++) {
      FakeApplicant applicant = ask(pool);
      assertThat(applicant.lease().worker()).isEqualTo("worker-1");
      applicant.lease().release();
    }
  }

  @Test
  void checkout_equallyBusyWorkers_prefersOwnHome() {
    Pool pool = started(TestPools.config().instances(2, 2));
    FakeApplicant first = ask(pool, new FakeApplicant("a"));
    FakeApplicant second = ask(pool, new FakeApplicant("b"));
    first.lease().connection(new PoolSimulation.FakeConnection("a", 0));
    second.lease().connection(new PoolSimulation.FakeConnection("b", 0));
    first.lease().release();
    second.lease().release();
    assertThat(ask(pool, new FakeApplicant("b")).lease().worker()).isEqualTo("worker-2");
  }

  @Test
  void checkout_unboundedWorker_neverQueues() {
    workers.slots(0);
    Pool pool = started(TestPools.config().instances(1, 4));
    for (int i = 0; i < 100; i++) {
      assertThat(ask(pool).isLeased()).isTrue();
    }
    assertThat(workers.all()).hasSize(1);
  }

  @Test
  void checkout_concurrencyOverridden_isBounded() {
    workers.slots(0);
    Pool pool = started(TestPools.config().instances(1, 1).concurrency(2));
    ask(pool);
    ask(pool);
    assertThat(ask(pool).isWaiting()).isTrue();
  }

  @Test
  void checkout_allBusy_growsUpToMaximum() {
    Pool pool = started(TestPools.config().instances(1, 3));
    List<FakeApplicant> applicants = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      applicants.add(ask(pool));
    }
    pass(1000);
    assertThat(workers.alive()).hasSize(3);
    assertThat(applicants.stream().filter(FakeApplicant::isLeased)).hasSize(3);
  }

  @Test
  void checkout_queueFull_refusedAtOnce() {
    Pool pool = started(TestPools.config().instances(1, 1).queue(2));
    ask(pool);
    ask(pool);
    ask(pool);
    assertThat(ask(pool).refusal()).isInstanceOf(Refusal.QueueFull.class);
  }

  @Test
  void checkout_retryWhileQueueFull_standsFirst() {
    Pool pool = started(TestPools.config().instances(1, 1).queue(1));
    FakeApplicant holder = ask(pool);
    FakeApplicant waiting = ask(pool);
    FakeApplicant again = new FakeApplicant();
    pool.checkout(again, Priority.RETRY);
    holder.lease().release();
    assertThat(again.isLeased()).isTrue();
    assertThat(waiting.isWaiting()).isTrue();
  }

  @Test
  void checkout_queueTimeOver_refused() {
    Pool pool = started(TestPools.config().instances(1, 1).queueTime(Duration.ofSeconds(2)));
    ask(pool);
    FakeApplicant waiting = ask(pool);
    pass(1999);
    assertThat(waiting.isWaiting()).isTrue();
    pass(2);
    assertThat(waiting.refusal()).isInstanceOf(Refusal.QueueTimeout.class);
  }

  @Test
  void withdraw_waiting_isNotServed() {
    Pool pool = started(TestPools.config().instances(1, 1));
    FakeApplicant holder = ask(pool);
    FakeApplicant gone = ask(pool);
    FakeApplicant next = ask(pool);
    assertThat(pool.withdraw(gone)).isTrue();
    gone.withdrawn();
    holder.lease().release();
    assertThat(next.isLeased()).isTrue();
    assertThat(pool.withdraw(next)).isFalse();
  }

  @Test
  void release_twice_countsOnce() {
    Pool pool = started(TestPools.config().instances(1, 1));
    FakeApplicant applicant = ask(pool);
    applicant.lease().release();
    applicant.lease().release();
    assertThat(ask(pool).isLeased()).isTrue();
    assertThat(ask(pool).isWaiting()).isTrue();
  }

  @Test
  void broken_slot_isWithheldFor50Millis() {
    Pool pool = started(TestPools.config().instances(1, 1));
    ask(pool).lease().broken();
    FakeApplicant next = ask(pool);
    pass(49);
    assertThat(next.isWaiting()).isTrue();
    pass(2);
    assertThat(next.isLeased()).isTrue();
  }

  @Test
  void broken_requestRunsOn_slotIsWithheldUntilItIsFree() {
    workers.slots(2);
    workers.occupation(Duration.ofSeconds(5));
    Pool pool = started(TestPools.config().instances(1, 1));
    FakeApplicant gone = ask(pool);
    gone.lease().connection(new PoolSimulation.FakeConnection("a", 0));
    gone.lease().broken();
    FakeApplicant onTheOther = ask(pool);
    FakeApplicant next = ask(pool);
    assertThat(onTheOther.isLeased()).isTrue();
    pass(4900);
    assertThat(next.isWaiting()).isTrue();
    pass(200);
    assertThat(next.isLeased()).isTrue();
  }

  @Test
  void broken_workerIsDead_isTakenOutAtOnce() {
    Pool pool = started(TestPools.config().instances(1, 1));
    FakeApplicant applicant = ask(pool);
    workers.all().getFirst().isAlive = false;
    applicant.lease().broken();
    FakeApplicant next = ask(pool);
    pass(200);
    assertThat(next.lease().worker()).isEqualTo("worker-2");
  }

  @Test
  void broken_neverReached_isReplaced() {
    Pool pool = started(TestPools.config().instances(1, 1));
    for (int i = 0; i < 3; i++) {
      ask(pool).lease().broken();
      pass(60);
    }
    pass(200);
    assertThat(ask(pool).lease().worker()).isEqualTo("worker-2");
  }

  @Test
  void stalled_worker_isKilledAndReplaced() {
    Pool pool = started(TestPools.config().instances(1, 1));
    ask(pool).lease().stalled();
    pass(300);
    assertThat(workers.all().getFirst().orders).containsExactly("kill");
    assertThat(workers.alive()).hasSize(1);
  }

  @Test
  void death_ofProvenWorker_isReplacedAtOnce() {
    Pool pool = started(TestPools.config().instances(1, 1));
    for (int i = 0; i < 20; i++) {
      FakeApplicant applicant = ask(pool);
      pass(150);
      applicant.lease().release();
      workers.alive().getFirst().die(true);
      pass(5);
      assertThat(workers.alive()).as("death %d", i).hasSize(1);
    }
  }

  @Test
  void death_ofAllWorkers_queueWaits() {
    Pool pool = started(TestPools.config().instances(3, 3));
    pass(2000);
    List.copyOf(workers.alive()).forEach(worker -> worker.die(true));
    FakeApplicant applicant = ask(pool);
    pass(300);
    assertThat(applicant.isLeased()).isTrue();
  }

  @Test
  void disconnect_worker_isReplacedBeforeItsExit() {
    Pool pool = started(TestPools.config().instances(1, 1));
    workers.all().getFirst().disconnect();
    pass(200);
    assertThat(ask(pool).lease().worker()).isEqualTo("worker-2");
  }

  @Test
  void startFailure_nothingAlive_refusesQueue() {
    workers.fate(Fate.failing(Duration.ofMillis(100), Category.APP_ERROR));
    Pool pool = pool(TestPools.config().instances(1, 1));
    pool.start();
    FakeApplicant applicant = ask(pool);
    pass(150);
    assertThat(applicant.refusal()).isInstanceOf(Refusal.StartFailed.class);
  }

  @Test
  void startFailure_killedFromOutside_queueWaits() {
    workers.fate(Fate.failing(Duration.ofMillis(10), Category.KILLED));
    Pool pool = pool(TestPools.config().instances(1, 1));
    pool.start();
    FakeApplicant applicant = ask(pool);
    pass(50);
    workers.fate(Fate.ready(Duration.ofMillis(10)));
    pass(500);
    assertThat(applicant.isLeased()).isTrue();
  }

  @Test
  void startFailure_othersAlive_queueWaits() {
    Pool pool = started(TestPools.config().instances(1, 2));
    FakeApplicant holder = ask(pool);
    workers.fate(Fate.failing(Duration.ofMillis(10), Category.APP_ERROR));
    FakeApplicant waiting = ask(pool);
    pass(5000);
    assertThat(waiting.isWaiting()).isTrue();
    holder.lease().release();
    assertThat(waiting.isLeased()).isTrue();
  }

  @Test
  void startFailures_inARow_limitRateThenProbe() {
    workers.fate(Fate.failing(Duration.ofMillis(1), Category.APP_ERROR));
    Pool pool = pool(TestPools.config().instances(2, 4));
    pool.start();
    pass(60_000);
    List<Long> starts = workers.all().stream().map(worker -> worker.startedAt).toList();
    for (int i = 0; i + 2 < starts.size(); i++) {
      assertThat(starts.get(i + 2) - starts.get(i)).isGreaterThanOrEqualTo(995_000_000L);
    }
    long failingSince = starts.get(6);
    for (int i = 7; i < starts.size(); i++) {
      assertThat(starts.get(i) - starts.get(i - 1)).isGreaterThanOrEqualTo(9_990_000_000L);
    }
    assertThat(failingSince).isLessThan(starts.getFirst() + seconds(21).toNanos());
    assertThat(pool.status().health()).isEqualTo(Health.FAILING);
  }

  @Test
  void failingState_request_isRefusedAtOnceWithRetryAfter() {
    workers.fate(Fate.failing(Duration.ofMillis(1), Category.APP_ERROR));
    Pool pool = pool(TestPools.config().instances(1, 1));
    pool.start();
    pass(5000);
    assertThat(ask(pool).refusal())
        .isInstanceOfSatisfying(
            Refusal.StartFailed.class,
            refusal -> assertThat(refusal.retryAfter()).isBetween(seconds(1), seconds(11)));
  }

  @Test
  void failingState_appRepaired_recoversWithinTenSeconds() {
    workers.fate(Fate.failing(Duration.ofMillis(1), Category.APP_ERROR));
    Pool pool = pool(TestPools.config().instances(1, 1));
    pool.start();
    pass(30_000);
    workers.fate(Fate.ready(Duration.ofMillis(100)));
    pass(10_200);
    assertThat(ask(pool).isLeased()).isTrue();
  }

  @Test
  void failingState_restart_startsAtOnce() {
    workers.fate(Fate.failing(Duration.ofMillis(1), Category.APP_ERROR));
    Pool pool = pool(TestPools.config().instances(1, 1));
    pool.start();
    pass(30_000);
    workers.fate(Fate.ready(Duration.ofMillis(100)));
    List<RestartResult> results = new ArrayList<>();
    pool.beginRestart(true, results::add);
    pass(200);
    assertThat(results.getFirst()).isInstanceOf(RestartResult.Restarted.class);
    assertThat(ask(pool).isLeased()).isTrue();
  }

  @Test
  void failingState_noInstancesWanted_probesOnlyOnDemand() {
    workers.fate(Fate.failing(Duration.ofMillis(1), Category.APP_ERROR));
    Pool pool = pool(TestPools.config().instances(0, 1));
    pool.start();
    for (int i = 0; i < 10; i++) {
      ask(pool);
      pass(1000);
    }
    int starts = workers.all().size();
    pass(60_000);
    assertThat(workers.all().size()).isBetween(starts, starts + 1);
  }

  @Test
  void startTimeout_nothingAlive_failsFastAfterwards() {
    workers.fate(Fate.failing(Duration.ofSeconds(60), Category.TIMEOUT));
    Pool pool = pool(TestPools.config().instances(1, 1));
    pool.start();
    FakeApplicant first = ask(pool);
    pass(60_100);
    assertThat(first.refusal()).isInstanceOf(Refusal.StartFailed.class);
    pass(30_000);
    assertThat(ask(pool).refusal()).isInstanceOf(Refusal.StartFailed.class);
  }

  @Test
  void workersKilledAtBirth_startsAtMostTwiceASecond() {
    workers.fate(Fate.ready(Duration.ofMillis(50)));
    Pool pool = pool(TestPools.config().instances(2, 2));
    pool.start();
    for (int i = 0; i < 1200; i++) {
      List.copyOf(workers.alive()).forEach(worker -> worker.die(true));
      pass(50);
    }
    assertThat(workers.all().size()).isLessThanOrEqualTo(120);
    pass(10_200);
    assertThat(ask(pool).isLeased()).isTrue();
  }

  @Test
  void maxRequests_reached_replacesWorker() {
    Pool pool = started(TestPools.config().instances(1, 1).maxRequests(3));
    for (int i = 0; i < 3; i++) {
      FakeApplicant applicant = ask(pool);
      assertThat(applicant.lease().worker()).isEqualTo("worker-1");
      applicant.lease().release();
    }
    FakeApplicant fourth = ask(pool);
    pass(200);
    assertThat(fourth.lease().worker()).isEqualTo("worker-2");
  }

  @Test
  void maxRequests_near_startsReplacementBefore() {
    Pool pool = started(TestPools.config().instances(1, 1).maxRequests(100));
    for (int i = 0; i < 300; i++) {
      FakeApplicant applicant = ask(pool);
      assertThat(applicant.isLeased()).as("request %d waits for nobody", i).isTrue();
      pass(20);
      applicant.lease().release();
    }
    assertThat(workers.all().size()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void memory_aboveSoftLimit_replacesWithoutPause() {
    Pool pool = started(TestPools.config().instances(1, 1).memory(5000, 10_000));
    workers.all().getFirst().residentBytes = 5100;
    for (int i = 0; i < 100; i++) {
      FakeApplicant applicant = ask(pool);
      assertThat(applicant.isLeased()).isTrue();
      pass(20);
      applicant.lease().release();
    }
    assertThat(workers.alive()).hasSize(1);
    assertThat(workers.alive().getFirst().name).isEqualTo("worker-2");
  }

  @Test
  void memory_aboveHardLimit_killsWorker() {
    Pool pool = started(TestPools.config().instances(1, 1).memory(5000, 10_000));
    ask(pool);
    workers.all().getFirst().residentBytes = 10_001;
    pass(500);
    assertThat(workers.all().getFirst().orders).containsExactly("kill");
  }

  @Test
  void heartbeat_frozenWorker_isReplacedInFifteenSeconds() {
    Pool pool = started(TestPools.config().instances(1, 1));
    workers.all().getFirst().isFrozen = true;
    pass(15_000);
    assertThat(ask(pool).lease().worker()).isEqualTo("worker-2");
  }

  @Test
  void heartbeat_stoppedWorker_getsNoRequestAndIsReplaced() {
    Pool pool = started(TestPools.config().instances(1, 1));
    workers.all().getFirst().isStopped = true;
    pass(1100);
    FakeApplicant applicant = ask(pool);
    assertThat(applicant.isWaiting()).isTrue();
    pass(8000);
    assertThat(applicant.lease().worker()).isEqualTo("worker-2");
  }

  @Test
  void heartbeat_silentButComputing_isSpared() {
    Pool pool = started(TestPools.config().instances(1, 1));
    FakeWorker worker = workers.all().getFirst();
    worker.isFrozen = true;
    for (int i = 0; i < 30; i++) {
      worker.ticks += 90;
      pass(1000);
    }
    worker.isFrozen = false;
    assertThat(worker.orders).isEmpty();
    assertThat(pool.status().health()).isEqualTo(Health.SERVING);
  }

  @Test
  void heartbeat_serverWasAsleep_killsNobody() {
    Pool pool = started(TestPools.config().instances(3, 3).idleTime(Duration.ofMinutes(5)));
    pass(10_000);
    for (int i = 0; i < 5; i++) {
      time.sleep(Duration.ofSeconds(60));
      pass(3000);
    }
    assertThat(workers.all()).hasSize(3);
    assertThat(workers.serving()).hasSize(3);
    assertThat(pool.status().counters().exits()).isZero();
  }

  @Test
  void idleTime_over_stopsSurplusWorkers() {
    Pool pool = started(TestPools.config().instances(1, 3).idleTime(seconds(5)));
    List<FakeApplicant> applicants = List.of(ask(pool), ask(pool), ask(pool));
    pass(500);
    applicants.forEach(applicant -> applicant.lease().release());
    assertThat(workers.alive()).hasSize(3);
    pass(10_000);
    assertThat(workers.alive()).hasSize(1);
  }

  @Test
  void restart_underLoad_startsNewBeforeOldGoes() {
    Pool pool = started(TestPools.config().instances(2, 2));
    workers.fate(Fate.ready(seconds(5)));
    List<RestartResult> results = new ArrayList<>();
    pool.beginRestart(true, results::add);
    for (int i = 0; i < 200; i++) {
      FakeApplicant applicant = ask(pool);
      assertThat(applicant.isLeased()).isTrue();
      pass(100);
      applicant.lease().release();
    }
    assertThat(results.getFirst())
        .isInstanceOfSatisfying(
            RestartResult.Restarted.class, done -> assertThat(done.workers()).isEqualTo(2));
    assertThat(workers.alive())
        .extracting(worker -> worker.name)
        .containsExactly("worker-3", "worker-4");
  }

  @Test
  void restart_brokenVersion_keepsOldWorkers() {
    Pool pool = started(TestPools.config().instances(2, 2));
    workers.fate(Fate.failing(Duration.ofMillis(100), Category.SYNTAX_ERROR));
    List<RestartResult> results = new ArrayList<>();
    pool.beginRestart(true, results::add);
    pass(60_000);
    assertThat(results.getFirst())
        .isInstanceOfSatisfying(
            RestartResult.Failed.class, failed -> assertThat(failed.oldKept()).isEqualTo(2));
    assertThat(workers.all()).hasSize(3);
    assertThat(ask(pool).lease().worker()).isEqualTo("worker-1");
  }

  @Test
  void restart_brokenVersionWithoutResistance_showsTheError() {
    Pool pool = started(TestPools.config().instances(1, 1));
    workers.fate(Fate.failing(Duration.ofMillis(100), Category.SYNTAX_ERROR));
    pool.beginRestart(false, _ -> {});
    pass(150);
    FakeApplicant applicant = ask(pool);
    pass(2000);
    assertThat(applicant.refusal()).isInstanceOf(Refusal.StartFailed.class);
  }

  @Test
  void restart_duringRestart_runsOnceMore() {
    Pool pool = started(TestPools.config().instances(1, 1));
    List<RestartResult> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pool.beginRestart(true, results::add);
    }
    pass(5000);
    assertThat(results).hasSize(5).allMatch(RestartResult.Restarted.class::isInstance);
    assertThat(workers.all()).hasSize(3);
  }

  @Test
  void restart_busyWorker_finishesItsRequest() {
    Pool pool = started(TestPools.config().instances(1, 1));
    FakeApplicant holder = ask(pool);
    pool.beginRestart(true, _ -> {});
    pass(1500);
    assertThat(workers.all().getFirst().isTold).isFalse();
    holder.lease().release();
    pass(100);
    assertThat(workers.all().getFirst().isAlive).isFalse();
  }

  @Test
  void drain_leasesHeld_waitsForThem() {
    Pool pool = started(TestPools.config().instances(1, 1));
    FakeApplicant holder = ask(pool);
    FakeApplicant waiting = ask(pool);
    List<String> idle = new ArrayList<>();
    pool.exclusively(supervisor -> supervisor.drainAll(() -> idle.add("now")));
    holder.lease().release();
    assertThat(waiting.isLeased()).isTrue();
    assertThat(idle).isEmpty();
    waiting.lease().release();
    assertThat(idle).hasSize(1);
  }

  @Test
  void drain_noWorkerAndNone_refusesQueue() {
    Pool pool = started(TestPools.config().instances(1, 1));
    FakeApplicant holder = ask(pool);
    FakeApplicant waiting = ask(pool);
    pool.exclusively(supervisor -> supervisor.drainAll(() -> {}));
    workers.all().getFirst().die(true);
    assertThat(waiting.refusal()).isInstanceOf(Refusal.ShuttingDown.class);
    holder.lease().broken();
  }

  @Test
  void close_workerStuckWithRequest_isKilledInTwoSeconds() {
    Pool pool = started(TestPools.config().instances(1, 1).stopTimeout(seconds(60)));
    ask(pool);
    workers.all().getFirst().isDeaf = true;
    pool.beginClose();
    pass(2000);
    assertThat(workers.alive()).isEmpty();
    assertThat(workers.all().getFirst().orders).contains("terminate", "kill");
  }

  @Test
  void close_workerStarting_isKilled() {
    workers.fate(Fate.ready(seconds(30)));
    Pool pool = pool(TestPools.config().instances(2, 2));
    pool.start();
    pass(100);
    pool.beginClose();
    pass(100);
    assertThat(workers.alive()).isEmpty();
    assertThat(ask(pool).refusal()).isInstanceOf(Refusal.ShuttingDown.class);
  }

  @Test
  void status_describesWorkers() {
    Pool pool = started(TestPools.config().instances(1, 2));
    ask(pool);
    ask(pool);
    PoolStatus status = pool.status();
    assertThat(status.health()).isEqualTo(Health.SERVING);
    assertThat(status.busy()).isEqualTo(1);
    assertThat(status.queued()).isEqualTo(1);
    assertThat(status.workers())
        .extracting(PoolStatus.WorkerStatus::state)
        .containsExactly("ready", "starting");
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private Pool pool(TestPools config) {
    Pool pool = new Pool(config.build(), workers, time, EventLog.discarding());
    time.afterEach(() -> assertThat(pool.violation()).isNull());
    return pool;
  }

  private Pool started(TestPools config) {
    Pool pool = pool(config);
    pool.start();
    pass(500);
    return pool;
  }

  private void pass(long millis) {
    time.pass(Duration.ofMillis(millis));
  }

  private static FakeApplicant ask(Pool pool) {
    return ask(pool, new FakeApplicant());
  }

  private static FakeApplicant ask(Pool pool, FakeApplicant applicant) {
    pool.checkout(applicant, Priority.NORMAL);
    return applicant;
  }
}
