package dev.peregrine.init;

import dev.peregrine.init.Arguments.Misuse;
import dev.peregrine.init.Options.MainProcess;
import dev.peregrine.init.Options.Part;
import dev.peregrine.init.Options.Reach;
import dev.peregrine.init.Options.Talk;
import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The command line of `peregrine init` and `my_init`.
final class InitFlags {
  private static final String MY_INIT = "my_init";
  private static final String KILL_PROCESS = "KILL_PROCESS_TIMEOUT";
  private static final String KILL_ALL = "KILL_ALL_PROCESSES_TIMEOUT";
  private static final String HELP =
      """
      Usage: NAME [FLAGS] [--] [COMMAND [ARGUMENT...]]

      Runs start-up scripts, services and a command as process 1 of a container.

        --skip-startup-files     no scripts of my_init.d, no rc.local
        --skip-services          no services (also --skip-runit)
        --no-kill-all-on-exit    leave other processes alone at the end
        --list                   show what would run, in order, and end
        --root DIR               where my_init.d, rc.local, service, ... are (/etc)
        --scripts DIR, --services DIR, --environment DIR
                                 one of these places alone
        --services-file FILE     services.yaml (ROOT/peregrine/services.yaml, if it is there)
        --json-logs              write the lines of services as JSON
        --no-syslog              no /dev/log
        -g, --group              pass signals to the whole process group of the command
        -r, --rewrite FROM:TO    pass a signal on as another one; TO 0 drops it
        -e, --exit CODE[:TO]     replace an exit code of the command (by 0)
        -p, --parent-death SIGNAL
                                 get this signal when the parent ends
        --stop-code CODE         exit code after a stop by signal without command (0)
        --stop-time TIME         limit of the whole stop (9s; 28s in Kubernetes)
        --main-time TIME, --hook-time TIME, --services-time TIME, --strays-time TIME
                                 limit of one layer of it (its share)
        --script-time TIME       limit of one start-up script (none)
        --drain TIME             wait between the request to stop and the stop (0)
        -q, --quiet              only warnings and errors
        -h, --help

      TIME is 2, 2s, 1.5m, 300ms, 1h or infinity; 0 kills at once.
      """;

  private final String name;
  private final Arguments.Words words;
  private final Set<Part> parts = EnumSet.complementOf(EnumSet.of(Part.LIST_ONLY, Part.JSON_LINES));
  private SignalRules rules = SignalRules.standard();
  private ExitCodes codes = ExitCodes.AS_THEY_ARE;
  private Reach reach = Reach.PROCESS;
  private Talk talk = Talk.NORMAL;
  private Roots roots = Roots.in(Path.of("/etc"));
  private int parentDeath;
  private int stopCode;
  private @Nullable Duration stop;
  private Duration drain = Duration.ZERO;
  private Optional<Duration> script = Optional.empty();
  private Optional<Duration> main = Optional.empty();
  private Optional<Duration> hook = Optional.empty();
  private Optional<Duration> services = Optional.empty();
  private Optional<Duration> strays = Optional.empty();

  InitFlags(Invocation invocation) {
    this.name = invocation.name().equals("peregrine") ? "peregrine init" : invocation.name();
    this.words = new Arguments.Words(invocation, "rep");
  }

  Arguments.Answer read() {
    readVariables();
    for (String flag = nextFlag(); flag != null; flag = nextFlag()) {
      if (flag.equals("-h") || flag.equals("--help")) {
        return new Arguments.Said(HELP.replace("NAME", name), 0);
      }
      if (!readPart(flag) && !readPlace(flag) && !readMain(flag) && !readTime(flag)) {
        throw Arguments.unknown(flag);
      }
    }
    List<RawString> command = words.command();
    if (command.isEmpty() && !parts.contains(Part.SERVICES)) {
      throw new Misuse("no command and no services", "at least one", "give a command");
    }
    return new Arguments.Run(
        new Options(
            command,
            roots,
            parts,
            rules,
            codes,
            new MainProcess(Leadership.FOREGROUND_GROUP, reach, 0),
            limits(),
            talk,
            parentDeath,
            stopCode));
  }

  /// Images made for Baseimage-docker name `my_init` as their command; where the entry point is
  /// init already, the flags and the command behind it are meant.
  private @Nullable String nextFlag() {
    String flag = words.nextFlag();
    return flag == null && words.skip(MY_INIT) ? nextFlag() : flag;
  }

  private void readVariables() {
    words
        .variable("ENV_INIT_DIRECTORY")
        .ifPresent(text -> roots = roots.withScripts(Path.of(text)));
    words
        .variable(KILL_PROCESS)
        .ifPresent(text -> {
          main = Optional.of(time(KILL_PROCESS, text));
          services = main;
        });
    words.variable(KILL_ALL).ifPresent(text -> strays = Optional.of(time(KILL_ALL, text)));
  }

