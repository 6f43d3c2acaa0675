package dev.peregrine.process.posix;

import dev.peregrine.process.posix.SpawnResult.Failed;
import dev.peregrine.process.posix.SpawnResult.Step;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The end of this program and the start of another in the same process, by `execve`: id, parent,
/// directory, umask and descriptors stay; no signal is blocked or ignored; all other threads
/// vanish.
public final class Exec {
  private static final int LAST_SIGNAL = 64;
  private static final int SIGNAL_SET_SIZE = 8;
  private static final int SIGNAL_ACTION_SIZE = 32;
  private static final long SIG_IGN = 1;
  private static final int SIG_SETMASK = 2;

  // The raw calls: those of the C library leave out the two signals that it keeps for itself.
  private static final boolean IS_X86 = System.getProperty("os.arch").equals("amd64");
  private static final int SYS_RT_SIGACTION = IS_X86 ? 13 : 134;
  private static final int SYS_RT_SIGPROCMASK = IS_X86 ? 14 : 135;

  private static final MemorySegment EXECVE = Libc.function("execve");
  private static final MemorySegment SYSCALL = Libc.function("syscall");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private Exec() {}

  /// Switches to the account, if it is another one, and becomes the first program that can be
  /// started. Returns only if none can; the thread keeps the account it has come to.
  ///
  /// Streams, directory, umask and leadership of the request do not matter.
  public static Failed run(SpawnRequest request) {
    try (Arena arena = Arena.ofConfined();
        ThreadState state = new ThreadState(request)) {
      List<MemorySegment> programs =
          request.programs().stream().map(program -> Libc.string(arena, program)).toList();
      MemorySegment arguments = Libc.strings(arena, request.arguments());
      MemorySegment environment = Libc.strings(arena, request.environment());
      closeOwnFilesOnExec();
      int errno = state.isSwitching() && !state.isSwitched() ? state.switchAccount() : 0;
      if (errno != 0) {
        return new Failed(state.step(), errno, 0);
      }
      clearSignals(arena);
      int program = 0;
      do {
        errno = -execute(programs.get(program), arguments, environment);
        program++;
      } while (program < programs.size() && Errno.mayBeElsewhere(errno));
      return new Failed(Step.SPAWN, errno, program - 1);
    }
  }

  private static int execute(
      MemorySegment program, MemorySegment arguments, MemorySegment environment) {
    return Libc.call(EXECVE, program.address(), arguments.address(), environment.address());
  }

  /// The virtual machine holds its class files open, not closed on exec; all other descriptors are
  /// the caller's, and meant for the program.
  private static void closeOwnFilesOnExec() {
    String home = System.getProperty("java.home");
    List<String> jars =
        List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));
    String[] open = DESCRIPTORS.toFile().list();
    for (String name : open == null ? new String[0] : open) {
      String target = target(name);
      if (target.startsWith(home + "/") || jars.contains(target)) {
        Posix.closeOnExec(Integer.parseInt(name));
      }
    }
  }

  private static String target(String descriptor) {
    try {
      return Files.readSymbolicLink(DESCRIPTORS.resolve(descriptor)).toString();
    } catch (IOException _) {
      return ""; // the one that listed the directory
    }
  }

  /// Only what is ignored stays so over an exec; the virtual machine's own handlers are needed
  /// until the last moment.
  private static void clearSignals(Arena arena) {
    MemorySegment action = arena.allocate(SIGNAL_ACTION_SIZE, 8);
    MemorySegment byDefault = arena.allocate(SIGNAL_ACTION_SIZE, 8);
    for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
      Libc.callLong(SYSCALL, SYS_RT_SIGACTION, signal, 0, action.address(), SIGNAL_SET_SIZE);
      if (Libc.view(action).getLong(0) == SIG_IGN) {
        Libc.callLong(SYSCALL, SYS_RT_SIGACTION, signal, byDefault.address(), 0, SIGNAL_SET_SIZE);
      }
    }
    MemorySegment none = arena.allocate(SIGNAL_SET_SIZE, 8);
    Libc.callLong(SYSCALL, SYS_RT_SIGPROCMASK, SIG_SETMASK, none.address(), 0, SIGNAL_SET_SIZE);
  }
}
