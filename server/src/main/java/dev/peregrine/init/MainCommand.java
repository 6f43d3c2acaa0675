package dev.peregrine.init;

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
  private @Nullable Child child;

  MainCommand(Host host, Options options) {
    this.host = host;
    this.options = options;
  }

  /// Starts it; it gets the terminal if init has it.
  void start(Consumer<ExitStatus> ended) throws SpawnException {
    Leadership leadership = options.main().leadership();
    if (leadership == Leadership.FOREGROUND_GROUP && Posix.foreground() < 0) {
      leadership = Leadership.GROUP;
    }
    Placement placement = Scripts.PLACEMENT.withLeadership(leadership);
    ProcessSpec spec = ProcessSpec.here(options.command(), host.environment());
    child = host.start(spec, placement, ended);
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
