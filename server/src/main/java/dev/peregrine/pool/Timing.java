package dev.peregrine.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Time as the pool sees it: a clock that never goes back, the calendar, and timers.
public interface Timing {
  /// Nanoseconds on a clock that only goes forward.
  long nanoTime();

  /// The time of day, for people.
  Instant now();

  /// Runs an action soon, on a thread that may block; the caller does not wait.
  void soon(Runnable action);

  /// Runs an action once after a delay, on a thread that may block.
  Timer after(Duration delay, Runnable action);

  /// The system's time; actions are handed to an executor when they are due. Once scheduler and
  /// executor are shut down, nothing runs any more.
  static Timing system(ScheduledExecutorService scheduler, Executor executor) {
    return new Timing() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public void soon(Runnable action) {
        try {
          executor.execute(action);
        } catch (RejectedExecutionException _) {
          // The server has ended: so has whatever the action was about.
        }
      }

      @Override
      public Timer after(Duration delay, Runnable action) {
        try {
          ScheduledFuture<?> future =
              scheduler.schedule(() -> soon(action), delay.toNanos(), TimeUnit.NANOSECONDS);
          return () -> future.cancel(false);
        } catch (RejectedExecutionException _) {
          return () -> {};
        }
      }
    };
  }

  /// An action that is yet to run.
  interface Timer {
    /// Keeps the action from running, if it is not too late.
    void cancel();
  }
}
