package dev.peregrine.init;

import dev.peregrine.process.posix.Epoll;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Posix;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one thread that reads what services print and writes it to standard output.
///
/// It keeps no queue: where nobody takes its output it waits in `write`, the pipes of the services
/// fill, and so the services wait, each in its own `write`. Nothing is lost, nothing grows, and the
/// thread that supervises never waits. It sleeps while nobody prints, and reads each source once a
/// round, so that a flood delays the others by one read.
///
/// Any thread adds a source; only this one reads and closes them. The thread starts with the first
/// source.
final class LogPump {
  private static final int READ_SIZE = 64 * 1024;
  private static final int STDOUT = 1;
  private static final long FULL_NANOS = 2_000_000;

  private final Map<Integer, Source> sources = new HashMap<>(); // guarded by this
  private final byte[] bytes = new byte[READ_SIZE];
  private @Nullable Epoll epoll; // guarded by this
  private @Nullable Thread thread; // guarded by this
  private volatile boolean isFinishing;
  private final AtomicLong dropped = new AtomicLong();

  /// Something that prints.
  interface Source {
    /// Makes lines of what was read.
    byte[] lines(byte[] bytes, int length);

    /// The rest, at the end.
    byte[] end();
  }

  /// Takes over a descriptor that does not block.
  synchronized void add(int descriptor, Source source) {
    Epoll set = epoll;
    if (set == null) {
      set = new Epoll(READ_SIZE);
      epoll = set;
    }
    sources.put(descriptor, source);
    set.add(descriptor);
    if (thread == null) {
      Epoll started = set;
      thread = Thread.ofPlatform().daemon().name("init-log").start(() -> run(started));
    }
  }

  /// How many bytes standard output did not take.
  long dropped() {
    return dropped.get();
  }

  /// Reads and writes what is there, and closes every source; whether that was done in time.
  boolean finish(Duration limit) {
    Thread running;
    synchronized (this) {
      running = thread;
      isFinishing = true;
      if (epoll != null) {
        epoll.wake();
      }
    }
    try {
      return running == null || running.join(limit);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run(Epoll set) {
    while (!isFinishing) {
      int count = set.await();
      for (int i = 0; i < count; i++) {
        int descriptor = set.ready(i);
        if (descriptor >= 0) {
          pump(set, descriptor);
        }
      }
    }
    for (int descriptor : descriptors()) {
      while (pump(set, descriptor)) {
        // until there is no more
      }
      end(descriptor);
    }
  }

  private synchronized int[] descriptors() {
    return sources.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  /// Reads once; whether there may be more.
  private boolean pump(Epoll set, int descriptor) {
    Source source;
    synchronized (this) {
      source = sources.get(descriptor);
    }
    if (source == null) {
      return false;
    }
    int count = set.read(descriptor, bytes);
    if (count > 0) {
      write(source.lines(bytes, count));
      return true;
    }
    if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
      end(descriptor);
    }
    return false;
  }

  private void end(int descriptor) {
    Source source;
    synchronized (this) {
      source = sources.remove(descriptor);
    }
    if (source != null) {
      Posix.close(descriptor);
      write(source.end());
    }
  }

  private void write(byte[] lines) {
    byte[] left = lines;
    while (left.length > 0) {
      int count = Posix.write(STDOUT, left);
      if (count > 0) {
        left = Arrays.copyOfRange(left, count, left.length);
      } else if (count == -Errno.EAGAIN) {
        LockSupport.parkNanos(FULL_NANOS); // whoever started us made it so
      } else if (count != -Errno.EINTR) {
        dropped.addAndGet(left.length); // closed, or no room on the disk
        return;
      }
    }
  }
}
