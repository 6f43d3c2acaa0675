package dev.peregrine.process.posix;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// System calls that need no more than numbers and names. A negative result is minus the error
/// number.
public final class Posix {
  private static final int F_OK = 0;
  private static final int X_OK = 1;
  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  private static final int O_APPEND = 0x400;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_SETFD = 2;
  private static final int F_SETFL = 4;
  private static final int FD_CLOEXEC = 1;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int RLIMIT_NOFILE = 7;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int TIOCNOTTY = 0x5422;
  private static final int POLLOUT = 4;
  private static final int SC_CLK_TCK = 2;
  private static final int SC_PAGESIZE = 30;
  private static final int SIGCHLD = 17;

  // These differ between the two architectures.
  private static final boolean IS_X86 = System.getProperty("os.arch").equals("amd64");
  private static final int O_DIRECTORY = IS_X86 ? 0x10000 : 0x4000;
  private static final int O_NOFOLLOW = IS_X86 ? 0x20000 : 0x8000;

  private static final MemorySegment ACCESS = Libc.function("access");
  private static final MemorySegment CLOSE = Libc.function("close");
  private static final Optional<MemorySegment> CLOSE_RANGE = Libc.optionalFunction("close_range");
  private static final MemorySegment FCNTL = Libc.function("fcntl");
  private static final MemorySegment GETEUID = Libc.function("geteuid");
  private static final MemorySegment GETPGID = Libc.function("getpgid");
  private static final MemorySegment GETPID = Libc.function("getpid");
  private static final MemorySegment IOCTL = Libc.function("ioctl");
  private static final MemorySegment KILL = Libc.function("kill");
  private static final MemorySegment OPEN = Libc.function("open");
  private static final MemorySegment PIPE2 = Libc.function("pipe2");
  private static final MemorySegment POLL = Libc.function("poll");
  private static final MemorySegment PRCTL = Libc.function("prctl");
  private static final MemorySegment PRLIMIT = Libc.function("prlimit");
  private static final MemorySegment READ = Libc.function("read");
  private static final MemorySegment SIGNAL = Libc.function("signal");
  private static final MemorySegment SYSCONF = Libc.function("sysconf");
  private static final MemorySegment TCGETPGRP = Libc.function("tcgetpgrp");
  private static final MemorySegment TCSETPGRP = Libc.function("tcsetpgrp");
  private static final MemorySegment UMASK = Libc.function("umask");
  private static final MemorySegment WRITE = Libc.function("write");

  private Posix() {}

  /// The effective user id of this process.
  public static int uid() {
    return Libc.call(GETEUID);
  }

  /// The id of this process.
  public static int pid() {
    return Libc.call(GETPID);
  }

  /// Sends a signal to every process this one may signal, itself excepted.
  public static int killAll(int signal) {
    return Libc.call(KILL, -1, signal);
  }

  /// The signal this process gets when the thread that started it ends; 0 for none.
  public static int signalAtParentDeath(int signal) {
    return Libc.call(PRCTL, PR_SET_PDEATHSIG, signal);
  }

  /// The foreground process group of the terminal at standard input; negative if there is no such
  /// terminal, or it is not this session's.
  public static int foreground() {
    return Libc.call(TCGETPGRP, 0);
  }

  /// Makes a process group of this session the foreground one of the terminal at standard input.
  /// The calling thread has `SIGTTOU` blocked.
  public static int setForeground(int group) {
    return Libc.call(TCSETPGRP, 0, group);
  }

  /// Gives up the terminal at standard input, so that another session can have it. Its foreground
  /// group, and this process, get `SIGHUP` and `SIGCONT`.
  public static int leaveTerminal() {
    return Libc.call(IOCTL, 0, TIOCNOTTY);
  }

