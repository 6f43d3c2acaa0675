package dev.peregrine.init;

import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.Launch;
import dev.peregrine.process.Placement;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.SpawnException;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import dev.peregrine.process.posix.Wait;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// The processes that init has started, and the one place that reaps: them, and every orphan that
/// the kernel gives to init. Lives on the thread of the loop, so that a child is always registered
/// before its status can be taken.
final class Children {
  private final Map<Integer, Started> started = new HashMap<>();
  private long orphans;

  /// Starts a process.
  Child start(ProcessSpec spec, Placement placement, Consumer<ExitStatus> ended)
      throws SpawnException {
    boolean leadsGroup = placement.leadership() != Leadership.NONE;
    Started child = new Started(Launch.prepare(spec).run(placement), leadsGroup, ended);
    started.put(child.pid, child);
    return child;
  }

  /// Reaps every process that has ended, and tells who waits for them; whether any child is left. A
  /// stranger's status is dropped at once: its id may be the next child's.
  boolean reap() {
    while (true) {
      Wait.Reaped reaped = Wait.tryReapAny();
      if (reaped.pid() <= 0) {
        return reaped.pid() != -Errno.ECHILD;
      }
      Started child = started.remove(reaped.pid());
      if (child == null) {
        orphans++;
      } else {
        child.isAlive = false;
        child.ended.accept(ExitStatus.ofWaitStatus(reaped.status()));
      }
    }
  }

  /// How many processes were reaped that init had not started.
  long orphans() {
    return orphans;
  }

  /// One child.
  private static final class Started implements Child {
    private final int pid;
    private final boolean leadsGroup;
    private final Consumer<ExitStatus> ended;
    private boolean isAlive = true;

    Started(int pid, boolean leadsGroup, Consumer<ExitStatus> ended) {
      this.pid = pid;
      this.leadsGroup = leadsGroup;
      this.ended = ended;
    }

    @Override
    public int pid() {
      return pid;
    }

    @Override
    public boolean isAlive() {
      return isAlive;
    }

    @Override
    public void signal(int number) {
      if (isAlive) {
        Posix.kill(pid, number);
      }
    }

    @Override
    public void signalGroup(int number) {
      if (isAlive && leadsGroup) {
        Posix.killGroup(pid, number);
      }
    }
  }
}
