package dev.peregrine.init;

import java.util.List;
import java.util.OptionalInt;

/// The signals of Linux by number and name; 1 to 64, the real-time ones from 34 (`RTMIN`) on.
final class SignalNumber {
  static final int HUP = 1;
  static final int INT = 2;
  static final int QUIT = 3;
  static final int ILL = 4;
  static final int TRAP = 5;
  static final int ABRT = 6;
  static final int BUS = 7;
  static final int FPE = 8;
  static final int KILL = 9;
  static final int SEGV = 11;
  static final int TERM = 15;
  static final int CHLD = 17;
  static final int CONT = 18;
  static final int STOP = 19;
  static final int TSTP = 20;
  static final int TTIN = 21;
  static final int TTOU = 22;
  static final int SYS = 31;
  static final int RTMIN = 34;
  static final int MAX = 64;

  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private SignalNumber() {}

  /// The signal of a number, or of a name with or without `SIG`.
  static OptionalInt parse(String text) {
    String name = text.startsWith("SIG") ? text.substring(3) : text;
    int index = NAMES.indexOf(name);
    if (index >= 0) {
      return OptionalInt.of(index + 1);
    }
    if (name.startsWith("RTMIN+")) {
      return number(name.substring(6), 0, MAX - RTMIN, RTMIN);
    }
    return name.equals("RTMIN") ? OptionalInt.of(RTMIN) : number(text, 1, MAX, 0);
  }

  private static OptionalInt number(String digits, int min, int max, int offset) {
    try {
      int number = Integer.parseInt(digits);
      return number >= min && number <= max ? OptionalInt.of(offset + number) : OptionalInt.empty();
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  /// The name of a number, such as `SIGTERM` or `SIGRTMIN+3`.
  static String describe(int number) {
    if (number >= 1 && number <= NAMES.size()) {
      return "SIG" + NAMES.get(number - 1);
    }
    return number >= RTMIN ? "SIGRTMIN+" + (number - RTMIN) : "signal " + number;
  }
}
