package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.process.SpawnException.Reason;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.SpawnRequest;
import dev.peregrine.process.posix.SpawnResult;
import dev.peregrine.process.posix.SpawnResult.Step;
import java.nio.file.Path;
import java.util.Optional;

/// Finds out why a process could not be started, and says so in words.
final class SpawnFailures {
  private static final int HEAD_LENGTH = 256;

  private SpawnFailures() {}

  /// Loads what describes a failure, while there are descriptors to load it with.
  static void prepare() {
    SpawnException unused = noDescriptor(Errno.EMFILE);
    if (unused.shellCode() == 0) {
      throw new IllegalStateException(unused);
    }
  }

  static SpawnException closed() {
    return new SpawnException(
        Reason.CLOSED, "the server is stopping", "a running server", "start it again");
  }

  static void checkMaySwitch(int uid, Credentials account) throws SpawnException {
    if (uid != 0) {
      throw new SpawnException(
          Reason.CREDENTIALS,
          "cannot run as user " + account.user() + " from user id " + Integer.toUnsignedString(uid),
          "root, or the same user",
          "start the server as root, or remove the option `user`");
    }
  }

  static SpawnException noOutputFile(Path file, int errno) {
    boolean isLink = errno == Errno.ELOOP;
    return new SpawnException(
        Reason.OTHER,
        "cannot append to " + file + ": " + (isLink ? "a symbolic link" : Errno.describe(errno)),
        "a file this account may write to",
        "correct its permissions, or choose another file");
  }

  static void checkOpenFiles(long limit, long max) throws SpawnException {
    if (Long.compareUnsigned(limit, max) > 0) {
      throw openFiles(limit, max);
    }
  }

  static SpawnException openFiles(long limit, long max) {
    return new SpawnException(
        Reason.DESCRIPTOR_LIMIT,
        "a limit of " + limit + " open files",
        "at most " + Long.toUnsignedString(max) + ", the hard limit of the server",
        "lower it, or raise the server's (`ulimit -Hn`, `LimitNOFILE=` of systemd)");
  }

  static SpawnException noDescriptor(int errno) {
    return new SpawnException(
        Reason.DESCRIPTOR_LIMIT,
        "no pipe for the output of a process: " + Errno.describe(errno),
        "two free file descriptors a process",
        errno == Errno.ENFILE
            ? "raise fs.file-max"
            : "raise the limit of open files (`ulimit -n`, `LimitNOFILE=` of systemd)");
  }

  /// The exception for a failed request.
  static SpawnException describe(SpawnResult.Failed failed, SpawnRequest request) {
    byte[] directory = request.workingDirectory();
    if (failed.step() != Step.SPAWN && failed.step() != Step.CHANGE_DIRECTORY) {
      return credentials(failed, request);
    }
    boolean isAboutFiles =
        failed.errno() == Errno.ENOENT
            || failed.errno() == Errno.ENOTDIR
            || failed.errno() == Errno.EACCES;
    if (failed.step() == Step.CHANGE_DIRECTORY || (isAboutFiles && !Posix.isDirectory(directory))) {
      return new SpawnException(
          Reason.WORKING_DIRECTORY,
          "working directory " + text(directory) + ": " + Errno.describe(failed.errno()),
          "a directory" + forUser(request),
          "create it, or correct the path");
    }
    byte[] program = request.programs().get(failed.program());
    byte[] file = ProgramSearch.absolute(program, directory);
    return switch (failed.errno()) {
      case Errno.ENOENT, Errno.ENOTDIR -> missing(file);
      case Errno.EACCES -> notAllowed(file, request);
      case Errno.ENOEXEC -> wrongFormat(file);
      case Errno.EAGAIN -> processLimit(file);
      case Errno.E2BIG -> tooLarge(file, request);
      case Errno.ENOMEM ->
          new SpawnException(
              Reason.OUT_OF_MEMORY,
              text(file) + ": no memory to start it",
              "free memory",
              "stop other programs, run fewer workers, or raise the memory limit");
      case Errno.EMFILE, Errno.ENFILE -> noDescriptor(failed.errno());
      case Errno.ETXTBSY ->
          new SpawnException(
              Reason.NOT_EXECUTABLE,
              text(file) + " is open for writing",
              "a finished file",
              "wait until its installation is done");
      default ->
          new SpawnException(
              Reason.OTHER,
              text(file) + ": " + Errno.describe(failed.errno()),
              "a program that can be started",
              "try it in a shell" + forUser(request));
    };
  }

