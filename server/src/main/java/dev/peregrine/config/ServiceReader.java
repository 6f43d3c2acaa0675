package dev.peregrine.config;

import dev.peregrine.app.ShellCommand;
import dev.peregrine.init.ServiceConfig;
import dev.peregrine.init.ServiceConfig.Action;
import dev.peregrine.init.ServiceConfig.Health;
import dev.peregrine.init.ServiceConfig.Probe;
import dev.peregrine.init.ServiceConfig.Program;
import dev.peregrine.init.ServiceConfig.Readiness;
import dev.peregrine.init.ServiceConfig.Restart;
import dev.peregrine.init.ServiceConfig.Start;
import dev.peregrine.init.ServiceConfig.Stop;
import dev.peregrine.init.ServiceConfig.When;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads one service of `services.yaml`.
final class ServiceReader {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final OptionType<Duration> TIME =
      new Numbers.Time(Duration.ofMillis(1), Duration.ofDays(30));
  private static final OptionType<Optional<Duration>> LIMIT = new Composites.Limit<>(TIME, "");
  private static final OptionType<Boolean> YES_OR_NO = new Texts.Switch();
  private static final OptionType<Integer> PORT = new Numbers.Whole(1, 65_535);
  private static final OptionType<String> NAME =
      new Texts.Text("the name of a service", "redis", text -> !text.isBlank());
  private static final OptionType<String> PREFIX =
      new Texts.Text("a text", "\"db: \"", text -> text.indexOf('\n') < 0);
  private static final OptionType<String> ACCOUNT =
      new Texts.Text(
          "a user, or USER:GROUP, by names or numbers",
          "www-data",
          text -> text.matches("[^:\\s]+(:[^:\\s]+)?"));
  private static final OptionType<String> SCHEDULE =
      new Texts.Text(
          "five fields as in cron, @hourly, @daily, @weekly, @monthly, @yearly or `every 10m`",
          "\"0 3 * * *\"",
          ServiceConfig::isSchedule);
  private static final OptionType<String> SIGNAL =
      new Texts.Text(
          "a signal such as TERM, QUIT or RTMIN+3",
          "QUIT",
          text -> ServiceConfig.signal(text).isPresent());
  private static final OptionType<Integer> THRESHOLD = new Numbers.Whole(1, 1000);
  private static final List<String> PROBES = List.of("http", "port", "check");
  private static final List<String> WITHOUT_WATCHDOG =
      List.of("http", "port", "check", "period", "timeout");

  private final String name;
  private final Fields fields;

  ServiceReader(String name, Fields fields) {
    this.name = name;
    this.fields = fields;
  }

