package dev.peregrine.process;

import dev.peregrine.process.posix.Epoll;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.SignalQueue;
import dev.peregrine.process.posix.Wait;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/// The duties of a server that is process 1 of a container: it hears signals sent to it before it
/// was ready, and ends what others have left running. Orphans are reaped by [Processes] anyhow.
public final class FirstProcess {
  private static final long LOOK_NANOS = 5_000_000;

  private FirstProcess() {}

  /// Whether this is process 1.
  public static boolean isThis() {
    return Posix.pid() == 1;
  }

  /// Hands every signal sent to this process to a taker, on a thread made for it. Only where the
  /// launcher has blocked all signals and the virtual machine leaves them alone.
  public static void takeSignals(IntConsumer taker) {
    Thread.ofPlatform().daemon().name("peregrine-signals").start(() -> take(taker));
  }

  private static void take(IntConsumer taker) {
    SignalQueue signals = new SignalQueue();
    Epoll epoll = new Epoll(1);
    epoll.add(signals.descriptor());
    while (true) {
      epoll.await();
      for (int signal = signals.poll(); signal != 0; signal = signals.poll()) {
        taker.accept(signal);
      }
    }
  }

  /// Asks everything that still runs in the container to end, waits, and kills what is left when
  /// the limit is over. After the end of [Processes]: nobody else may be waiting for children.
  public static void endOthers(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    Posix.killAll(Signal.TERM.number());
    Posix.killAll(Signal.CONT.number());
    while (hasChildren()) {
      if (System.nanoTime() - end > 0) {
        Posix.killAll(Signal.KILL.number());
        return;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /// Reaps whoever has ended; whether anybody is left.
  private static boolean hasChildren() {
    Wait.Reaped reaped;
    do {
      reaped = Wait.tryReapAny();
    } while (reaped.pid() > 0);
    return reaped.pid() != -Errno.ECHILD;
  }
}
