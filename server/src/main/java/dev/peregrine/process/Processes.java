package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.process.posix.Pipe;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// The one place of the server that starts processes and reaps them. One per JVM at a time, for the
/// kernel hands each ended child to whoever waits first.
///
/// Owns two platform threads, `peregrine-reaper` and `peregrine-output`, and the [Guardian]. All
/// three sleep while nothing happens. Listeners are told of an exit on a virtual thread each, so
/// that one who blocks delays nobody else.
public final class Processes implements AutoCloseable {
  private static final AtomicBoolean IN_USE = new AtomicBoolean();
  private static final Duration DRAIN_LIMIT = Duration.ofMillis(200);
  private static final Duration BUSY_LIMIT = Duration.ofSeconds(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final OutputPump pump = new OutputPump();
  private final Guardian guardian = new Guardian();
  private final Reaper reaper = new Reaper(guardian, this::announce);
  private final Phaser announcements = new Phaser(1);
  private final Thread reaperThread;
  private final Thread pumpThread;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  public Processes() {
    if (!IN_USE.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "a second Processes in this JVM (expected one); close the first");
    }
    Posix.keepEndedChildren();
    SpawnFailures.prepare();
    prepareTimedWaits();
    reaperThread = Thread.ofPlatform().daemon().name("peregrine-reaper").start(reaper);
    pumpThread = Thread.ofPlatform().daemon().name("peregrine-output").start(pump);
  }

  /// The JVM starts the thread that ends timed waits of virtual threads at the first of them. Where
  /// the limit of processes left no room for it by then, that wait would never end.
  private static void prepareTimedWaits() {
    Thread.ofVirtual().name("peregrine-first-wait").start(() -> LockSupport.parkNanos(1));
  }

  /// Starts a process; returns when its program runs. The child leads a process group of its own,
  /// reads from `/dev/null`, has no other descriptor of ours, no signal blocked or ignored, and is
  /// killed before this process when memory runs out.
  ///
  /// When it ends, what is left of its group is killed, then the listener is told.
  public ChildProcess start(ProcessSpec spec, ChildListener listener) throws SpawnException {
    Launch launch = Launch.prepare(spec);
    ChildProcess child =
        spec.capturesOutput() ? capture(launch, listener) : inherit(launch, listener);
    child.preferForOomKill();
    return child;
  }

  /// Runs a tool to its end and collects what it writes, at most 1 MiB of each stream; it is killed
  /// when the limit is over.
  public RunResult run(ProcessSpec spec, Duration limit)
      throws SpawnException, InterruptedException {
    OutputCollector collector = new OutputCollector();
    ChildProcess child = start(spec, collector);
    try {
      boolean _ = child.await(limit).isPresent();
    } finally {
      child.signalGroup(Signal.KILL);
    }
    return collector.await();
  }

  private ChildProcess inherit(Launch launch, ChildListener listener) throws SpawnException {
    return reaper.start(() -> new ChildProcess(launch.run(Placement.WORKER), listener, 0));
  }

  private ChildProcess capture(Launch launch, ChildListener listener) throws SpawnException {
    Pipe out = Posix.outputPipe();
    Pipe err = Posix.outputPipe();
    boolean isStarted = false;
    try {
      if (!out.isOpen() || !err.isOpen()) {
        throw SpawnFailures.noDescriptor(-Math.min(out.readEnd(), err.readEnd()));
      }
      Placement placement =
          Placement.WORKER.withStreams(
              Redirect.NULL, Redirect.to(out.writeEnd()), Redirect.to(err.writeEnd()));
      ChildProcess child = reaper.start(() -> new ChildProcess(launch.run(placement), listener, 2));
      isStarted = true;
      pump.add(child, OutputStreamKind.STDOUT, out.readEnd());
      pump.add(child, OutputStreamKind.STDERR, err.readEnd());
      return child;
    } finally {
      Posix.close(out.writeEnd());
      Posix.close(err.writeEnd());
      if (!isStarted) {
        Posix.close(out.readEnd());
        Posix.close(err.readEnd());
      }
    }
  }

  /// On the reaper's thread: hands the child to a thread that waits for the rest of its output.
  /// Where the limit of processes leaves no thread for it, this one does it.
  private void announce(ChildProcess child) {
    announcements.register();
    try {
      Thread.ofVirtual().name("peregrine-exit-" + child.pid()).start(() -> finish(child));
    } catch (OutOfMemoryError _) {
      finish(child);
    }
  }

  private void finish(ChildProcess child) {
    try {
      if (!child.awaitDrained(DRAIN_LIMIT)) {
        pump.abandon(child);
        boolean _ = child.awaitDrained(BUSY_LIMIT);
      }
      child.announce();
    } catch (InterruptedException | RuntimeException | Error e) {
      report(e);
    } finally {
      announcements.arriveAndDeregister();
    }
  }

  /// Gives a fault of a listener to the JVM's handler; the thread goes on.
  static void report(Throwable fault) {
    Thread thread = Thread.currentThread();
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    if (handler == null) {
      handler = thread.getThreadGroup();
    }
    if (handler != null) {
      handler.uncaughtException(thread, fault);
    }
  }

  /// Kills what is left of all children, tells their listeners, and ends the threads. Takes a few
  /// milliseconds, or up to five seconds if the kernel does not let go of a child.
  @Override
  public void close() {
    if (!isClosed.compareAndSet(false, true)) {
      return;
    }
    List<ChildProcess> left = reaper.close();
    left.forEach(child -> child.signalGroup(Signal.KILL));
    try {
      boolean _ = reaper.awaitNone(CLOSE_LIMIT.toNanos());
      awaitAnnouncements();
      guardian.close();
      reaperThread.join(CLOSE_LIMIT);
      pump.close();
      pumpThread.join(CLOSE_LIMIT);
    } catch (InterruptedException _) {
      guardian.close();
      pump.close();
      Thread.currentThread().interrupt();
    } finally {
      IN_USE.set(reaperThread.isAlive());
    }
  }

  private void awaitAnnouncements() throws InterruptedException {
    int phase = announcements.arriveAndDeregister();
    try {
      announcements.awaitAdvanceInterruptibly(phase, CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      report(e);
    }
  }

  /// A child that ran to its end.
  ///
  /// @param status how it ended
  /// @param stdout what it wrote, cut at 1 MiB
  /// @param stderr what it wrote, cut at 1 MiB
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record RunResult(ExitStatus status, byte[] stdout, byte[] stderr) {
    public String stdoutText() {
      return new String(stdout, UTF_8);
    }

    public String stderrText() {
      return new String(stderr, UTF_8);
    }
  }
}
