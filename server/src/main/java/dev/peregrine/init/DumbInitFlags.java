package dev.peregrine.init;

import dev.peregrine.init.Arguments.Misuse;
import dev.peregrine.init.Options.MainProcess;
import dev.peregrine.init.Options.Reach;
import dev.peregrine.init.Options.Talk;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import java.nio.file.Path;
import java.util.EnumSet;

/// The command line of dumb-init: signals are passed on, by default to a session of the command's
/// own, and orphans reaped.
final class DumbInitFlags {
  private static final int MISUSED = 1;
  private static final int NOT_STARTED = 2;
  private static final String HELP =
      """
      Usage: dumb-init [FLAGS] PROGRAM [ARGUMENT...]

        -c, --single-child      pass signals to the program alone, in our session
        -r, --rewrite FROM:TO   pass a signal on as another one; TO 0 drops it
        -v, --verbose           say more
        -h, --help
        -V, --version
      """;

  private final Arguments.Words words;
  private SignalRules rules = SignalRules.standard();
  private boolean isOwnSession;
  private Talk talk = Talk.QUIET;

  DumbInitFlags(Invocation invocation) {
    words = new Arguments.Words(invocation, "r");
    isOwnSession = !words.variable("DUMB_INIT_SETSID").orElse("1").equals("0");
    if (words.variable("DUMB_INIT_DEBUG").orElse("0").equals("1")) {
      talk = Talk.NORMAL;
    }
  }

  Arguments.Answer read() {
    SignalRules rewritten = rules;
    for (String flag = words.nextFlag(); flag != null; flag = words.nextFlag()) {
      switch (flag) {
        case "-h", "--help" -> {
          return new Arguments.Said(HELP, 0);
        }
        case "-V", "--version" -> {
          return new Arguments.Said("dumb-init (peregrine init)\n", 0);
        }
        case "-c", "--single-child" -> isOwnSession = false;
        case "-v", "--verbose" -> talk = Talk.NORMAL;
        case "-r", "--rewrite" -> rules = Arguments.rewrite(rules, flag, words.value(flag));
        default ->
            throw new Misuse(
                MISUSED, "unknown flag " + flag, "a flag of dumb-init", "see `dumb-init --help`");
      }
    }
    if (words.command().isEmpty()) {
      return new Arguments.Said(HELP, MISUSED);
    }
    return new Arguments.Run(options(rewritten));
  }

  private Options options(SignalRules standard) {
    if (isOwnSession) {
      // A session without a shell has nobody to continue it after a stop by the terminal.
      for (int stop : new int[] {SignalNumber.TSTP, SignalNumber.TTIN, SignalNumber.TTOU}) {
        if (rules.target(stop) == standard.target(stop)) {
          rules = rules.with(stop, SignalNumber.STOP);
        }
      }
    }
    return new Options(
        words.command(),
        Roots.in(Path.of("/etc")),
        EnumSet.noneOf(Options.Part.class),
        rules,
        ExitCodes.AS_THEY_ARE,
        new MainProcess(
            isOwnSession ? Leadership.TERMINAL_SESSION : Leadership.NONE,
            isOwnSession ? Reach.GROUP : Reach.PROCESS,
            NOT_STARTED),
        Limits.ofStop(Limits.FOREVER),
        talk,
        0,
        0);
  }
}