  private boolean readPart(String flag) {
    switch (flag) {
      case "--skip-startup-files" -> parts.remove(Part.SCRIPTS);
      case "--skip-services", "--skip-runit" -> parts.remove(Part.SERVICES);
      case "--no-kill-all-on-exit" -> parts.remove(Part.STRAYS);
      case "--json-logs" -> parts.add(Part.JSON_LINES);
      case "--no-syslog" -> parts.remove(Part.SYSLOG);
      case "--list" -> parts.add(Part.LIST_ONLY);
      case "-q", "--quiet" -> talk = Talk.QUIET;
      case "--enable-insecure-key" ->
          throw new Misuse(
              flag,
              "no insecure key",
              "there is no SSH server here: use `docker exec`, or add a service with a key of"
                  + " yours");
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean readPlace(String flag) {
    switch (flag) {
      case "--root" -> roots = Roots.in(Path.of(words.value(flag)));
      case "--scripts" -> roots = roots.withScripts(Path.of(words.value(flag)));
      case "--services" -> roots = roots.withServices(Path.of(words.value(flag)));
      case "--services-file" -> roots = roots.withServicesFile(existing(flag, words.value(flag)));
      case "--environment" -> roots = roots.withEnvironment(Path.of(words.value(flag)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Path existing(String flag, String text) {
    Path file = Path.of(text);
    if (!Files.exists(file)) {
      throw new Misuse(
          flag + ": no file " + text, "a file that declares services", "correct the path");
    }
    return file;
  }

  private boolean readMain(String flag) {
    switch (flag) {
      case "-g", "--group" -> reach = Reach.GROUP;
      case "-r", "--rewrite" -> rules = Arguments.rewrite(rules, flag, words.value(flag));
      case "-e", "--exit" -> readExit(flag, words.value(flag));
      case "-p", "--parent-death" -> parentDeath = Arguments.signal(flag, words.value(flag));
      case "-s" -> {} // what tini is told to do, init does by itself
      case "--stop-code" -> stopCode = Arguments.code(flag, words.value(flag));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void readExit(String flag, String text) {
    int colon = text.indexOf(':');
    int from = Arguments.code(flag, colon < 0 ? text : text.substring(0, colon));
    codes = codes.with(from, colon < 0 ? 0 : Arguments.code(flag, text.substring(colon + 1)));
  }

  private boolean readTime(String flag) {
    switch (flag) {
      case "--stop-time" -> stop = time(flag, words.value(flag));
      case "--drain" -> drain = time(flag, words.value(flag));
      case "--script-time" -> script = Optional.of(time(flag, words.value(flag)));
      case "--main-time" -> main = Optional.of(time(flag, words.value(flag)));
      case "--hook-time" -> hook = Optional.of(time(flag, words.value(flag)));
      case "--services-time" -> services = Optional.of(time(flag, words.value(flag)));
      case "--strays-time" -> strays = Optional.of(time(flag, words.value(flag)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private Limits limits() {
    Duration whole = stop == null ? usualStop() : stop;
    if (drain.compareTo(whole) >= 0 && !drain.isZero()) {
      throw new Misuse(
          "--drain takes the whole time of the stop",
          "less than --stop-time",
          "raise --stop-time, and the time the container engine waits");
    }
    return new Limits(whole, drain, script, main, hook, services, strays);
  }

  /// What the container engine grants, or what the limits of `my_init` add up to if they were set.
  private Duration usualStop() {
    Duration granted =
        words.variable("KUBERNETES_SERVICE_HOST").isPresent() ? Limits.KUBERNETES : Limits.DOCKER;
    if (words.variable(KILL_PROCESS).isEmpty() && words.variable(KILL_ALL).isEmpty()) {
      return granted;
    }
    Duration process = main.orElse(Duration.ZERO);
    Duration asked = sum(sum(process, process), strays.orElse(Duration.ZERO));
    return granted.compareTo(asked) > 0 ? granted : asked;
  }

  private static Duration sum(Duration a, Duration b) {
    boolean isEndless = a.equals(Limits.FOREVER) || b.equals(Limits.FOREVER);
    return isEndless ? Limits.FOREVER : a.plus(b);
  }

  private static Duration time(String where, String text) {
    return Limits.parse(text)
        .orElseThrow(() ->
            new Misuse(
                where + ": time '" + text + "'",
                "a time such as 2, 2s, 1.5m, 300ms or infinity",
                "correct it"));
  }
}
