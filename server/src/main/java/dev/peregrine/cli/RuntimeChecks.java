package dev.peregrine.cli;

import dev.peregrine.app.App;
import dev.peregrine.app.AppDetector;
import dev.peregrine.app.AppType;
import dev.peregrine.app.Detection;
import dev.peregrine.config.Config;
import dev.peregrine.process.Environment;
import dev.peregrine.process.ExitStatus;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.Processes;
import dev.peregrine.process.SpawnException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What the app's directory holds, and whether the runtime for it is there.
final class RuntimeChecks {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String RUBY_PROBE =
      """
      print "ruby ", RUBY_VERSION, (RUBY_ENGINE == "ruby" ? "" : " (" + RUBY_ENGINE + ")")
      begin; require "rack"; print ", rack ", Rack.release; rescue LoadError; print ", no rack"; end
      begin; require "bundler"; print ", bundler ", Bundler::VERSION
      rescue LoadError; print ", no bundler"; end
      """;

  private final Config config;
  private final Console console;
  private final Consumer<Finding> findings;

  RuntimeChecks(Config config, Console console, Consumer<Finding> findings) {
    this.config = config;
    this.console = console;
    this.findings = findings;
  }

  void check() throws InterruptedException {
    Optional<App> app = app();
    try (Processes processes = new Processes()) {
      Probe probe = new Probe(processes, Environment.inherited(), config.app().root());
      ruby(probe, app);
      python(probe, app);
      node(probe, app);
    }
  }

  private Optional<App> app() {
    return switch (AppDetector.detect(config.app())) {
      case Detection.Found(App app) -> {
        findings.accept(Finding.ok("app", describe(app)));
        yield Optional.of(app);
      }
      case Detection.NotFound(Path root, List<String> lookedFor) -> {
        findings.accept(
            Finding.error(
                "app",
                "nothing to run in " + root + ": looked for " + String.join("; ", lookedFor),
                "name the app's directory, or set app_start_command"));
        yield Optional.empty();
      }
      case Detection.Invalid(String found, String expected, String remedy) -> {
        findings.accept(Finding.error("app", found + " (expected " + expected + ")", remedy));
        yield Optional.empty();
      }
    };
  }

  private static String describe(App app) {
    String what =
        app.startupFile()
            .map(file -> file.startsWith(app.root()) ? app.root().relativize(file) : file)
            .map(Path::toString)
            .or(app::startCommand)
            .orElse("");
    return switch (app.type()) {
          case RUBY -> "a Rack app";
          case PYTHON -> "a WSGI app";
          case NODE -> "a Node.js app";
          case GENERIC -> "a command";
        }
        + ": "
        + what;
  }

  private void ruby(Probe probe, Optional<App> app) throws InterruptedException {
    boolean isNeeded = app.filter(found -> found.type() == AppType.RUBY).isPresent();
    String program = config.app().ruby().orElse("ruby");
    Optional<String> version = probe.run(program, "-e", RUBY_PROBE);
    if (version.isEmpty() && isNeeded && config.app().ruby().isEmpty() && jruby().isPresent()) {
      findings.accept(
          Finding.warn(
              "ruby",
              "no ruby: the app would run on the bundled JRuby",
              "install ruby for a faster start, or leave it so"));
      return;
    }
    report("ruby", version, isNeeded, program, "ruby");
    boolean wantsBundler = Files.exists(config.app().root().resolve("Gemfile.lock"));
    if (isNeeded
        && wantsBundler
        && version.filter(text -> text.contains("no bundler")).isPresent()) {
      findings.accept(
          Finding.error(
              "ruby", "there is a Gemfile.lock but no bundler", "install it: gem install bundler"));
    }
  }

  private void python(Probe probe, Optional<App> app) throws InterruptedException {
    boolean isNeeded = app.filter(found -> found.type() == AppType.PYTHON).isPresent();
    String program = config.app().python().or(this::virtualPython).orElse("python3");
    report("python", probe.run(program, "--version"), isNeeded, program, "python3");
  }

  private Optional<String> virtualPython() {
    return Stream.of("venv", ".venv")
        .map(name -> config.app().root().resolve(name).resolve("bin/python"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private void node(Probe probe, Optional<App> app) throws InterruptedException {
    boolean isNeeded = app.filter(found -> found.type() == AppType.NODE).isPresent();
    String program = config.app().nodejs().orElse("node");
    Optional<String> version = probe.run(program, "--version");
    if (version.isEmpty() && config.app().nodejs().isEmpty()) {
      version = probe.run("nodejs", "--version");
    }
    report("nodejs", version.map(text -> "Node.js " + text), isNeeded, program, "nodejs");
    boolean hasModules = Files.isDirectory(config.app().root().resolve("node_modules"));
    boolean wantsModules = Files.exists(config.app().root().resolve("package-lock.json"));
    if (isNeeded && wantsModules && !hasModules) {
      findings.accept(
          Finding.warn(
              "nodejs",
              "there is a package-lock.json but no node_modules",
              "install them: npm ci"));
    }
  }

  private void report(
      String area, Optional<String> version, boolean isNeeded, String program, String packageName) {
    if (version.isPresent()) {
      findings.accept(Finding.ok(area, version.get()));
    } else if (isNeeded) {
      findings.accept(
          Finding.error(
              area,
              program + " cannot be run, and the app needs it",
              "install " + packageName + ", or set " + area + " to the path of one"));
    } else {
      findings.accept(Finding.ok(area, "not found, and not needed by this app"));
    }
  }

  private Optional<Path> jruby() {
    String home = System.getProperty("peregrine.home", "");
    if (home.isEmpty()) {
      return Optional.empty();
    }
    List<Path> jars = new ArrayList<>();
    for (String directory : List.of("jruby", "lib")) {
      try (Stream<Path> entries = Files.list(Path.of(home, directory))) {
        entries
            .filter(entry -> String.valueOf(entry.getFileName()).startsWith("jruby-complete"))
            .forEach(jars::add);
      } catch (IOException _) {
        console.err().flush();
      }
    }
    return jars.stream().findFirst();
  }

  /// Runs programs for the first line of what they print.
  private record Probe(Processes processes, Environment environment, Path directory) {
    Optional<String> run(String... command) throws InterruptedException {
      try {
        Processes.RunResult result =
            processes.run(ProcessSpec.of(List.of(command), environment, directory), LIMIT);
        String text = new String(result.stdout(), StandardCharsets.UTF_8);
        return result.status() instanceof ExitStatus.Exited(int code) && code == 0
            ? text.lines().findFirst().map(String::strip)
            : Optional.empty();
      } catch (SpawnException _) {
        return Optional.empty();
      }
    }
  }
}
