package dev.peregrine.config;

import dev.peregrine.config.ConfigSources.FlagValue;
import dev.peregrine.config.OptionType.Reading;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Makes one configuration out of flags, environment and files, or finds everything wrong with
/// them.
///
/// A value counts from the first of: flag, `PEREGRINE_*` variable, `PASSENGER_*` variable, variable
/// of the platform such as `PORT`, `peregrine.yaml`, `Passengerfile.json`, default. A value that
/// another one hides is checked all the same.
public final class ConfigLoader {
  /// The file that options are read from.
  public static final String FILE = "peregrine.yaml";

  private static final List<String> PASSENGER_FILES =
      List.of("Passengerfile.json", "passenger-standalone.json");
  private static final String PREFIX = "PEREGRINE_";
  private static final String PASSENGER_PREFIX = "PASSENGER_";

  /// Variables that the launcher, the service or a surrounding server set.
  private static final List<String> OTHER_VARIABLES =
      List.of(
          "AOT_OUTPUT",
          "APP_JAVA_TOOL_OPTIONS",
          "APP_LC_ALL",
          "APP_JDK_JAVA_OPTIONS",
          "ARCHIVE",
          "DAEMON",
          "HOME",
          "JAVA",
          "JAVA_HOME",
          "JAVA_OPTIONS",
          "JAVA_OPTS",
          "LIB",
          "APP_ENV",
          "CONTROL_SOCKET",
          "SOCKET_DIR",
          "STARTUP_FILE",
          "THREADS",
          "TOKEN",
          "WORKER");

  private static final String NO = "--no-";

  private static final int FLAG = 0;
  private static final int OWN_VARIABLE = 1;
  private static final int PASSENGER_VARIABLE = 2;
  private static final int PLATFORM_VARIABLE = 3;
  private static final int OWN_FILE = 4;
  private static final int PASSENGER_FILE = 5;

  private final ConfigSources sources;
  private final Values values;
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private ConfigLoader(ConfigSources sources) {
    this.sources = sources;
    this.values = new Values(Surroundings.of(sources.appDirectory(), sources.environment()));
  }

  /// Reads, checks and assembles.
  public static ConfigResult load(ConfigSources sources) {
    return new ConfigLoader(sources).load();
  }

  private ConfigResult load() {
    readFlags();
    readVariables();
    readFiles();
    new Checks(values, problems::add, warnings::add).check();
    if (!problems.isEmpty()) {
      return new ConfigResult.Rejected(problems, warnings);
    }
    Config config =
        new Config(
            ListenOptions.assemble(values),
            RequestOptions.assemble(values),
            CacheOptions.assemble(values),
            PoolOptions.assemble(values),
            AppOptions.assemble(values),
            InstanceOptions.assemble(values),
            LogOptions.assemble(values));
    List<Setting> settings = new ArrayList<>();
    for (Option<?> option : OptionTable.options()) {
      settings.add(values.setting(option));
    }
    return new ConfigResult.Loaded(config, settings, warnings);
  }

  private void readFlags() {
    OptionType.Reader reader = new OptionType.Reader(sources.workingDirectory(), true);
    Map<String, Option<?>> byFlag = new HashMap<>();
    for (Option<?> option : OptionTable.options()) {
      byFlag.put(option.flag(), option);
      option.aliases().forEach(alias -> byFlag.put(Option.flagOf(alias), option));
      option.shortFlags().forEach(flag -> byFlag.put(flag, option));
    }
    Map<String, List<FlagValue>> given = new LinkedHashMap<>();
    for (FlagValue flag : sources.flags()) {
      Option<?> option = byFlag.get(positive(flag.flag()));
      if (option != null) {
        given.computeIfAbsent(option.flag(), _ -> new ArrayList<>()).add(flag);
      } else {
        readOtherFlag(flag, reader);
      }
    }
    given.forEach((name, flags) -> {
      Option<?> option = Objects.requireNonNull(byFlag.get(name));
      take(option, found(option, flags), origin(flags), FLAG, reader);
    });
  }

  /// The flag that a `--no-...` turns off.
  private static String positive(String flag) {
    return flag.startsWith(NO) ? "--" + flag.substring(NO.length()) : flag;
  }

  /// The last value of a flag counts; of a flag with several values, all.
  private static Found found(Option<?> option, List<FlagValue> flags) {
    if (option.isRepeatable()) {
      return new Found.Items(flags.stream().map(flag -> Found.text(flag.value())).toList(), 0, 0);
    }
    return Found.text(flags.getLast().value());
  }

  private static Origin origin(List<FlagValue> flags) {
    return new Origin.Flag(flags.getLast().flag());
  }

