package dev.peregrine.init;

import java.time.Duration;

/// What init supervises beside the main command. Lives on the thread of its [Host].
///
/// ```
/// start(settled) ─► settled.run() once ─► ... ─► stop(limit, stopped) ─► stopped.run() once
/// ```
///
/// `stop` may come before `settled` was called. After `stopped`, output that processes have left in
/// pipes and messages on sockets are still taken until [#close], which comes last of all.
public interface Services {

  /// Whether there is anything to supervise, now or later. If not, and there is no main command,
  /// init has nothing to do.
  boolean hasAny();

  /// Opens what start-up scripts may want to use already, in front of them.
  void open();

  /// Starts them, after the start-up scripts. Calls `settled` when the main command may start, at
  /// the latest when the limit of its own says so.
  void start(Runnable settled);

  /// Takes them down in order. Calls `stopped` when all have ended; what is left when the limit is
  /// over is to be killed by then.
  void stop(Duration limit, Runnable stopped);

  /// Somebody does not want to wait any longer: kill what still runs now. Only during a stop.
  void kill();

  /// A signal for init that it has no use for, when there is no main command.
  void signalled(int number);

  /// The last step: every process has ended, or will by force. Writes out what is still to be
  /// written.
  void close();

  /// No services at all.
  static Services none() {
    return new Services() {
      @Override
      public boolean hasAny() {
        return false;
      }

      @Override
      public void open() {}

      @Override
      public void start(Runnable settled) {
        settled.run();
      }

      @Override
      public void stop(Duration limit, Runnable stopped) {
        stopped.run();
      }

      @Override
      public void kill() {}

      @Override
      public void signalled(int number) {}

      @Override
      public void close() {}
    };
  }
}