  /// A word for each constant of an enum, in small letters with `-`.
  static <E extends Enum<E>> OptionType<E> word(E[] values) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E value : values) {
      words.put(value.name().toLowerCase(Locale.ROOT).replace('_', '-'), value);
    }
    return new Texts.Word<>(words, Map.of());
  }

  /// The service; empty after a problem was reported that leaves nothing to go on with.
  Optional<ServiceConfig> read() {
    Optional<List<String>> command = command(fields, "command");
    if (command.isEmpty() && fields.member("command").isEmpty()) {
      fields.missing("command", "what to run", "write for example `command: redis-server`");
    }
    Program program =
        new Program(
            command.orElse(List.of("")),
            fields.find("user", ACCOUNT),
            fields.read("environment", new Composites.Pairs(), Map.of()),
            fields.read("directory", new Texts.FilePath(), Path.of("/")),
            false);
    Readiness readiness = readiness();
    boolean isEssential = fields.read("essential", YES_OR_NO, false);
    Optional<String> schedule = fields.find("schedule", SCHEDULE);
    Start start = start(readiness);
    Optional<Health> health = fields.fields("health").flatMap(ServiceReader::health);
    Restart restart = restart(readiness, isEssential);
    int signal = ServiceConfig.signal(fields.read("stop_signal", SIGNAL, "TERM")).orElse(0);
    Stop stop = new Stop(signal, fields.read("stop_timeout", TIME, Stop.DEFAULT.limit()));
    String prefix = fields.read("log_prefix", PREFIX, name + ": ");
    checkSchedule(isEssential);
    fields.finish();
    return command.map(_ ->
        new ServiceConfig(
            name, program, start, health, restart, stop, schedule, isEssential, prefix));
  }

  private Start start(Readiness readiness) {
    boolean isImmediate =
        readiness instanceof Readiness.Running || readiness instanceof Readiness.Done;
    Optional<Duration> usual =
        isImmediate ? Optional.empty() : Optional.of(SECOND.multipliedBy(60));
    return new Start(
        new LinkedHashSet<>(fields.read("after", new Composites.Many<>(NAME), List.of())),
        readiness,
        fields.read("start_timeout", LIMIT, usual),
        fields.read("enabled", YES_OR_NO, true));
  }

  private Readiness readiness() {
    Optional<Found.Member> member = fields.member("ready");
    if (member.isEmpty()) {
      return new Readiness.Running();
    }
    String expected = "running, done, notify, or a mapping with descriptor, port, http or check";
    return switch (member.get().value()) {
      case Found.Scalar(String text, _, _, _) when text.equals("running") ->
          new Readiness.Running();
      case Found.Scalar(String text, _, _, _) when text.equals("done") -> new Readiness.Done();
      case Found.Scalar(String text, _, _, _) when text.equals("notify") ->
          new Readiness.Notifies();
      case Found.Members _ ->
          fields.fields("ready").flatMap(this::probed).orElseGet(Readiness.Running::new);
      case Found.Scalar other -> {
        fields.report(member.get(), other, expected, "write for example `ready: notify`");
        yield new Readiness.Running();
      }
      case Found.Items other -> {
        fields.report(member.get(), other, expected, "write for example `ready: notify`");
        yield new Readiness.Running();
      }
    };
  }

  private Optional<Readiness> probed(Fields inner) {
    Optional<Readiness> readiness =
        inner.member("descriptor").isPresent()
            ? inner.find("descriptor", new Numbers.Whole(3, 255)).map(Readiness.Writes::new)
            : probe(inner, "descriptor").map(Readiness.Answers::new);
    inner.finish();
    return readiness;
  }

  private static Optional<Health> health(Fields inner) {
    Optional<Health> health = inner.member("watchdog").isPresent() ? watched(inner) : asked(inner);
    inner.finish();
    return health;
  }

  /// By questions.
  private static Optional<Health> asked(Fields inner) {
    return probe(inner, "watchdog")
        .map(probe ->
            new Health(
                probe,
                inner.read("period", TIME, SECOND.multipliedBy(10)),
                inner.read("timeout", TIME, SECOND.multipliedBy(3)),
                inner.read("threshold", THRESHOLD, 3),
                inner.read("action", word(Action.values()), Action.RESTART)));
  }

  /// By what the service says unasked.
  private static Optional<Health> watched(Fields inner) {
    for (String key : WITHOUT_WATCHDOG) {
      inner
          .member(key)
          .ifPresent(member ->
              inner.report(
                  member, member.value(), "no " + key + " with a watchdog", "remove one of them"));
    }
    return inner
        .find("watchdog", TIME)
        .map(limit ->
            Health.watchdog(
                limit,
                inner.read("threshold", THRESHOLD, 1),
                inner.read("action", word(Action.values()), Action.RESTART)));
  }

  /// The one probe of a mapping.
  ///
  /// @param other a key that could stand in its place
  private static Optional<Probe> probe(Fields inner, String other) {
    List<Found.Member> given = new ArrayList<>();
    PROBES.forEach(key -> inner.member(key).ifPresent(given::add));
    if (given.size() != 1) {
      String keys = String.join(", ", PROBES) + (other.isEmpty() ? "" : ", " + other);
      if (given.isEmpty()) {
        inner.missing("probe", "one of " + keys, "write for example `port: 6379`");
      } else {
        inner.report(given.get(1), given.get(1).value(), "only one of " + keys, "remove one");
      }
      return Optional.empty();
    }
    return switch (given.getFirst().key()) {
      case "http" -> http(inner, given.getFirst());
      case "port" -> port(inner, given.getFirst());
      default -> command(inner, "check").map(Probe.Exec::new);
    };
  }

  private static Optional<Probe> http(Fields inner, Found.Member member) {
    if (member.value() instanceof Found.Scalar(String text, _, _, _)) {
      Optional<URI> uri = uri(text);
      if (uri.isPresent() && "http".equals(uri.get().getScheme()) && uri.get().getHost() != null) {
        int port = uri.get().getPort() < 0 ? 80 : uri.get().getPort();
        String path = uri.get().getRawPath().isEmpty() ? "/" : uri.get().getRawPath();
        String query = uri.get().getRawQuery() == null ? "" : "?" + uri.get().getRawQuery();
        return Optional.of(new Probe.Http(unbracketed(uri.get().getHost()), port, path + query));
      }
    }
    inner.report(
        member,
        member.value(),
        "a URL with http://",
        "write for example `http: http://127.0.0.1:8080/health`");
    return Optional.empty();
  }

  private static Optional<URI> uri(String text) {
    try {
      return Optional.of(URI.create(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /// `6379`, `HOST:6379` or `[IPv6]:6379`.
  private static Optional<Probe> port(Fields inner, Found.Member member) {
    if (member.value() instanceof Found.Scalar(String text, boolean isNull, int line, int column)) {
      int colon = text.lastIndexOf(':');
      String host = colon <= 0 ? "127.0.0.1" : unbracketed(text.substring(0, colon));
      Found port = new Found.Scalar(text.substring(colon + 1), isNull, line, column);
      OptionType.Reader reader = new OptionType.Reader(Path.of("/"), false);
      if (PORT.read(port, reader) instanceof OptionType.Reading.Good<Integer>(Integer number)) {
        return Optional.of(new Probe.Tcp(host, number));
      }
    }
    inner.report(
        member, member.value(), "a port from 1 to 65535, or HOST:PORT", "write `port: 6379`");
    return Optional.empty();
  }

  private Restart restart(Readiness readiness, boolean isEssential) {
    When usual =
        readiness instanceof Readiness.Done
            ? When.ON_FAILURE
            : isEssential ? When.NEVER : When.ALWAYS;
    Restart standard = Restart.DEFAULT;
    Optional<Integer> attempts =
        fields.read(
            "restart_attempts",
            new Composites.Limit<>(new Numbers.Whole(1, 1_000_000), ""),
            Optional.empty());
    return new Restart(
        fields.read("restart", word(When.values()), usual),
        fields.read("restart_pause", TIME, standard.first()),
        fields.read("restart_pause_max", TIME, standard.max()),
        fields.read("restart_reset", TIME, standard.reset()),
        attempts.map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }

  private void checkSchedule(boolean isEssential) {
    Optional<Found.Member> schedule = fields.member("schedule");
    for (String key : List.of("health", "restart")) {
      Optional<Found.Member> member = fields.member(key);
      if (schedule.isPresent() && member.isPresent()) {
        fields.report(
            member.get(), member.get().value(), "no " + key + " with a schedule", "remove it");
      }
    }
    if (schedule.isPresent() && isEssential) {
      fields
          .member("essential")
          .ifPresent(member ->
              fields.report(
                  member, member.value(), "false for a service with a schedule", "remove it"));
    }
  }

  /// A command: a text for the shell, or a list of program and arguments.
  private static Optional<List<String>> command(Fields inner, String key) {
    Optional<Found.Member> member = inner.member(key);
    if (member.isEmpty()) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    switch (member.get().value()) {
      case Found.Scalar(String text, boolean isNull, _, _) -> {
        if (!isNull && !text.isBlank()) {
          words.addAll(ShellCommand.of(text.strip()));
        }
      }
      case Found.Items(List<Found> items, _, _) -> {
        for (Found item : items) {
          if (item instanceof Found.Scalar(String text, boolean isNull, _, _) && !isNull) {
            words.add(text);
          } else {
            words.add("\0");
          }
        }
      }
      case Found.Members _ -> {}
    }
    boolean isBad =
        words.isEmpty()
            || words.getFirst().isEmpty()
            || words.stream().anyMatch(word -> word.indexOf('\0') >= 0);
    if (isBad) {
      inner.report(
          member.get(),
          member.get().value(),
          "a command line, or a list of program and arguments",
          "write for example `" + key + ": [redis-cli, ping]`");
      return Optional.empty();
    }
    return Optional.of(words);
  }
}
