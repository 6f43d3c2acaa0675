package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A process that this server started. Safe to use from any thread, also long after its end: a
/// signal never reaches a stranger who got the same id later.
///
/// ```
/// running ──ended──► reaped (status known, group killed) ──output handed over──► announced
/// ```
///
/// The state changes on the reaper's thread, under the monitor of this object; signals are sent
/// under the same monitor, and the id stays taken until the change is done.
public final class ChildProcess {
  private static final int MAX_OOM_SCORE = 1000;

  /// In thousandths of the memory that there is: more than a server holds that is not misused.
  private static final int OOM_SCORE_STEP = 300;

  private final int pid;
  private final ChildListener listener;
  private final long startNanos = System.nanoTime();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch drained;
  private volatile @Nullable ExitStatus status;
  private @Nullable Resources usage;

  ChildProcess(int pid, ChildListener listener, int outputs) {
    this.pid = pid;
    this.listener = listener;
    this.drained = new CountDownLatch(outputs);
  }

  /// Process id, and id of its process group.
  public int pid() {
    return pid;
  }

  public boolean isAlive() {
    return status == null;
  }

  /// Sends a signal to the process; nothing if it has ended.
  public synchronized void signal(Signal signal) {
    if (status == null) {
      Posix.kill(pid, signal.number());
    }
  }

  /// Sends a signal to the process and to all its descendants that stayed in its group.
  public synchronized void signalGroup(Signal signal) {
    if (status == null) {
      Posix.killGroup(pid, signal.number());
    }
  }

  /// Has the kernel kill it rather than this process when memory runs out (proc(5),
  /// `oom_score_adj`): it can be replaced, this process cannot. Where that cannot be set it is
  /// left.
  synchronized void preferForOomKill() {
    if (status != null) {
      return;
    }
    try {
      String own = Files.readString(Path.of("/proc/self/oom_score_adj"), US_ASCII);
      int raised = Math.min(MAX_OOM_SCORE, Integer.parseInt(own.strip()) + OOM_SCORE_STEP);
      Files.writeString(
          Path.of("/proc", Integer.toString(pid), "oom_score_adj"),
          Integer.toString(raised),
          US_ASCII,
          StandardOpenOption.WRITE);
    } catch (IOException | NumberFormatException _) {
      // It has ended, or `/proc` is another kernel's.
    }
  }

  public Optional<ExitStatus> exitStatus() {
    return Optional.ofNullable(status);
  }

  /// Waits for the end; empty if it did not come in time.
  public Optional<ExitStatus> await(Duration limit) throws InterruptedException {
    boolean _ = ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    return exitStatus();
  }

  /// Memory it holds now, 0 after its end.
  public long residentBytes() {
    return snapshot().map(ProcessSnapshot::residentBytes).orElse(0L);
  }

  /// Whether it is stopped (`SIGSTOP`, debugger).
  public boolean isStopped() {
    return snapshot().map(ProcessSnapshot::isStopped).orElse(false);
  }

  /// What the kernel says of it now; empty after its end.
  public synchronized Optional<ProcessSnapshot> snapshot() {
    return status == null ? ProcessSnapshot.of(pid) : Optional.empty();
  }

  /// Kills what is left of the group and reaps the leader, which has ended. The group's id cannot
  /// belong to others before that.
  synchronized void reap(Guardian guardian) {
    Posix.killGroup(pid, Signal.KILL.number());
    guardian.remove(pid);
    Wait.Reaped reaped = Wait.reap(pid);
    usage =
        new Resources(
            Duration.ofNanos(reaped.userMicros() * 1000),
            Duration.ofNanos(reaped.systemMicros() * 1000),
            Duration.ofNanos(System.nanoTime() - startNanos));
    status = ExitStatus.ofWaitStatus(reaped.status());
    ended.countDown();
  }

  void output(OutputStreamKind kind, byte[] bytes, int length) {
    listener.output(kind, bytes, length);
  }

  /// One of the outputs is at its end.
  void closed() {
    drained.countDown();
  }

  boolean awaitDrained(Duration limit) throws InterruptedException {
    return drained.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  void announce() {
    ExitStatus how = status;
    Resources used = usage;
    if (how != null && used != null) {
      listener.exited(how, used);
    }
  }

  @Override
  public String toString() {
    return "process " + pid;
  }
}
