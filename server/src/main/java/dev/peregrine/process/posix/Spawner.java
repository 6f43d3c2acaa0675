package dev.peregrine.process.posix;

import dev.peregrine.process.posix.SpawnResult.Failed;
import dev.peregrine.process.posix.SpawnResult.Started;
import dev.peregrine.process.posix.SpawnResult.Step;

/// Starts processes by `posix_spawn`: own process group or session, no signal blocked, every signal
/// at its default, no descriptor but the three standard ones.
///
/// What `posix_spawn` cannot set (account, umask, and the directory in front of glibc 2.29) is set
/// on a thread made for one spawn: on Linux these belong to a thread, and a child takes them from
/// the thread that starts it. All other threads stay as they are.
public final class Spawner {
  private static final int SIGCONT = 18;

  private Spawner() {}

  /// Starts a process; returns when its program runs or cannot.
  public static SpawnResult spawn(SpawnRequest request) {
    if (!NativeSpawn.canCloseFrom()) {
      Posix.closeAllOnExec();
    }
    Attempt attempt = new Attempt(request);
    if (attempt.needsOwnThread()) {
      runAside(attempt);
    } else {
      attempt.run();
    }
    return attempt.result();
  }

  private static void runAside(Attempt attempt) {
    Thread thread = Thread.ofPlatform().name("peregrine-spawn").daemon().unstarted(attempt);
    try {
      thread.start();
    } catch (OutOfMemoryError _) {
      return; // no thread for want of processes: the attempt stays at EAGAIN
    }
    boolean isInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// One try. Once the account is switched, this thread may not be able to read class files any
  /// more: from there on only code runs that has run before.
  private static final class Attempt implements Runnable {
    private final SpawnRequest request;
    private Step step = Step.SPAWN;
    private int errno = Errno.EAGAIN;
    private int program;
    private int pid;

    Attempt(SpawnRequest request) {
      this.request = request;
    }

    boolean needsOwnThread() {
      return request.identity().isPresent()
          || request.umask().isPresent()
          || !NativeSpawn.canChangeDirectory();
    }

    @Override
    public void run() {
      try (NativeSpawn spawn = new NativeSpawn(request);
          ThreadState state = new ThreadState(request)) {
        if (needsOwnThread() && !prepare(state)) {
          return;
        }
        step = Step.SPAWN;
        for (program = 0; program < request.programs().size(); program++) {
          errno = spawn.run(program);
          if (!Errno.mayBeElsewhere(errno)) {
            break;
          }
        }
        pid = spawn.pid();
        if (errno == 0 && mustSetForeground()) {
          Posix.setForeground(pid);
          Posix.kill(pid, SIGCONT); // it may have touched the terminal too early
        }
      }
    }

    private boolean mustSetForeground() {
      return request.leadership() == SpawnRequest.Leadership.FOREGROUND_GROUP
          && !NativeSpawn.canSetForeground();
    }

    private boolean prepare(ThreadState state) {
      step = Step.UNSHARE;
      errno = state.unshare();
      if (errno == 0) {
        step = Step.CHANGE_DIRECTORY;
        errno = NativeSpawn.canChangeDirectory() ? 0 : state.changeDirectory();
      }
      if (errno == 0 && state.isSwitching()) {
        errno = state.switchAccount();
        step = state.step();
      }
      return errno == 0;
    }

    SpawnResult result() {
      int last = Math.min(program, request.programs().size() - 1);
      return errno == 0 ? new Started(pid) : new Failed(step, errno, last);
    }
  }
}