  private void readOtherFlag(FlagValue flag, OptionType.Reader reader) {
    Origin origin = new Origin.Flag(flag.flag());
    String key = positive(flag.flag()).replaceFirst("^-+", "").replace('-', '_');
    Found value = Found.text(flag.value());
    if (flag.flag().equals("-R") || key.equals("rackup")) {
      take(AppOptions.APP_TYPE, Found.text("ruby"), origin, FLAG, reader);
      take(AppOptions.STARTUP_FILE, value, origin, FLAG, reader);
      return;
    }
    Optional<Option<?>> opposed = OptionTable.opposedBy(key);
    if (opposed.isPresent()) {
      take(opposed.get(), opposite(value), origin, FLAG, reader);
      return;
    }
    Leftover.named(key).ifPresent(leftover -> passOver(leftover, origin, value));
  }

  private static Found opposite(Found found) {
    Reading<Boolean> reading =
        new Texts.Switch().read(found, new OptionType.Reader(Path.of("/"), true));
    return reading instanceof Reading.Good<Boolean>(Boolean value)
        ? new Found.Scalar(Boolean.toString(!value), false, found.line(), found.column())
        : found;
  }

  private void readVariables() {
    OptionType.Reader strict = new OptionType.Reader(sources.workingDirectory(), false);
    OptionType.Reader lenient = new OptionType.Reader(sources.workingDirectory(), true);
    for (Option<?> option : OptionTable.options()) {
      if (!option.hasVariable()) {
        continue;
      }
      for (String key : keys(option)) {
        readVariable(option, PREFIX + key, OWN_VARIABLE, strict);
        readVariable(option, PASSENGER_PREFIX + key, PASSENGER_VARIABLE, lenient);
      }
      for (String name : option.variables()) {
        readVariable(option, name, PLATFORM_VARIABLE, strict);
      }
    }
    new TreeMap<>(sources.environment()).forEach(this::readOtherVariable);
  }

  private void readVariable(Option<?> option, String name, int rank, OptionType.Reader reader) {
    String text = sources.environment().getOrDefault(name, "");
    if (!text.isEmpty()) {
      take(option, Found.text(text), new Origin.Variable(name), rank, reader);
    }
  }

  private static List<String> keys(Option<?> option) {
    return Stream.concat(Stream.of(option.name()), option.aliases().stream())
        .map(key -> key.toUpperCase(Locale.ROOT))
        .toList();
  }

  private void readOtherVariable(String name, String value) {
    boolean isOwn = name.startsWith(PREFIX);
    if (value.isEmpty() || !(isOwn || name.startsWith(PASSENGER_PREFIX))) {
      return;
    }
    String upper = name.substring(isOwn ? PREFIX.length() : PASSENGER_PREFIX.length());
    String key = upper.toLowerCase(Locale.ROOT);
    if (isOwn && OTHER_VARIABLES.contains(upper)) {
      return;
    }
    if (OptionTable.named(key).filter(Option::hasVariable).isPresent()) {
      return;
    }
    Origin origin = new Origin.Variable(name);
    if (!isOwn) {
      OptionTable.opposedBy(key)
          .ifPresent(option ->
              take(
                  option,
                  opposite(Found.text(value)),
                  origin,
                  PASSENGER_VARIABLE,
                  new OptionType.Reader(sources.workingDirectory(), true)));
      Leftover.named(key).ifPresent(leftover -> passOver(leftover, origin, Found.text(value)));
      return;
    }
    warnings.add(name + " is not an option and was passed over" + hint(upper, true));
  }

  private static String hint(String key, boolean isVariable) {
    return Nearest.to(key, OptionTable.keys())
        .map(near -> isVariable ? PREFIX + near.toUpperCase(Locale.ROOT) : near)
        .map(near -> "; did you mean " + near + "?")
        .orElse("");
  }

