package dev.peregrine.process.posix;

/// Error numbers of the Linux kernel, the same on x86-64 and aarch64.
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int E2BIG = 7;
  public static final int ENOEXEC = 8;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EEXIST = 17;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ETXTBSY = 26;
  public static final int EPIPE = 32;
  public static final int ENAMETOOLONG = 36;
  public static final int ELOOP = 40;

  private Errno() {}

  /// Whether a program that could not be started may still be found in another directory.
  static boolean mayBeElsewhere(int errno) {
    return errno == EACCES || errno == ENOENT || errno == ENOTDIR;
  }

  /// The usual words for an error number.
  public static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "operation not permitted";
      case ENOENT -> "no such file or directory";
      case ESRCH -> "no such process";
      case E2BIG -> "argument list too long";
      case ENOEXEC -> "not an executable format";
      case EAGAIN -> "resource temporarily unavailable";
      case ENOMEM -> "out of memory";
      case EACCES -> "permission denied";
      case EEXIST -> "is there already";
      case ENOTDIR -> "not a directory";
      case EISDIR -> "is a directory";
      case EINVAL -> "invalid argument";
      case ENFILE -> "too many open files in the system";
      case EMFILE -> "too many open files";
      case ETXTBSY -> "file is being written";
      case EPIPE -> "nobody reads the pipe";
      case ENAMETOOLONG -> "file name too long";
      case ELOOP -> "too many symbolic links";
      default -> "error " + errno;
    };
  }
}