  private static SpawnException missing(byte[] file) {
    if (!Posix.exists(file)) {
      return new SpawnException(
          Reason.NOT_FOUND,
          text(file) + ": no such file",
          "a program",
          "install it, or correct the path");
    }
    Optional<String> interpreter = interpreter(file);
    if (interpreter.isEmpty()) {
      return new SpawnException(
          Reason.INTERPRETER_MISSING,
          text(file) + " needs a dynamic loader that is not installed",
          "a program built for this system's C library",
          "install the build for this system (glibc or musl)");
    }
    boolean hasCarriageReturn = interpreter.get().endsWith("\r");
    String name = interpreter.get().strip();
    return new SpawnException(
        Reason.INTERPRETER_MISSING,
        hasCarriageReturn
            ? text(file) + ": its first line ends in CR LF"
            : text(file) + " names the interpreter " + name + ", which does not exist",
        hasCarriageReturn ? "lines that end in LF" : "an installed interpreter",
        hasCarriageReturn
            ? "convert it, for example with `sed -i 's/\\r$//'`"
            : "install " + name + ", or correct the first line");
  }

  private static SpawnException notAllowed(byte[] file, SpawnRequest request) {
    if (Posix.isDirectory(file)) {
      return new SpawnException(
          Reason.NOT_EXECUTABLE,
          text(file) + " is a directory",
          "a program",
          "name the file in it that is to be started");
    }
    if (!Posix.exists(file)) {
      return new SpawnException(
          Reason.NOT_EXECUTABLE,
          text(file) + " cannot be reached",
          "directories that may be searched" + forUser(request),
          "correct their permissions");
    }
    if (Posix.isExecutable(file)) {
      return new SpawnException(
          Reason.NOT_EXECUTABLE,
          text(file) + " may not be executed" + forUser(request),
          "permission for it, its interpreter, its directories and "
              + text(request.workingDirectory()),
          "correct the permissions, or the `noexec` option of the file system");
    }
    return new SpawnException(
        Reason.NOT_EXECUTABLE,
        text(file) + " is not executable",
        "a file with execute permission",
        "chmod +x " + text(file));
  }

  private static SpawnException wrongFormat(byte[] file) {
    return new SpawnException(
        Reason.NOT_EXECUTABLE,
        text(file) + " is neither a program for this processor nor a script",
        "a program for " + System.getProperty("os.arch"),
        "install the build for this machine");
  }

  private static SpawnException processLimit(byte[] file) {
    return new SpawnException(
        Reason.PROCESS_LIMIT,
        text(file) + ": the limit of processes is reached",
        "room for one more process",
        "raise it (`ulimit -u`, `TasksMax=` of systemd, pids limit of the container)"
            + " or run fewer workers");
  }

  private static SpawnException tooLarge(byte[] file, SpawnRequest request) {
    long arguments = request.arguments().stream().mapToLong(bytes -> bytes.length + 1L).sum();
    long variables = request.environment().stream().mapToLong(bytes -> bytes.length + 1L).sum();
    return new SpawnException(
        Reason.TOO_LARGE,
        text(file) + ": " + arguments + " bytes of arguments and " + variables + " of environment",
        "at most 128 KiB each string, and a quarter of the stack limit in all",
        "pass less, or raise `ulimit -s`");
  }

  private static SpawnException credentials(SpawnResult.Failed failed, SpawnRequest request) {
    return new SpawnException(
        Reason.CREDENTIALS,
        "cannot run"
            + forUser(request)
            + ": "
            + step(failed.step())
            + " gave "
            + Errno.describe(failed.errno()),
        "a server that may change its account (CAP_SETUID, CAP_SETGID)",
        "give the server these capabilities, or remove the option `user`");
  }

  private static String step(Step step) {
    return switch (step) {
      case UNSHARE -> "unshare";
      case CHANGE_DIRECTORY -> "chdir";
      case NO_NEW_PRIVILEGES -> "prctl";
      case SET_GROUPS -> "setgroups";
      case SET_GID -> "setresgid";
      case SET_UID -> "setresuid";
      case VERIFY_IDENTITY -> "the check of the new ids";
      case SPAWN -> "posix_spawn";
    };
  }

  private static String forUser(SpawnRequest request) {
    return request
        .identity()
        .map(identity -> " as user id " + Integer.toUnsignedString(identity.uid()))
        .orElse("");
  }

  /// What the first line of a script names after `#!`.
  private static Optional<String> interpreter(byte[] file) {
    String head = text(Posix.head(file, HEAD_LENGTH));
    if (!head.startsWith("#!")) {
      return Optional.empty();
    }
    String line = head.substring(2).lines().findFirst().orElse("");
    int lineEnd = head.indexOf('\n');
    boolean hasCarriageReturn = lineEnd > 0 && head.charAt(lineEnd - 1) == '\r';
    String path = line.strip();
    int blank = path.indexOf(' ');
    if (blank >= 0) {
      return Optional.of(path.substring(0, blank));
    }
    return Optional.of(hasCarriageReturn ? path + "\r" : path);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
