package dev.peregrine.pool;

import dev.peregrine.log.EventLog;
import dev.peregrine.pool.WorkerSource.WorkerHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The workers of one app, and the one place where a request gets hold of one.
///
/// One short lock guards everything: nothing under it blocks or calls foreign code. What follows
/// from a change, calls to applicants and commands to workers, is done after the lock is left.
/// Except for [#restart], [#drain] and [#close], which wait, every method may be called on an event
/// loop.
///
/// [Desk] gives slots out, [Supervisor] starts and ends workers, [RollingRestart] replaces them,
/// [Checkup] looks after them, [StartGate] keeps a broken app from eating the machine.
public final class Pool implements AutoCloseable {
  private static final Duration REAPING_LIMIT = Duration.ofSeconds(3);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();
  private final WorkerSource source;
  private final WorkingContext context;
  private final Roster roster = new Roster();
  private final Desk desk;
  private final Supervisor supervisor;
  private final Checkup checkup;

  /// Makes a pool without workers.
  public Pool(PoolConfig config, WorkerSource source, Timing timing, EventLog log) {
    this.source = source;
    this.context = new WorkingContext(this, config, timing, log);
    this.desk = new Desk(context, roster);
    this.supervisor = new Supervisor(this, context, roster, desk);
    this.checkup = new Checkup(this, context, roster, supervisor);
  }

  /// Begins to start workers; does not wait for them.
  public void start() {
    exclusively(supervisor -> {
      supervisor.scale();
      checkup.start();
    });
  }

  /// Asks for a slot; the answer may come before this returns.
  public void checkout(Applicant applicant, Priority priority) {
    Wish wish = Wish.of(applicant);
    Refusal refusal = null;
    Lease lease;
    lock.lock();
    try {
      lease = desk.take(wish, supervisor);
      if (lease == null) {
        refusal = desk.enqueue(applicant, wish, priority, supervisor);
      }
    } finally {
      leave();
    }
    if (lease != null) {
      applicant.leased(lease);
    } else if (refusal != null) {
      applicant.refused(refusal);
    }
  }

  /// Takes an applicant out of the queue. With `false` it has been answered or is being answered
  /// now, and has to give back what it may get.
  public boolean withdraw(Applicant applicant) {
    lock.lock();
    try {
      return desk.withdraw(applicant, supervisor);
    } finally {
      leave();
    }
  }

  /// Replaces all workers, new ones first, and waits for the outcome; asked for while another
  /// restart is under way, once more after that. With `resist` the old workers go on serving if a
  /// new one fails.
  public RestartResult restart(boolean resist) throws InterruptedException {
    ArrayBlockingQueue<RestartResult> result = new ArrayBlockingQueue<>(1);
    beginRestart(resist, result::add);
    return result.take();
  }

  /// Begins to replace all workers; the result is told on any thread.
  public void beginRestart(boolean resist, Consumer<RestartResult> whenDone) {
    exclusively(supervisor -> supervisor.restart().request(resist, whenDone));
  }

  /// The pool at this moment.
  public PoolStatus status() {
    lock.lock();
    try {
      return new StatusReport(context, roster, desk, supervisor).status();
    } finally {
      leave();
    }
  }

  /// Starts no further worker and waits until nobody holds or wants a slot; `false` if the limit
  /// passed before. Slots are still given out as long as a worker lives.
  public boolean drain(Duration limit) throws InterruptedException {
    CountDownLatch idle = new CountDownLatch(1);
    exclusively(supervisor -> supervisor.drainAll(idle::countDown));
    return idle.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Refuses whoever waits and ends all workers, first by word, then by force; returns when none is
  /// left.
  @Override
  public void close() {
    exclusively(Supervisor::closeAll);
    long limit = context.config().stopTimeout().plus(REAPING_LIMIT).toNanos();
    lock.lock();
    try {
      while (!roster.all().isEmpty() && limit > 0) {
        limit = empty.awaitNanos(limit);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      leave();
    }
  }

  /// The close without the waiting, for those who control time.
  void beginClose() {
    exclusively(Supervisor::closeAll);
  }

  void giveBack(Lease lease, Lease.Outcome outcome) {
    lock.lock();
    try {
      desk.giveBack(lease, outcome, supervisor);
    } finally {
      leave();
    }
  }

  /// Makes a change under the lock, then does what follows from it.
  void exclusively(Consumer<Supervisor> change) {
    lock.lock();
    try {
      change.accept(supervisor);
    } finally {
      leave();
    }
  }

  /// Starts the process of a worker; not under the lock.
  void launch(Worker worker) {
    boolean[] isWanted = new boolean[1];
    exclusively(supervisor -> {
      isWanted[0] = worker.state == Worker.State.STARTING;
      if (!isWanted[0]) {
        supervisor.neverLaunched(worker);
      }
    });
    if (isWanted[0]) {
      WorkerHandle handle = source.start(worker.name, worker);
      exclusively(supervisor -> supervisor.launched(worker, handle));
    }
  }

  /// Wakes who waits for the end of the last worker. Under the lock.
  void notifyEmpty() {
    empty.signalAll();
  }

  private void leave() {
    List<Runnable> commands = context.deferred().takeCommands();
    List<Runnable> calls = context.deferred().takeCalls();
    lock.unlock();
    for (int i = 0; i < commands.size(); i++) {
      context.timing().soon(commands.get(i));
    }
    for (int i = 0; i < calls.size(); i++) {
      calls.get(i).run();
    }
  }

  /// What holds after every change; for tests.
  @Nullable String violation() {
    lock.lock();
    try {
      return Invariants.violation(context, roster, desk);
    } finally {
      lock.unlock();
    }
  }
}
