package dev.peregrine.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Chooses the runtime of an app and says how a worker of it is started.
///
/// Looks at the file system, starts nothing. Thread-safe.
public final class LaunchPlanner {
  /// A small heap and a quick start matter more to a worker than the last tenth of its speed.
  private static final List<String> JAVA_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xss2m",
          "-Dfile.encoding=UTF-8",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.nio.channels=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");

  private final AppConfig config;
  private final RuntimeLayout layout;
  private final Map<String, String> serverEnvironment;

  /// Makes a planner.
  ///
  /// @param serverEnvironment the server's own environment, in which programs are searched
  public LaunchPlanner(
      AppConfig config, RuntimeLayout layout, Map<String, String> serverEnvironment) {
    this.config = config;
    this.layout = layout;
    this.serverEnvironment = Map.copyOf(serverEnvironment);
  }

  /// Plans the start of a worker; fails if no runtime for the app is to be found.
  public LaunchPlan plan(App app) throws AppProblem {
    Interpreters interpreters = new Interpreters(serverEnvironment, app.root());
    return switch (app.type()) {
      case RUBY -> ruby(app, interpreters);
      case PYTHON -> python(app, interpreters);
      case NODE -> node(app, interpreters);
      case GENERIC -> generic(app);
    };
  }

  private LaunchPlan ruby(App app, Interpreters interpreters) throws AppProblem {
    Path loader = loader("ruby/worker.rb");
    String wanted = config.ruby().orElse("ruby");
    Optional<Path> ruby = interpreters.named(wanted);
    if (ruby.isPresent()) {
      return new Draft(app, "ruby", ruby.get()).arguments(loader).plan(WorkerProtocol.GATEWAY);
    }
    boolean mayFallBack = config.ruby().isEmpty() || wanted.equals("jruby");
    if (!mayFallBack || layout.jruby().isEmpty() || layout.java().isEmpty()) {
      throw missing("ruby", List.of(wanted), interpreters, "the Debian package ruby");
    }
    Path jar = layout.jruby().get();
    Draft draft = new Draft(app, "jruby", layout.java().get());
    draft.command.addAll(JAVA_OPTIONS);
    aotCache(jar).ifPresent(cache -> draft.command.add("-XX:AOTCache=" + cache));
    draft.command.add("-jar");
    draft.command.add(jar.toString());
    draft.arguments(loader);
    if (config.ruby().isEmpty()) {
      draft.notices.add("no ruby found in PATH: running the app on the bundled " + jrubyName(jar));
    }
    return draft.plan(WorkerProtocol.GATEWAY);
  }

  private LaunchPlan python(App app, Interpreters interpreters) throws AppProblem {
    Path loader = loader("python/worker.py");
    if (config.python().isPresent()) {
      Path python = named("python", config.python().get(), interpreters);
      return new Draft(app, "python", python).arguments(loader).plan(WorkerProtocol.GATEWAY);
    }
    Optional<Path> virtual = interpreters.virtualEnvironment();
    if (virtual.isPresent()) {
      Path programs = virtual.get().resolve("bin");
      Draft draft = new Draft(app, "python", programs.resolve("python"));
      draft.environment.putIfAbsent("VIRTUAL_ENV", virtual.get().toString());
      draft.environment.putIfAbsent("PATH", programs + ":" + joined(interpreters));
      return draft.arguments(loader).plan(WorkerProtocol.GATEWAY);
    }
    List<String> names = List.of("python3", "python");
    Path python =
        interpreters
            .inPath(names)
            .orElseThrow(
                () -> missing("python", names, interpreters, "the Debian package python3"));
    return new Draft(app, "python", python).arguments(loader).plan(WorkerProtocol.GATEWAY);
  }

  private LaunchPlan node(App app, Interpreters interpreters) throws AppProblem {
    Path loader = loader("node/worker.cjs");
    List<String> names = List.of("node", "nodejs");
    Path node =
        config.nodejs().isPresent()
            ? named("nodejs", config.nodejs().get(), interpreters)
            : interpreters
                .inPath(names)
                .orElseThrow(
                    () -> missing("nodejs", names, interpreters, "the Debian package nodejs"));
    Draft draft = new Draft(app, "node", node);
    draft.command.add("--require");
    draft.arguments(loader);
    draft.command.add(String.valueOf(app.startupFile().orElseThrow()));
    draft.environment.putIfAbsent("PORT", "3000");
    return draft.plan(WorkerProtocol.HTTP);
  }

  private LaunchPlan generic(App app) throws AppProblem {
    String command =
        app.startCommand()
            .orElseThrow(() ->
                new AppProblem(
                    "app_type: generic without a command",
                    "a command that listens on $PORT",
                    "set app_start_command"));
    Draft draft = new Draft(app, "sh", Path.of("/bin/sh"));
    draft.command.clear();
    draft.command.addAll(ShellCommand.of(command));
    return new LaunchPlan(
        draft.command,
        WorkerEnvironment.kept(config, serverEnvironment.keySet()),
        draft.environment,
        app.root(),
        WorkerProtocol.HTTP,
        Readiness.PROBED,
        command,
        draft.notices);
  }

  private Path loader(String name) throws AppProblem {
    Path loader = layout.loaders().resolve(name);
    if (!Files.isReadable(loader)) {
      throw new AppProblem(
          loader + ": cannot be read", "a loader of this installation", "install Peregrine again");
    }
    return loader;
  }

  private static Path named(String option, String program, Interpreters interpreters)
      throws AppProblem {
    return interpreters
        .named(program)
        .orElseThrow(() ->
            missing(option, List.of(program), interpreters, "it, or correct the option " + option));
  }

  private static AppProblem missing(
      String option, List<String> names, Interpreters interpreters, String remedy) {
    boolean isPath = names.getFirst().indexOf('/') >= 0;
    String where = isPath ? "" : " in PATH=" + joined(interpreters);
    return new AppProblem(
        "no program " + String.join(" or ", names) + where,
        "an interpreter that can be run",
        "install " + remedy + "; or set " + option + " to the path of one");
  }

  private static String joined(Interpreters interpreters) {
    return interpreters.path().stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  /// Finds the ahead-of-time cache that an installation may have made beside the jar; it saves a
  /// third of the start.
  private static Optional<Path> aotCache(Path jar) {
    Path cache = Path.of(jar.toString().replaceFirst("\\.jar$", ".aot"));
    return Files.isRegularFile(cache) ? Optional.of(cache) : Optional.empty();
  }

  private static String jrubyName(Path jar) {
    String name = String.valueOf(jar.getFileName());
    String version = name.replaceAll("^jruby-complete-|\\.jar$", "");
    return version.equals("jruby-complete") ? "JRuby" : "JRuby " + version;
  }

  /// A plan while it is made.
  private final class Draft {
    private final App app;
    private final String runtime;
    private final List<String> command = new ArrayList<>();
    private final Map<String, String> environment;
    private final List<String> notices = new ArrayList<>();

    Draft(App app, String name, Path program) {
      this.app = app;
      this.runtime = name + " (" + program + ")";
      this.command.add(program.toString());
      this.environment = WorkerEnvironment.added(config, app, layout, serverEnvironment);
    }

    Draft arguments(Path loader) {
      command.add(loader.toString());
      return this;
    }

    LaunchPlan plan(WorkerProtocol protocol) {
      return new LaunchPlan(
          command,
          WorkerEnvironment.kept(config, serverEnvironment.keySet()),
          environment,
          app.root(),
          protocol,
          Readiness.REPORTED,
          runtime,
          notices);
    }
  }
}
