package dev.peregrine.init;

import dev.peregrine.process.ExitStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How runit's programs talk: letters for orders, arguments of `finish`. Pure.
final class RunitProtocol {
  private static final int NOT_STARTED = 111;

  private RunitProtocol() {}

  /// The letter of a signal, which is the name of its control script; empty if it has none.
  static String letter(int signal) {
    return switch (signal) {
      case 1 -> "h";
      case 2 -> "i";
      case 3 -> "q";
      case 9 -> "k";
      case 10 -> "1";
      case 12 -> "2";
      case 14 -> "a";
      case 15 -> "t";
      case 18 -> "c";
      case 19 -> "p";
      default -> "";
    };
  }

  /// The signal of a letter; 0 if it is none of a signal.
  static int signal(char letter) {
    return switch (letter) {
      case 'h' -> 1;
      case 'i' -> 2;
      case 'q' -> 3;
      case 'k' -> 9;
      case '1' -> 10;
      case '2' -> 12;
      case 'a' -> 14;
      case 't' -> 15;
      case 'c' -> 18;
      case 'p' -> 19;
      default -> 0;
    };
  }

  /// The call of `finish`: exit code, or -1 if a signal ended the service, and that signal; 111 if
  /// it did not even start.
  static List<String> finish(@Nullable ExitStatus status) {
    return switch (status) {
      case null -> finish(NOT_STARTED, 0);
      case ExitStatus.Exited(int code) -> finish(code, 0);
      case ExitStatus.Signalled(int signal, _) -> finish(-1, signal);
    };
  }

  private static List<String> finish(int code, int signal) {
    return List.of("./finish", Integer.toString(code), Integer.toString(signal));
  }
}
