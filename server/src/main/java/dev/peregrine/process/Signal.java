package dev.peregrine.process;

import java.util.Optional;

/// A signal that can be sent to a process, with its number on Linux (x86-64 and aarch64).
public enum Signal {
  HUP(1),
  INT(2),
  QUIT(3),
  ABRT(6),
  KILL(9),
  USR1(10),
  SEGV(11),
  USR2(12),
  PIPE(13),
  ALRM(14),
  TERM(15),
  CONT(18),
  STOP(19),
  TSTP(20),
  WINCH(28);

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /// The signal of a number, if it has a name here.
  public static Optional<Signal> of(int number) {
    for (Signal signal : values()) {
      if (signal.number == number) {
        return Optional.of(signal);
      }
    }
    return Optional.empty();
  }

  /// The usual name of a signal number, such as `SIGKILL`, or `signal 34`.
  public static String describe(int number) {
    return of(number).map(signal -> "SIG" + signal.name()).orElseGet(() -> rare(number));
  }

  private static String rare(int number) {
    return switch (number) {
      case 4 -> "SIGILL";
      case 5 -> "SIGTRAP";
      case 7 -> "SIGBUS";
      case 8 -> "SIGFPE";
      case 24 -> "SIGXCPU";
      case 25 -> "SIGXFSZ";
      case 31 -> "SIGSYS";
      default -> "signal " + number;
    };
  }
}
