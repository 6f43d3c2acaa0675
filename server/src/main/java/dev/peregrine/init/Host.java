package dev.peregrine.init;

import dev.peregrine.log.EventLog;
import dev.peregrine.process.Environment;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.Placement;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.SpawnException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// What init offers to everything that runs in it: processes, time, descriptors, a log.
///
/// All of init is one thread. Every method is called on it, but for [#execute], and every callback
/// comes on it; none of them may block. A callback that throws is logged, and init goes on. Nothing
/// here wakes the machine while nothing happens.
public interface Host {

  /// Starts a process. `ended` is called once, after this method has returned, when the process has
  /// been reaped.
  ///
  /// Every process starts with no signal blocked or ignored and with the descriptors of its
  /// placement only. With [Placement#streams] to a pipe of [#capture], give the pipe's write end.
  /// An account in `spec` that needs rights init does not have is an exception.
  Child start(ProcessSpec spec, Placement placement, Consumer<ExitStatus> ended)
      throws SpawnException;

  /// Runs an action once after a while.
  Timer after(Duration delay, Runnable action);

  /// Calls `readable` whenever the descriptor can be read, until it is cancelled. The callback
  /// reads once or until there is no more; what it leaves comes again. The descriptor stays the
  /// caller's, who cancels before it closes it.
  Timer watch(int descriptor, Runnable readable);

  /// Opens a pipe whose bytes go to a sink.
  Capture capture(Sink sink);

  /// Runs a task on this thread soon. From any thread.
  void execute(Runnable task);

  /// The environment for what is started now: the container's, with what is in its store.
  Environment environment();

  /// Asks for an ordered stop of everything; the container's exit code will be this one unless a
  /// main command or an earlier stop has set it.
  void stop(int exitCode, String reason);

  /// How many processes were reaped that init had not started.
  long orphans();

  /// How long it took from the start of init until the main command could run; empty before that.
  Optional<Duration> startTime();

  /// Where events of init go.
  EventLog log();

  /// Something that will happen and can be called off.
  interface Timer {
    /// Calls it off; nothing if it has happened.
    void cancel();
  }

  /// The read side of a pipe.
  interface Sink {
    /// Bytes came; they are valid during the call only.
    void bytes(byte[] buffer, int length);

    /// Nobody has the write end any more.
    void end();
  }

  /// A pipe that init reads. It survives the processes that write to it: close the write end when
  /// no further process is to get it.
  interface Capture {
    /// The descriptor to give to processes, closed on exec.
    int writeEnd();

    /// Closes the write end; [Sink#end] is called when the last process has closed it too.
    void close();

    /// Reads what is there and stops listening, whoever still has the write end; [Sink#end] is
    /// called.
    void finish();
  }
}
