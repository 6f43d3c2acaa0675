package dev.peregrine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.log.EventLog;
import dev.peregrine.pool.FakeWorkers.FakeWorker;
import dev.peregrine.pool.FakeWorkers.Fate;
import dev.peregrine.pool.StartFailure.Category;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// One run of a pool in virtual time, with faults and load out of a seed; what has to hold is
/// checked after every event.
final class PoolSimulation {
  private static final Duration CHAOS = Duration.ofSeconds(60);
  private static final Duration RECOVERY = Duration.ofSeconds(150);

  private final Random random;
  private final VirtualTime time;
  private final FakeWorkers workers;
  private final PoolConfig config;
  private final Pool pool;
  private final List<FakeApplicant> applicants = new ArrayList<>();
  private final Set<FakeApplicant> waiting = new LinkedHashSet<>();
  private final Set<FakeApplicant> waitingAgain = new LinkedHashSet<>();
  private final Object[] homes = {"loop-0", "loop-1"};
  private final double trouble;
  private int restartsAsked;
  private int restartsAnswered;
  private boolean isCalm;

  PoolSimulation(long seed) {
    random = new Random(seed);
    time = new VirtualTime(random);
    workers = new FakeWorkers(time);
    trouble = random.nextDouble();
    config = config();
    pool = new Pool(config, workers, time, EventLog.discarding());
    int slots = random.nextInt(4);
    workers.slots(slots);
    if (slots > 0 && random.nextBoolean()) {
      workers.occupation(Duration.ofMillis(1 + random.nextInt(3000)));
    }
    workers.fate(this::fate);
    time.afterEach(this::check);
  }

  private PoolConfig config() {
    int min = random.nextInt(3);
    TestPools pools =
        TestPools.config()
            .instances(min, Math.max(1, min + random.nextInt(3)))
            .queue(random.nextInt(20))
            .parallelSpawns(1 + random.nextInt(3))
            .stopTimeout(Duration.ofSeconds(1 + random.nextInt(5)));
    if (random.nextBoolean()) {
      pools.queueTime(Duration.ofMillis(100 + random.nextInt(5000)));
    }
    if (random.nextBoolean()) {
      pools.idleTime(Duration.ofSeconds(1 + random.nextInt(10)));
    }
    if (random.nextInt(3) == 0) {
      pools.maxRequests(1 + random.nextInt(40));
    }
    if (random.nextInt(3) == 0) {
      pools.memory(5000, 10_000);
    }
    return pools.build();
  }

  private Fate fate() {
    if (isCalm) {
      return Fate.ready(Duration.ofMillis(50));
    }
    Duration soon = Duration.ofMillis(random.nextInt(2000));
    if (random.nextDouble() > trouble) {
      return Fate.ready(soon);
    }
    return switch (random.nextInt(4)) {
      case 0 -> Fate.failing(soon, Category.APP_ERROR);
      case 1 -> Fate.failing(soon, Category.KILLED);
      case 2 -> Fate.failing(Duration.ofSeconds(60), Category.TIMEOUT);
      default -> Fate.ready(Duration.ofSeconds(20));
    };
  }

  void run() {
    pool.start();
    time.after(Duration.ZERO, this::load);
    time.after(Duration.ZERO, this::mischief);
    time.pass(CHAOS);
    calmDown();
    time.pass(RECOVERY);
    assertThat(waiting).as("applicants that wait for ever").isEmpty();
    assertThat(restartsAnswered).as("restarts answered").isEqualTo(restartsAsked);
    assertThat(workers.serving().size())
        .as("workers after recovery %s", pool.status())
        .isBetween(config.minInstances(), config.maxInstances());
    FakeApplicant last = apply(Priority.NORMAL);
    time.pass(Duration.ofSeconds(30));
    boolean mayWait = config.maxQueueLength() > 0 || config.minInstances() > 0;
    if (mayWait) {
      assertThat(last.isLeased()).as("service after recovery %s", pool.status()).isTrue();
    }
    close();
  }

  private void calmDown() {
    isCalm = true;
    for (FakeWorker worker : workers.alive()) {
      worker.isFrozen = false;
      worker.isStopped = false;
      worker.residentBytes = 1000;
    }
  }

  private void close() {
    FakeApplicant late = apply(Priority.NORMAL);
    pool.exclusively(supervisor -> supervisor.drainAll(() -> {}));
    time.pass(Duration.ofSeconds(random.nextInt(3)));
    pool.beginClose();
    time.pass(Duration.ofSeconds(30));
    assertThat(workers.alive()).as("workers left").isEmpty();
    assertThat(late.isWaiting()).isFalse();
    for (FakeApplicant applicant : applicants) {
      assertThat(applicant.isWaiting()).as("applicant lost").isFalse();
    }
  }

