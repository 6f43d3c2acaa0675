package dev.peregrine.process;

import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Wait;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The only thread of the JVM that waits for children: its own, and orphans the kernel gave to it.
///
/// A child is registered under the lock that is held while it is started, and the thread takes the
/// same lock before it asks whose child has ended; so no status is lost, however short a life. It
/// sleeps in `waitid`, or on a condition while there is no child.
final class Reaper implements Runnable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Integer, ChildProcess> children = new HashMap<>(); // guarded by lock
  private final Guardian guardian;
  private final Consumer<ChildProcess> reaped;
  private long starts; // guarded by lock
  private long guardianStartNanos; // guarded by lock
  private boolean isClosing; // guarded by lock

  /// @param reaped told of each child of ours whose status is known, on the reaper's thread,
  ///   outside the lock
  Reaper(Guardian guardian, Consumer<ChildProcess> reaped) {
    this.guardian = guardian;
    this.reaped = reaped;
  }

  /// Starts a child and registers it; the guardian knows it before the program does much.
  ChildProcess start(Start start) throws SpawnException {
    lock.lock();
    try {
      if (isClosing) {
        throw SpawnFailures.closed();
      }
      watch();
      ChildProcess child = start.run();
      guardian.add(child.pid());
      children.put(child.pid(), child);
      starts++;
      changed.signalAll();
      return child;
    } finally {
      lock.unlock();
    }
  }

  private void watch() throws SpawnException {
    if (guardian.pid() == 0) {
      guardian.start();
      guardianStartNanos = System.nanoTime();
      starts++;
      changed.signalAll();
    }
  }

  /// Refuses further starts; the children that run.
  List<ChildProcess> close() {
    lock.lock();
    try {
      isClosing = true;
      changed.signalAll();
      return List.copyOf(children.values());
    } finally {
      lock.unlock();
    }
  }

  /// Waits until no child is left; whether that came in time.
  boolean awaitNone(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      while (!children.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      return children.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    while (true) {
      long seen = starts();
      int pid = Wait.awaitAny();
      boolean isOn =
          switch (pid) {
            case -Errno.ECHILD -> awaitStart(seen);
            case -Errno.EINTR -> true;
            default -> tryEnd(pid);
          };
      if (!isOn) {
        return;
      }
    }
  }

  /// This thread must not end early: nobody else would hear of any child.
  private boolean tryEnd(int pid) {
    try {
      return end(pid);
    } catch (RuntimeException | Error e) {
      Processes.report(e);
      return true;
    }
  }

  private long starts() {
    lock.lock();
    try {
      return starts;
    } finally {
      lock.unlock();
    }
  }

  /// Sleeps until something was started; false when nothing will be.
  private boolean awaitStart(long seen) {
    lock.lock();
    try {
      while (starts == seen) {
        if (isClosing) {
          return false;
        }
        changed.awaitUninterruptibly();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Reaps a process that has ended; false when it was the last one to care for.
  private boolean end(int pid) {
    ChildProcess child;
    lock.lock();
    try {
      if (pid == guardian.pid()) {
        Wait.reap(pid);
        guardian.ended();
        return !isClosing && replaceGuardian();
      }
      child = children.get(pid);
      if (child == null) {
        Wait.reap(pid);
        return true;
      }
      child.reap(guardian);
    } finally {
      lock.unlock();
    }
    try {
      reaped.accept(child);
    } finally {
      forget(child);
    }
    return true;
  }

  /// By now the id may belong to a child started since.
  private void forget(ChildProcess child) {
    lock.lock();
    try {
      children.remove(child.pid(), child);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Starts another guardian at once, unless the last one hardly lived: then the next child's start
  /// brings it.
  private boolean replaceGuardian() {
    if (System.nanoTime() - guardianStartNanos > TimeUnit.SECONDS.toNanos(1)) {
      try {
        watch();
      } catch (SpawnException e) {
        Processes.report(e);
      }
    }
    return true;
  }

  /// Something that starts a process.
  interface Start {
    ChildProcess run() throws SpawnException;
  }
}
