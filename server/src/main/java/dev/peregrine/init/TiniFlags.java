package dev.peregrine.init;

import dev.peregrine.init.Arguments.Misuse;
import dev.peregrine.init.Options.MainProcess;
import dev.peregrine.init.Options.Reach;
import dev.peregrine.init.Options.Talk;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import java.nio.file.Path;
import java.util.EnumSet;

/// The command line of tini: signals are passed on and orphans reaped, nothing else.
final class TiniFlags {
  private static final int MISUSED = 1;
  private static final String HELP =
      """
      Usage: tini [FLAGS] PROGRAM [ARGUMENT...]

        -g          pass signals to the process group of the program
        -e CODE     exit with 0 where the program exits with CODE
        -p SIGNAL   get this signal when the parent ends
        -s          adopt orphans also when not process 1 (always done)
        -v          say more
        -w          warn of reaped orphans (never needed)
        -l          licence
        --version
      """;

  private final Arguments.Words words;
  private ExitCodes codes = ExitCodes.AS_THEY_ARE;
  private Reach reach;
  private Talk talk = Talk.QUIET;
  private int parentDeath;

  TiniFlags(Invocation invocation) {
    words = new Arguments.Words(invocation, "ep");
    reach = words.variable("TINI_KILL_PROCESS_GROUP").isPresent() ? Reach.GROUP : Reach.PROCESS;
  }

  Arguments.Answer read() {
    for (String flag = words.nextFlag(); flag != null; flag = words.nextFlag()) {
      switch (flag) {
        case "-h" -> {
          return new Arguments.Said(HELP, 0);
        }
        case "--version" -> {
          return new Arguments.Said("tini (peregrine init)\n", 0);
        }
        case "-l" -> {
          return new Arguments.Said("MIT License\n", 0);
        }
        case "-g" -> reach = Reach.GROUP;
        case "-e" -> codes = codes.with(Arguments.code(flag, words.value(flag)), 0);
        case "-p" -> parentDeath = Arguments.signal(flag, words.value(flag));
        case "-v" -> talk = Talk.NORMAL;
        case "-s", "-w" -> {}
        default ->
            throw new Misuse(MISUSED, "unknown flag " + flag, "a flag of tini", "see `tini -h`");
      }
    }
    if (words.command().isEmpty()) {
      return new Arguments.Said(HELP, MISUSED);
    }
    return new Arguments.Run(options());
  }

  private Options options() {
    SignalRules rules =
        SignalRules.standard().without(SignalNumber.TTIN).without(SignalNumber.TTOU);
    return new Options(
        words.command(),
        Roots.in(Path.of("/etc")),
        EnumSet.noneOf(Options.Part.class),
        rules,
        codes,
        new MainProcess(Leadership.FOREGROUND_GROUP, reach, 0),
        Limits.ofStop(Limits.FOREVER),
        talk,
        parentDeath,
        0);
  }
}