  private void load() {
    if (isCalm) {
      return;
    }
    int burst = random.nextInt(10) == 0 ? random.nextInt(15) : 1;
    for (int i = 0; i < burst; i++) {
      apply(random.nextInt(10) == 0 ? Priority.RETRY : Priority.NORMAL);
    }
    time.after(Duration.ofMillis(random.nextInt(300)), this::load);
  }

  private FakeApplicant apply(Priority priority) {
    FakeApplicant applicant = new FakeApplicant(homes[random.nextInt(homes.length)]);
    if (random.nextBoolean()) {
      applicant.prefetchable();
    }
    Set<FakeApplicant> line = priority == Priority.NORMAL ? waiting : waitingAgain;
    applicants.add(applicant);
    line.add(applicant);
    applicant.onAnswer(() -> answered(applicant, line));
    pool.checkout(applicant, priority);
    if (!isCalm && applicant.isWaiting() && random.nextInt(4) == 0) {
      time.after(Duration.ofMillis(random.nextInt(3000)), () -> withdraw(applicant, line));
    }
    return applicant;
  }

  private void withdraw(FakeApplicant applicant, Set<FakeApplicant> line) {
    if (pool.withdraw(applicant)) {
      assertThat(applicant.isWaiting()).isTrue();
      applicant.withdrawn();
      line.remove(applicant);
    } else {
      assertThat(applicant.isAnswered()).isTrue();
    }
  }

  private void answered(FakeApplicant applicant, Set<FakeApplicant> line) {
    if (applicant.isLeased()) {
      assertThat(line.iterator().next()).as("first come, first served").isSameAs(applicant);
      FakeWorker worker = workers.byName(applicant.lease().worker());
      assertThat(worker.isReady).as("ready").isTrue();
      assertThat(worker.isTold).as("told to go").isFalse();
      assertThat(worker.isAlive).as("alive").isTrue();
      serve(applicant.lease(), worker);
    }
    line.remove(applicant);
  }

  private void serve(Lease lease, FakeWorker worker) {
    Duration service =
        random.nextInt(50) == 0 ? Duration.ofSeconds(15) : Duration.ofMillis(random.nextInt(400));
    time.after(
        service,
        () -> {
          if (random.nextBoolean()) {
            lease.connection(
                new FakeConnection(homes[random.nextInt(homes.length)], random.nextInt(4)));
          }
          if (random.nextInt(10) == 0) {
            lease.connection(null);
          }
          if (lease.isBehind() && random.nextInt(5) == 0) {
            lease.unused();
          } else if (!worker.isAlive || (!isCalm && random.nextInt(30) == 0)) {
            lease.broken();
          } else if (!isCalm && random.nextInt(200) == 0) {
            lease.stalled();
          } else {
            lease.release();
          }
          lease.release();
        });
  }

  private void mischief() {
    if (isCalm) {
      return;
    }
    List<FakeWorker> alive = workers.alive();
    if (!alive.isEmpty() && random.nextDouble() < trouble) {
      harm(alive.get(random.nextInt(alive.size())));
    }
    if (random.nextInt(20) == 0) {
      restartsAsked++;
      pool.beginRestart(random.nextInt(4) > 0, _ -> restartsAnswered++);
    }
    if (random.nextInt(60) == 0) {
      time.sleep(Duration.ofSeconds(60));
    }
    time.after(Duration.ofMillis(random.nextInt(2000)), this::mischief);
  }

  private void harm(FakeWorker worker) {
    switch (random.nextInt(9)) {
      case 0 -> workers.alive().forEach(each -> each.die(true));
      case 1 -> worker.die(false);
      case 2 -> worker.isFrozen = true;
      case 3 -> worker.isStopped = true;
      case 4 -> worker.isStopped = false;
      case 5 -> worker.disconnect();
      case 6 -> worker.residentBytes = random.nextInt(12_000);
      case 7 -> worker.isDeaf = true;
      default -> worker.die(true);
    }
  }

  private void check() {
    assertThat(pool.violation()).isNull();
    long inService =
        workers.all().stream().filter(worker -> worker.isAlive && !worker.isTold).count();
    // As many draining ones on top, one being replaced, those whose orders are on their way.
    int limit = 2 * config.maxInstances() + 1 + config.parallelSpawns() + 1;
    assertThat(inService).as("workers at once").isLessThanOrEqualTo(limit);
  }

  /// A connection that nobody uses.
  record FakeConnection(Object home, int prefetch) implements SlotConnection {
    @Override
    public void close() {}
  }
}
