package dev.peregrine.init;

import dev.peregrine.init.Options.Part;
import dev.peregrine.init.Options.Reach;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.Placement;
import dev.peregrine.process.ProcessSnapshot;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.SpawnException;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The command whose end is the container's end, and whose exit code is the container's. Signals
/// are passed on to it.
final class MainCommand implements Shutdown.Main {
  private final Host host;
  private final Options options;
  private final Handover handover;
  private @Nullable Child child;

  MainCommand(Host host, Options options, Handover handover) {
    this.host = host;
    this.options = options;
    this.handover = handover;
  }

  /// What the main command gets from whoever started init.
  interface Handover {
    /// Gives the terminal up for a session of the command's own; whether there was one.
    boolean leavesTerminal();

    /// The sockets that were passed to init, for the command.
    PassedSockets sockets();
  }

  /// Starts it; it gets the terminal if init has it.
  void start(Consumer<ExitStatus> ended) throws SpawnException {
    Leadership leadership = leadership();
    PassedSockets sockets = handover.sockets();
    Placement placement =
        Scripts.PLACEMENT.withLeadership(leadership).withPassed(sockets.descriptors());
    ProcessSpec spec =
        ProcessSpec.here(
            sockets.command(options.command()), sockets.environment(host.environment()));
    child =
        host.start(
            spec,
            placement,
            status -> {
              afterwards(leadership);
              ended.accept(status);
            });
  }

  private Leadership leadership() {
    boolean isForeground = Posix.foreground() == Posix.groupOf(0);
    return switch (options.main().leadership()) {
      case FOREGROUND_GROUP -> isForeground ? Leadership.FOREGROUND_GROUP : Leadership.GROUP;
      case TERMINAL_SESSION ->
          isForeground && handover.leavesTerminal()
              ? Leadership.TERMINAL_SESSION
              : Leadership.SESSION;
      case NONE -> Leadership.NONE;
      case GROUP -> Leadership.GROUP;
      case SESSION -> Leadership.SESSION;
    };
  }

  private void afterwards(Leadership leadership) {
    if (leadership == Leadership.FOREGROUND_GROUP) {
      Posix.setForeground(Posix.groupOf(0)); // so that Ctrl-C reaches init during the stop
    }
    if (child != null && options.main().reach() == Reach.GROUP && !options.has(Part.STRAYS)) {
      Posix.killGroup(
          child.pid(), SignalNumber.TERM); // reaped this moment: its id is still its own
    }
  }

  @Override
  public boolean isAlive() {
    return child != null && child.isAlive();
  }

  /// Passes a signal on.
  void signal(int number) {
    if (child == null) {
      return;
    }
    switch (options.main().reach()) {
      case PROCESS -> child.signal(number);
      case GROUP -> child.signalGroup(number);
    }
  }

  @Override
  public void stop(int signal, Duration limit) {
    Child stopping = child;
    if (stopping == null) {
      return;
    }
    Takedown takedown = new Takedown(host, stopping);
    if (limit.isZero()) {
      takedown.kill();
      return;
    }
    signal(signal);
    if (ProcessSnapshot.of(stopping.pid()).map(ProcessSnapshot::isStopped).orElse(false)) {
      signal(SignalNumber.CONT);
    }
    takedown.killAfter(limit);
  }

  @Override
  public void kill() {
    if (child != null) {
      new Takedown(host, child).kill();
    }
  }
}
