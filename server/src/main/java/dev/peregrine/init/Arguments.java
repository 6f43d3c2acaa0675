package dev.peregrine.init;

import dev.peregrine.process.Environment;
import dev.peregrine.process.RawString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the command line of init in the manner of the name it was called by: its own, which is
/// also that of `my_init`, or that of `tini` or `dumb-init`.
final class Arguments {
  /// Exit code for a command line that cannot be.
  static final int USAGE = 2;

  static final String NOTHING_TO_DO =
      "init: no command and no services (expected at least one);"
          + " give a command, as in `peregrine init -- PROGRAM`, or make a service directory";

  private Arguments() {}

  /// What the command line asks for.
  sealed interface Answer {}

  /// To run.
  ///
  /// @param options how
  record Run(Options options) implements Answer {}

  /// To say something and end.
  ///
  /// @param text what to say
  /// @param code exit code
  record Said(String text, int code) implements Answer {}

  static Answer read(Invocation invocation) {
    try {
      return switch (invocation.name()) {
        case "tini", "tini-static" -> new TiniFlags(invocation).read();
        case "dumb-init" -> new DumbInitFlags(invocation).read();
        default -> new InitFlags(invocation).read();
      };
    } catch (Misuse e) {
      return new Said(invocation.name() + ": " + e.getMessage() + "\n", e.code);
    }
  }

  /// A mistake on the command line or in a variable; the message is for who made it.
  static final class Misuse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    Misuse(String found, String expected, String remedy) {
      this(USAGE, found, expected, remedy);
    }

    Misuse(int code, String found, String expected, String remedy) {
      super(found + " (expected " + expected + "); " + remedy, null, false, false);
      this.code = code;
    }
  }

  /// The words of a command line, taken from the front in the manner of `getopt`: letters may be
  /// joined (`-vg`), values may be joined to their flag (`-e143`, `--rewrite=15:3`).
  static final class Words {
    private final Deque<RawString> words;
    private final Environment environment;
    private final String lettersWithValue;
    private @Nullable String joined;

    /// @param lettersWithValue the one-letter flags that take a value
    Words(Invocation invocation, String lettersWithValue) {
      this.words = new ArrayDeque<>(invocation.arguments());
      this.environment = invocation.environment();
      this.lettersWithValue = lettersWithValue;
    }

    /// The next flag, such as `-g` or `--quiet`; null when the command begins.
    @Nullable String nextFlag() {
      if (joined != null) {
        return nextLetter(joined);
      }
      RawString word = words.peek();
      String text = word == null ? "" : word.toString();
      if (text.length() < 2 || text.charAt(0) != '-') {
        return null;
      }
      words.remove();
      if (text.equals("--")) {
        return null;
      }
      if (!text.startsWith("--")) {
        return nextLetter(text.substring(1));
      }
      int equals = text.indexOf('=');
      joined = equals < 0 ? null : text.substring(equals);
      return equals < 0 ? text : text.substring(0, equals);
    }

    private String nextLetter(String letters) {
      if (letters.startsWith("=")) {
        throw new Misuse(
            "a flag with the value '" + letters.substring(1) + "'", "no value", "remove it");
      }
      String rest = letters.substring(1);
      joined = rest.isEmpty() ? null : rest;
      if (joined != null && lettersWithValue.indexOf(letters.charAt(0)) >= 0) {
        joined = "=" + rest;
      }
      return "-" + letters.charAt(0);
    }

    /// The value of the flag just taken.
    String value(String flag) {
      String value = joined;
      joined = null;
      if (value != null) {
        return value.substring(1);
      }
      RawString word = words.poll();
      if (word == null) {
        throw new Misuse(flag + " without a value", "one", "give it, or remove " + flag);
      }
      return word.toString();
    }

    /// Takes the next word if it is a program of this name.
    boolean skip(String program) {
      String word = words.isEmpty() ? "" : words.getFirst().toString();
      boolean isMeant = word.substring(word.lastIndexOf('/') + 1).equals(program);
      if (isMeant) {
        words.remove();
      }
      return isMeant;
    }

    /// The command behind the flags.
    List<RawString> command() {
      return List.copyOf(words);
    }

    /// A variable of the caller's.
    Optional<String> variable(String name) {
      return environment.value(name);
    }
  }

  static int signal(String flag, String text) {
    return SignalNumber.parse(text)
        .orElseThrow(() ->
            new Misuse(
                flag + ": no signal is called '" + text + "'",
                "a name such as TERM or a number from 1 to 64",
                "`kill -l` lists them"));
  }

  static int code(String flag, String text) {
    try {
      int code = Integer.parseInt(text);
      if (code >= 0 && code <= ExitCodes.MAX) {
        return code;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new Misuse(flag + ": exit code '" + text + "'", "a number from 0 to 255", "correct it");
  }

  /// Reads `A:B`, both signals; `0` for B drops.
  static SignalRules rewrite(SignalRules rules, String flag, String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new Misuse(
          flag + " " + text, "FROM:TO, two signals, or FROM:0", "write for example 15:3");
    }
    int from = signal(flag, text.substring(0, colon));
    String to = text.substring(colon + 1);
    return to.equals("0") ? rules.without(from) : rules.with(from, signal(flag, to));
  }

  static Misuse unknown(String flag) {
    return new Misuse(
        "unknown flag " + flag,
        "a flag of `--help`",
        "put `--` in front of a command that begins with a dash");
  }
}
