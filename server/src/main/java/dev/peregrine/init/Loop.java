package dev.peregrine.init;

import dev.peregrine.log.EventLog;
import dev.peregrine.process.posix.Epoll;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Pipe;
import dev.peregrine.process.posix.Posix;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The one thread of init: waits for descriptors and for time, and runs what is to happen then. It
/// sleeps without limit when nothing is due.
final class Loop {
  private static final int READ_SIZE = 16 * 1024;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int MAX_MILLIS = Integer.MAX_VALUE;
  private static final int MAX_LAST_READS = 64;

  private final EventLog log;
  private final Epoll epoll = new Epoll(READ_SIZE);
  private final byte[] bytes = new byte[READ_SIZE];
  private final Map<Integer, Runnable> watched = new HashMap<>();
  private final PriorityQueue<Due> timers = new PriorityQueue<>();
  private final Queue<Runnable> soon = new ArrayDeque<>();
  private final Queue<Runnable> fromOutside = new ConcurrentLinkedQueue<>();
  private long timerCount;
  private boolean isEnded;

  Loop(EventLog log) {
    this.log = log;
  }

  /// Runs until [#end].
  void run() {
    while (!isEnded) {
      runSoon();
      fireTimers();
      if (isEnded) {
        return;
      }
      int count = epoll.await(soon.isEmpty() ? limitMillis() : 0);
      for (int i = 0; i < count && !isEnded; i++) {
        int descriptor = epoll.ready(i);
        Runnable readable = watched.get(descriptor);
        if (readable != null) {
          guarded(readable);
        }
      }
      for (Runnable task = fromOutside.poll(); task != null; task = fromOutside.poll()) {
        soon.add(task);
      }
    }
  }

  /// Makes [#run] return.
  void end() {
    isEnded = true;
  }

  /// Runs a task before the next wait; from this thread.
  void soon(Runnable task) {
    soon.add(task);
  }

  /// Runs a task soon; from any thread.
  void execute(Runnable task) {
    fromOutside.add(task);
    epoll.wake();
  }

  Host.Timer after(Duration delay, Runnable action) {
    Due due = new Due(System.nanoTime() + Math.max(0, delay.toNanos()), timerCount++, action);
    timers.add(due);
    return () -> timers.remove(due);
  }

  Host.Timer watch(int descriptor, Runnable readable) {
    watched.put(descriptor, readable);
    epoll.add(descriptor);
    return () -> {
      if (watched.remove(descriptor, readable)) {
        epoll.remove(descriptor);
      }
    };
  }

  Host.Capture capture(Host.Sink sink) {
    Pipe pipe = Posix.outputPipe();
    if (!pipe.isOpen()) {
      throw new IllegalStateException("no pipe: " + Errno.describe(-pipe.readEnd()));
    }
    return new Captured(pipe, sink);
  }

  private void runSoon() {
    for (int left = soon.size(); left > 0; left--) {
      Runnable task = soon.poll();
      if (task != null) {
        guarded(task);
      }
    }
  }

  private void fireTimers() {
    long now = System.nanoTime();
    Due next = timers.peek();
    while (next != null && next.atNanos - now <= 0) {
      timers.poll();
      guarded(next.action);
      next = timers.peek();
    }
  }

  private int limitMillis() {
    Due next = timers.peek();
    if (next == null) {
      return Epoll.FOREVER;
    }
    long nanos = Math.max(0, next.atNanos - System.nanoTime());
    return (int) Math.min(MAX_MILLIS, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
  }

  /// A fault of ours must not end the container: nobody else reaps.
  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | StackOverflowError e) {
      log.error("init.fault", "error", e);
    }
  }

  /// Something to do at a time; those of the same time in the order they were set.
  private record Due(long atNanos, long number, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.signum(atNanos - other.atNanos);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Due due && number == due.number;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }
  }

  /// A pipe that is read until its end.
  private final class Captured implements Host.Capture {
    private final Pipe pipe;
    private final Host.Sink sink;
    private final Host.Timer watch;
    private boolean isWriteEndOpen = true;
    private boolean isReadEndOpen = true;

    Captured(Pipe pipe, Host.Sink sink) {
      this.pipe = pipe;
      this.sink = sink;
      this.watch = watch(pipe.readEnd(), this::read);
    }

    @Override
    public int writeEnd() {
      return pipe.writeEnd();
    }

    @Override
    public void close() {
      if (isWriteEndOpen) {
        isWriteEndOpen = false;
        Posix.close(pipe.writeEnd());
      }
    }

    @Override
    public void finish() {
      close();
      int reads = 0;
      while (isReadEndOpen && reads < MAX_LAST_READS && read() > 0) {
        reads++;
      }
      end();
    }

    private int read() {
      int count = epoll.read(pipe.readEnd(), bytes);
      if (count > 0) {
        sink.bytes(bytes, count);
      } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
        end();
      }
      return count;
    }

    private void end() {
      if (isReadEndOpen) {
        isReadEndOpen = false;
        watch.cancel();
        Posix.close(pipe.readEnd());
        sink.end();
      }
    }
  }
}
