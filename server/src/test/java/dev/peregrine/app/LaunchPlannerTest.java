package dev.peregrine.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchPlannerTest {
  @TempDir private Path directory;
  private Path root = Path.of("/");
  private Path programs = Path.of("/");
  private final Map<String, String> environment = new HashMap<>();
  private Optional<Path> jruby = Optional.empty();

  @BeforeEach
  void makeDirectories() throws IOException {
    root = Files.createDirectory(directory.resolve("blog"));
    programs = Files.createDirectory(directory.resolve("bin"));
    environment.put("PATH", "relative:" + programs + ":/nowhere");
    for (String loader : new String[] {"ruby/worker.rb", "python/worker.py", "node/worker.cjs"}) {
      Path file = directory.resolve("loaders").resolve(loader);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
  }

  private static Path program(Path path) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    return path;
  }

  private LaunchPlan plan(AppType type, TestConfig config) throws AppProblem {
    RuntimeLayout layout =
        new RuntimeLayout(
            directory.resolve("loaders"), jruby, Optional.of(Path.of("/jdk/bin/java")), "1.2");
    boolean generic = type == AppType.GENERIC;
    App app =
        new App(
            root,
            type,
            generic ? Optional.empty() : Optional.of(root.resolve("start")),
            config.startCommand());
    return new LaunchPlanner(config.build(), layout, environment).plan(app);
  }

  private LaunchPlan plan(AppType type) throws AppProblem {
    return plan(type, TestConfig.of(root));
  }

  private String loader(String name) {
    return directory.resolve("loaders").resolve(name).toString();
  }

  @Test
  void plan_ruby_runsTheLoader() throws Exception {
    Path ruby = program(programs.resolve("ruby"));

    LaunchPlan plan = plan(AppType.RUBY, TestConfig.of(root).threads(4));

    assertThat(plan.command()).containsExactly(ruby.toString(), loader("ruby/worker.rb"));
    assertThat(plan.runtime()).isEqualTo("ruby (" + ruby + ")");
    assertThat(plan.protocol()).isEqualTo(WorkerProtocol.GATEWAY);
    assertThat(plan.readiness()).isEqualTo(Readiness.REPORTED);
    assertThat(plan.workingDirectory()).isEqualTo(root);
    assertThat(plan.notices()).isEmpty();
    assertThat(plan.environment())
        .containsEntry("PEREGRINE_STARTUP_FILE", root.resolve("start").toString())
        .containsEntry("PEREGRINE_THREADS", "4")
        .containsEntry("PEREGRINE_APP_NAME", "blog")
        .containsEntry("RACK_ENV", "production")
        .containsEntry("SERVER_SOFTWARE", "Peregrine/1.2");
  }

  @Test
  void plan_noRuby_fallsBackOnJRuby() throws Exception {
    jruby = Optional.of(Path.of("/lib/jruby-complete-10.1.1.0.jar"));

    LaunchPlan plan = plan(AppType.RUBY);

    assertThat(plan.command())
        .startsWith("/jdk/bin/java")
        .endsWith("-jar", "/lib/jruby-complete-10.1.1.0.jar", loader("ruby/worker.rb"));
    assertThat(plan.notices())
        .containsExactly("no ruby found in PATH: running the app on the bundled JRuby 10.1.1.0");
  }

  @Test
  void plan_jrubyWithCache_usesIt() throws Exception {
    jruby = Optional.of(directory.resolve("jruby-complete-10.1.1.0.jar"));
    Path cache = Files.createFile(directory.resolve("jruby-complete-10.1.1.0.aot"));

    assertThat(plan(AppType.RUBY).command()).contains("-XX:AOTCache=" + cache);
  }

  @Test
  void plan_jrubyWanted_takesTheBundledOneWithoutNotice() throws Exception {
    program(programs.resolve("ruby"));
    jruby = Optional.of(Path.of("/lib/jruby-complete-10.1.1.0.jar"));

    LaunchPlan plan = plan(AppType.RUBY, TestConfig.of(root).interpreter("jruby"));

    assertThat(plan.command()).contains("/lib/jruby-complete-10.1.1.0.jar");
    assertThat(plan.notices()).isEmpty();
  }

  @Test
  void plan_namedRubyMissing_saysSo() {
    jruby = Optional.of(Path.of("/lib/jruby.jar"));

    assertThatThrownBy(() -> plan(AppType.RUBY, TestConfig.of(root).interpreter("/opt/ruby")))
        .isInstanceOf(AppProblem.class)
        .hasMessageContainingAll("/opt/ruby", "set ruby to the path of one");
  }

  @Test
  void plan_noPython_saysWhereItLooked() {
    assertThatThrownBy(() -> plan(AppType.PYTHON))
        .isInstanceOf(AppProblem.class)
        .hasMessageContainingAll("python3 or python", programs.toString(), "python3", "install");
  }

  @ParameterizedTest
  @CsvSource({"venv", ".venv"})
  void plan_virtualEnvironment_isTaken(String name) throws Exception {
    program(programs.resolve("python3"));
    Path python = program(root.resolve(name).resolve("bin/python"));

    LaunchPlan plan = plan(AppType.PYTHON);

    assertThat(plan.command()).containsExactly(python.toString(), loader("python/worker.py"));
    assertThat(plan.environment())
        .containsEntry("VIRTUAL_ENV", root.resolve(name).toString())
        .containsEntry("PATH", root.resolve(name) + "/bin:" + programs + ":/nowhere");
  }

  @Test
  void plan_activatedVirtualEnvironment_winsOverTheAppsOwn() throws Exception {
    program(root.resolve("venv/bin/python"));
    Path python = program(directory.resolve("active/bin/python"));
    environment.put("VIRTUAL_ENV", directory.resolve("active").toString());

    assertThat(plan(AppType.PYTHON).command()).startsWith(python.toString());
  }

  @Test
  void plan_namedPython_winsOverVirtualEnvironments() throws Exception {
    program(root.resolve("venv/bin/python"));
    Path python = program(programs.resolve("pypy3"));

    assertThat(plan(AppType.PYTHON, TestConfig.of(root).interpreter("pypy3")).command())
        .startsWith(python.toString());
  }

  @Test
  void plan_node_preloadsTheLoader() throws Exception {
    Path node = program(programs.resolve("nodejs"));

    LaunchPlan plan = plan(AppType.NODE);

    assertThat(plan.command())
        .containsExactly(
            node.toString(),
            "--require",
            loader("node/worker.cjs"),
            root.resolve("start").toString());
    assertThat(plan.protocol()).isEqualTo(WorkerProtocol.HTTP);
    assertThat(plan.environment()).containsKey("PORT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "./serve -p $PORT | exec ./serve -p $PORT",
        "cd x && ./serve | cd x && ./serve",
        "A=1 ./serve | A=1 ./serve",
        "exec ./serve | exec ./serve",
        ". ./env | . ./env"
      })
  void plan_generic_runsInTheShell(String command, String expected) throws Exception {
    LaunchPlan plan = plan(AppType.GENERIC, TestConfig.of(root).startCommand(command));

    assertThat(plan.command()).containsExactly("/bin/sh", "-c", expected);
    assertThat(plan.readiness()).isEqualTo(Readiness.PROBED);
  }

  @Test
  void plan_allPassed_keepsAllButTheServersOwn() throws Exception {
    program(programs.resolve("ruby"));
    environment.put("DATABASE_URL", "x");
    environment.put("PEREGRINE_ADMIN_TOKEN", "x");
    environment.put("PASSENGER_PORT", "x");
    environment.put("NOTIFY_SOCKET", "x");
    environment.put("PORT", "x");

    assertThat(plan(AppType.RUBY).keptVariables())
        .containsExactlyInAnyOrder("PATH", "DATABASE_URL");
  }

  @Test
  void plan_namesPassed_keepsThemAndTheBasicOnes() throws Exception {
    program(programs.resolve("ruby"));
    environment.put("LC_ALL", "C");
    environment.put("HOME", "/home/x");
    environment.put("SECRET", "x");
    environment.put("DATABASE_URL", "x");
    environment.put("PEREGRINE_ADMIN_TOKEN", "x");

    LaunchPlan plan =
        plan(
            AppType.RUBY,
            TestConfig.of(root).passEnvironment("DATABASE_URL", "PEREGRINE_ADMIN_TOKEN"));

    assertThat(plan.keptVariables())
        .containsExactlyInAnyOrder("PATH", "LC_ALL", "HOME", "DATABASE_URL");
  }

  @Test
  void plan_operatorsVariables_comeLast() throws Exception {
    program(programs.resolve("ruby"));

    LaunchPlan plan =
        plan(AppType.RUBY, TestConfig.of(root).variables(Map.of("RACK_ENV", "staging")));

    assertThat(plan.environment()).containsEntry("RACK_ENV", "staging");
  }

  @Test
  void plan_loaderMissing_saysSo() throws Exception {
    program(programs.resolve("ruby"));
    Files.delete(Path.of(loader("ruby/worker.rb")));

    assertThatThrownBy(() -> plan(AppType.RUBY)).hasMessageContaining("ruby/worker.rb");
  }
}
