package dev.peregrine.pool;

import dev.peregrine.app.WorkerProtocol;
import java.util.List;
import java.util.OptionalInt;

/// Where workers come from.
public interface WorkerSource {
  /// Begins to start a worker and returns at once; never fails by an exception.
  ///
  /// Of [WorkerListener#ready] and [WorkerListener#failed] exactly one follows, the latter only
  /// when nothing of the process is left; after `ready` there is exactly one
  /// [WorkerListener#exited].
  WorkerHandle start(String name, WorkerListener listener);

  /// The pool's hold on one process; all its methods may block for a moment but not longer, and do
  /// nothing once the process is gone.
  interface WorkerHandle {
    /// The process id, once there is one.
    OptionalInt pid();

    /// Asks for a [WorkerListener#pong] with the same number.
    void ping(long id);

    /// Asks for a [WorkerListener#slotFree] as soon as nothing runs in the slot of that number.
    void awaitSlot(int index);

    /// Tells the worker to take no further connection and to end when it has answered what it has.
    void drain();

    /// Tells the worker to end now, by its own means.
    void terminate();

    /// Kills the process and its whole group.
    void kill();

    /// Looks at the process from outside.
    Vitals vitals();
  }

  /// What a worker tells the pool; called on any thread, never under a lock of the source.
  interface WorkerListener {
    /// It takes requests.
    void ready(ReadyWorker worker);

    /// It did not come to take requests, and is gone.
    void failed(StartFailure failure);

    /// It has ended.
    void exited(WorkerExit exit);

    /// Its control connection was closed: it is dead or about to be.
    void disconnected();

    /// It answered a ping.
    void pong(long id);

    /// Nothing runs in the slot of that number any more, which had been asked for.
    void slotFree(int index);
  }

  /// What a worker offers.
  ///
  /// @param endpoints a socket a slot for [WorkerProtocol#GATEWAY], else one for all
  /// @param concurrency requests at once; empty: no bound
  /// @param isControlled whether it listens to what the server tells it, and answers pings
  record ReadyWorker(
      int pid,
      WorkerProtocol protocol,
      List<Endpoint> endpoints,
      OptionalInt concurrency,
      boolean isControlled,
      String runtime,
      String framework) {
    public ReadyWorker {
      endpoints = List.copyOf(endpoints);
      if (endpoints.isEmpty()) {
        throw new IllegalArgumentException("endpoints: none (expected at least one)");
      }
    }
  }

  /// How a worker ended.
  ///
  /// @param status in words, such as `killed by signal 9`
  /// @param isKilled whether a KILL signal ended it
  /// @param isOutOfMemory whether the kernel killed it for want of memory
  /// @param output the last lines that it wrote
  record WorkerExit(String status, boolean isKilled, boolean isOutOfMemory, List<String> output) {
    public WorkerExit {
      output = List.copyOf(output);
    }
  }

  /// A process seen from outside.
  ///
  /// @param isAlive whether it exists and is no zombie
  /// @param isStopped whether it was stopped by a signal
  /// @param cpuTicks processor time used since its start
  record Vitals(boolean isAlive, boolean isStopped, long residentBytes, long cpuTicks) {
    /// A process that is not there.
    static final Vitals GONE = new Vitals(false, false, 0, 0);
  }
}