  private void readFiles() {
    Path own = sources.appDirectory().resolve(FILE);
    if (Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
      SourceFile file = new SourceFile(own, sources.workingDirectory(), problems::add);
      file.read()
          .flatMap(text -> new YamlSource(file).read(text))
          .ifPresent(members -> readMembers(file.shown(), members, OWN_FILE));
    } else if (Files.exists(sources.appDirectory().resolve("peregrine.yml"))) {
      warnings.add("peregrine.yml is not read; the file is called " + FILE);
    }
    for (String name : PASSENGER_FILES) {
      Path path = sources.appDirectory().resolve(name);
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        SourceFile file = new SourceFile(path, sources.workingDirectory(), problems::add);
        file.read()
            .flatMap(text -> new JsonSource(file).read(text))
            .ifPresent(members -> readMembers(file.shown(), members, PASSENGER_FILE));
        return;
      }
    }
  }

  private void readMembers(Path file, Found.Members members, int rank) {
    OptionType.Reader reader =
        new OptionType.Reader(sources.appDirectory(), rank == PASSENGER_FILE);
    Map<String, Found.Member> seen = new HashMap<>();
    for (Found.Member member : members.members()) {
      Origin origin = new Origin.InFile(file, member.line(), member.column());
      Optional<Option<?>> option = OptionTable.named(member.key());
      String name = option.map(Option::name).orElse(member.key());
      Found.Member earlier = seen.putIfAbsent(name, member);
      if (earlier != null) {
        reportTwice(origin, member, earlier);
      } else if (option.isPresent()) {
        take(option.get(), member.value(), origin, rank, reader);
      } else {
        readOtherMember(member, origin, rank, reader);
      }
    }
  }

  private void reportTwice(Origin origin, Found.Member member, Found.Member earlier) {
    String key = Escaped.text(member.key());
    boolean isSame = member.key().equals(earlier.key());
    problems.add(
        new Problem(
            origin,
            key,
            "given a second time, after line "
                + earlier.line()
                + (isSame ? "" : " where it is called " + Escaped.text(earlier.key())),
            "each option once",
            "remove one of the two lines"));
  }

  private void readOtherMember(
      Found.Member member, Origin origin, int rank, OptionType.Reader reader) {
    Optional<Option<?>> opposed = OptionTable.opposedBy(member.key());
    if (opposed.isPresent()) {
      take(opposed.get(), opposite(member.value()), origin, rank, reader);
      return;
    }
    Optional<Leftover> leftover = Leftover.named(member.key());
    if (rank == PASSENGER_FILE) {
      leftover.ifPresentOrElse(
          known -> passOver(known, origin, member.value()),
          () ->
              warnings.add(
                  origin.describe()
                      + ": "
                      + Escaped.text(member.key())
                      + " is not an option and was passed over"
                      + hint(member.key(), false)));
      return;
    }
    Optional<String> near = Nearest.to(member.key(), OptionTable.keys());
    problems.add(
        new Problem(
            origin,
            Escaped.text(member.key()),
            leftover.isPresent() ? "an option of Passenger only" : "an unknown option",
            "an option of docs/options.md" + near.map(name -> ", perhaps " + name).orElse(""),
            near.map(name -> "write " + name + ", or remove the line").orElse("remove the line")));
  }

  private void passOver(Leftover leftover, Origin origin, Found value) {
    String said = value instanceof Found.Scalar(String text, _, _, _) ? text : "";
    boolean isOff = said.equals("false") || said.equals("off") || said.equals("no");
    if (!leftover.isRefused()) {
      warnings.add(
          origin.describe() + ": " + leftover.key() + " has no effect: " + leftover.reason());
    } else if (!isOff) {
      problems.add(
          new Problem(
              origin,
              leftover.key(),
              value.describe(),
              "no TLS options",
              "remove it: " + leftover.reason()));
    }
  }

  private <T> void take(
      Option<T> option, Found found, Origin origin, int rank, OptionType.Reader reader) {
    switch (option.type().read(found, reader)) {
      case Reading.Good<T>(T value) -> values.put(option, value, origin, rank);
      case Reading.Bad<T>(Found where, String expected) -> {
        values.spoil(option, origin, rank);
        problems.add(
            new Problem(
                exact(origin, where),
                option.name(),
                where.describe(),
                expected,
                remedy(option, origin)));
      }
    }
  }

  private static Origin exact(Origin origin, Found where) {
    return origin instanceof Origin.InFile(Path file, int line, int column)
        ? where.line() == 0
            ? new Origin.InFile(file, line, column)
            : new Origin.InFile(file, where.line(), where.column())
        : origin;
  }

  private static String remedy(Option<?> option, Origin origin) {
    String example = option.example();
    return switch (origin) {
      case Origin.InFile(Path file, _, _) when file.endsWith(FILE) ->
          "write for example `" + option.name() + ": " + example + "`";
      case Origin.InFile _ ->
          "write for example `\"" + option.name() + "\": " + quoted(example) + "`";
      case Origin.Variable(String name) ->
          "set for example " + name + "=" + example + ", or unset it";
      case Origin.Flag(String flag) when option.isSwitch() -> "write " + flag + " without a value";
      case Origin.Flag(String flag) -> "write for example `" + flag + " " + example + "`";
      case Origin.Default _ -> "set " + option.name();
    };
  }

  private static String quoted(String example) {
    return example.chars().allMatch(Character::isDigit) || example.equals("true")
        ? example
        : '"' + example + '"';
  }
}