  /// Whether a few thousand bytes can be written without waiting.
  public static boolean isWritable(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment poll = arena.allocate(8, 4);
      ByteBuffer view = Libc.view(poll).putInt(0, descriptor).putShort(4, (short) POLLOUT);
      return Libc.call(POLL, poll.address(), 1, 0) > 0 && (view.getShort(6) & POLLOUT) != 0;
    }
  }

  /// Another descriptor for the same file, with a number no lower than `min`, closed on exec.
  public static int duplicateFrom(int descriptor, int min) {
    return Libc.call(FCNTL, descriptor, F_DUPFD_CLOEXEC, min);
  }

  /// Sends a signal to a process; 0 only asks whether it is there.
  public static int kill(int pid, int signal) {
    return Libc.call(KILL, pid, signal);
  }

  /// Sends a signal to a process group.
  public static int killGroup(int group, int signal) {
    return Libc.call(KILL, -group, signal);
  }

  /// The process group of a process.
  public static int groupOf(int pid) {
    return Libc.call(GETPGID, pid);
  }

  /// Sets the file mode creation mask of the whole process; the result is the old one.
  public static int umask(int mask) {
    return Libc.call(UMASK, mask);
  }

  /// Whether orphans among the descendants of this process become its children.
  public static int adoptOrphans(boolean isAdopting) {
    return Libc.call(PRCTL, PR_SET_CHILD_SUBREAPER, isAdopting ? 1 : 0);
  }

  /// Makes ended children stay until they are waited for, even if whoever started this program
  /// ignored `SIGCHLD`.
  public static void keepEndedChildren() {
    Libc.callLong(SIGNAL, SIGCHLD, 0);
  }

  /// Clock ticks a second in the times of `/proc`.
  public static long clockTicks() {
    return Libc.callLong(SYSCONF, SC_CLK_TCK);
  }

  /// Bytes in a page of memory.
  public static long pageSize() {
    return Libc.callLong(SYSCONF, SC_PAGESIZE);
  }

  /// Limit of open files of a process, soft and hard.
  public static int limitOpenFiles(int pid, long limit) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(2 * Long.BYTES, Long.BYTES);
      Libc.view(pair).putLong(limit).putLong(limit);
      return Libc.call(PRLIMIT, pid, RLIMIT_NOFILE, pair.address(), 0);
    }
  }

  /// The hard limit of open files of this process.
  public static long maxOpenFiles() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(2 * Long.BYTES, Long.BYTES);
      Libc.call(PRLIMIT, 0, RLIMIT_NOFILE, 0, pair.address());
      return Libc.view(pair).getLong(Long.BYTES);
    }
  }

  /// Whether a file exists and can be reached.
  public static boolean exists(byte[] path) {
    return access(path, F_OK) == 0;
  }

  /// Whether this process may execute a file, or search a directory.
  public static boolean isExecutable(byte[] path) {
    return access(path, X_OK) == 0;
  }

  private static int access(byte[] path, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.call(ACCESS, Libc.string(arena, path).address(), mode);
    }
  }

  /// Whether a path leads to a directory.
  public static boolean isDirectory(byte[] path) {
    int descriptor = open(path, O_DIRECTORY | O_NONBLOCK, 0);
    if (descriptor >= 0) {
      close(descriptor);
      return true;
    }
    return descriptor == -Errno.EACCES && exists(withSlash(path));
  }

  private static byte[] withSlash(byte[] path) {
    byte[] longer = Arrays.copyOf(path, path.length + 1);
    longer[path.length] = '/';
    return longer;
  }

  /// The first bytes of a file, at most `length`; none if it cannot be read.
  public static byte[] head(byte[] path, int length) {
    int descriptor = open(path, O_NONBLOCK, 0);
    if (descriptor < 0) {
      return new byte[0];
    }
    try {
      byte[] bytes = new byte[length];
      int count = read(descriptor, bytes);
      return Arrays.copyOf(bytes, Math.max(0, count));
    } finally {
      close(descriptor);
    }
  }

  /// Opens a file to append to, made with mode 0640 if it is not there; the last part of the path
  /// may not be a symbolic link.
  public static int openToAppend(byte[] path) {
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0640);
  }

  /// Opens a named pipe so that it never comes to its end; not through a symbolic link.
  static int openBothWays(byte[] path) {
    return open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW, 0);
  }

  private static int open(byte[] path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      int descriptor = Libc.call(OPEN, Libc.string(arena, path).address(), flags | O_CLOEXEC, mode);
      return aboveStandard(descriptor);
    }
  }

  /// Opens a pipe, closed on exec, whose read end never blocks.
  public static Pipe outputPipe() {
    Pipe pipe = pipe();
    if (pipe.isOpen()) {
      Libc.call(FCNTL, pipe.readEnd(), F_SETFL, O_NONBLOCK);
    }
    return pipe;
  }

  /// Opens a pipe, closed on exec, whose write end never blocks.
  public static Pipe commandPipe() {
    Pipe pipe = pipe();
    if (pipe.isOpen()) {
      Libc.call(FCNTL, pipe.writeEnd(), F_SETFL, O_NONBLOCK);
    }
    return pipe;
  }

  /// Opens a pipe, closed on exec.
  public static Pipe pipe() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(2 * Integer.BYTES, Integer.BYTES);
      int result = Libc.call(PIPE2, pair.address(), O_CLOEXEC);
      if (result < 0) {
        return new Pipe(result, result);
      }
      int readEnd = aboveStandard(Libc.view(pair).getInt(0));
      int writeEnd = aboveStandard(Libc.view(pair).getInt(Integer.BYTES));
      int worst = Math.min(readEnd, writeEnd);
      if (worst < 0) {
        close(readEnd);
        close(writeEnd);
        return new Pipe(worst, worst);
      }
      return new Pipe(readEnd, writeEnd);
    }
  }

  /// Moves a descriptor away from 0 to 2, which are free if this program was started without them.
  static int aboveStandard(int descriptor) {
    if (descriptor < 0 || descriptor > 2) {
      return descriptor;
    }
    int moved = Libc.call(FCNTL, descriptor, F_DUPFD_CLOEXEC, 3);
    close(descriptor);
    return moved;
  }

  /// Reads once; 0 at the end.
  public static int read(int descriptor, byte[] into) {
    try (Arena arena = Arena.ofConfined()) {
      return read(descriptor, arena.allocate(into.length), into);
    }
  }

  /// Marks all descriptors from 3 on as closed on exec.
  static void closeAllOnExec() {
    if (CLOSE_RANGE.isPresent()
        && Libc.call(CLOSE_RANGE.get(), 3, 0xffffffffL, CLOSE_RANGE_CLOEXEC) == 0) {
      return;
    }
    String[] open = new File("/proc/self/fd").list();
    for (String name : open == null ? new String[0] : open) {
      int descriptor = Integer.parseInt(name);
      if (descriptor > 2) {
        closeOnExec(descriptor);
      }
    }
  }

  static void closeOnExec(int descriptor) {
    Libc.call(FCNTL, descriptor, F_SETFD, FD_CLOEXEC);
  }

  static int read(int descriptor, MemorySegment buffer, byte[] into) {
    int count = (int) Libc.callLong(READ, descriptor, buffer.address(), into.length);
    if (count > 0) {
      Libc.view(buffer).get(into, 0, count);
    }
    return count;
  }

  /// Writes once.
  public static int write(int descriptor, byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = Libc.string(arena, bytes);
      return (int) Libc.callLong(WRITE, descriptor, buffer.address(), bytes.length);
    }
  }

  public static void close(int descriptor) {
    if (descriptor >= 0) {
      Libc.call(CLOSE, descriptor);
    }
  }
}
