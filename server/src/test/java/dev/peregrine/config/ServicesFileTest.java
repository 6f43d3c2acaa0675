package dev.peregrine.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.init.ServiceConfig;
import dev.peregrine.init.ServiceConfig.Action;
import dev.peregrine.init.ServiceConfig.Health;
import dev.peregrine.init.ServiceConfig.Probe;
import dev.peregrine.init.ServiceConfig.Readiness;
import dev.peregrine.init.ServiceConfig.Restart;
import dev.peregrine.init.ServiceConfig.Stop;
import dev.peregrine.init.ServiceConfig.When;
import dev.peregrine.init.ServicesConfig;
import dev.peregrine.init.ServicesConfig.LogFormat;
import dev.peregrine.init.ServicesConfig.Syslog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServicesFileTest {
  @TempDir Path directory;

  @Test
  void read_ofOneLine_hasTheDefaults() {
    ServiceConfig config = service("command: redis-server --port 6379");
    assertThat(config.name()).isEqualTo("a");
    assertThat(config.program().command())
        .containsExactly("/bin/sh", "-c", "exec redis-server --port 6379");
    assertThat(config.program().directory()).isEqualTo(Path.of("/"));
    assertThat(config.program().user()).isEmpty();
    assertThat(config.start().isEnabled()).isTrue();
    assertThat(config.start().readiness()).isEqualTo(new Readiness.Running());
    assertThat(config.restart()).isEqualTo(Restart.DEFAULT);
    assertThat(config.stop()).isEqualTo(new Stop(15, Duration.ofSeconds(10)));
    assertThat(config.logPrefix()).isEqualTo("a: ");
  }

  @Test
  void read_ofEveryKey_takesIt() {
    ServicesConfig config =
        read(
            """
            log_format: json
            syslog: stream
            services:
              db:
                command: [/usr/bin/db, "--x y"]
                user: postgres:ssl
                environment: {A: 1, B: two}
                directory: /var/lib
                after: [logd]
                ready: notify
                start_timeout: 2m
                health: {check: db-check, period: 5s, timeout: 1s, threshold: 4, action: stop-container}
                restart: on-failure
                restart_pause: 500ms
                restart_pause_max: 10s
                restart_reset: 1m
                restart_attempts: 7
                essential: true
                enabled: false
                stop_signal: SIGINT
                stop_timeout: 20s
                log_prefix: ""
            """);
    assertThat(config.logFormat()).isEqualTo(LogFormat.JSON);
    assertThat(config.syslog()).isEqualTo(Syslog.STREAM);
    ServiceConfig db = config.services().getFirst();
    assertThat(db.program().command()).containsExactly("/usr/bin/db", "--x y");
    assertThat(db.program().user()).contains("postgres:ssl");
    assertThat(db.program().environment()).isEqualTo(Map.of("A", "1", "B", "two"));
    assertThat(db.program().directory()).isEqualTo(Path.of("/var/lib"));
    assertThat(db.start().after()).containsExactly("logd");
    assertThat(db.start().readiness()).isEqualTo(new Readiness.Notifies());
    assertThat(db.start().limit()).contains(Duration.ofMinutes(2));
    assertThat(db.start().isEnabled()).isFalse();
    assertThat(db.health())
        .contains(
            new Health(
                new Probe.Exec(List.of("/bin/sh", "-c", "exec db-check")),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                4,
                Action.STOP_CONTAINER));
    assertThat(db.restart())
        .isEqualTo(
            new Restart(
                When.ON_FAILURE,
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                OptionalInt.of(7)));
    assertThat(db.isEssential()).isTrue();
    assertThat(db.stop()).isEqualTo(new Stop(2, Duration.ofSeconds(20)));
    assertThat(db.logPrefix()).isEmpty();
  }

  @Test
  void read_ofReadiness_knowsEveryKind() {
    assertThat(ready("running")).isEqualTo(new Readiness.Running());
    assertThat(ready("done")).isEqualTo(new Readiness.Done());
    assertThat(ready("{descriptor: 3}")).isEqualTo(new Readiness.Writes(3));
    assertThat(ready("{port: 80}"))
        .isEqualTo(new Readiness.Answers(new Probe.Tcp("127.0.0.1", 80)));
    assertThat(ready("{port: \"[::1]:80\"}"))
        .isEqualTo(new Readiness.Answers(new Probe.Tcp("::1", 80)));
    assertThat(ready("{http: \"http://[::1]:81/x?y=1\"}"))
        .isEqualTo(new Readiness.Answers(new Probe.Http("::1", 81, "/x?y=1")));
    assertThat(ready("{http: http://localhost}"))
        .isEqualTo(new Readiness.Answers(new Probe.Http("localhost", 80, "/")));
    assertThat(ready("{check: [test, -e, /x]}"))
        .isEqualTo(new Readiness.Answers(new Probe.Exec(List.of("test", "-e", "/x"))));
  }

  @Test
  void read_ofWatchdog_takesItAlone() {
    assertThat(service("command: x\nhealth: {watchdog: 30s}").health())
        .contains(Health.watchdog(Duration.ofSeconds(30), 1, Action.RESTART));
    assertThat(problems("services:\n  a:\n    command: x\n    health: {watchdog: 30s, port: 80}\n"))
        .containsExactly(
            "services.yaml:4:35: services.a.health.port: 80 (expected no port with a watchdog);"
                + " remove one of them");
  }

  @Test
  void read_ofATask_restartsItOnFailureOnly() {
    assertThat(service("command: x\nready: done").restart().when()).isEqualTo(When.ON_FAILURE);
    assertThat(service("command: x\nessential: true").restart().when()).isEqualTo(When.NEVER);
    assertThat(service("command: x\nschedule: \"@hourly\"").schedule()).contains("@hourly");
  }

  @Test
  void read_ofUnknownKey_suggestsTheNearest() {
    assertThat(problems("services:\n  a:\n    command: x\n    afetr: [cron]\n"))
        .containsExactly(
            "services.yaml:4:5: services.a.afetr: an unknown key (expected a known one, perhaps"
                + " after); write after, or remove the line");
  }

  @Test
  void read_ofManyMistakes_reportsAllAtOnce() {
    List<String> problems =
        problems(
            """
            log_format: xml
            services:
              a:
                command: x
                stop_timeout: soon
                stop_signal: SIGFOO
                ready: {port: 0}
              b c:
                command: x
              d:
                user: "a b"
              e:
                command: x
                schedule: "61 * * * *"
            """);
    assertThat(problems)
        .anySatisfy(text -> assertThat(text).startsWith("services.yaml:1:13: log_format: xml"))
        .anySatisfy(text ->
            assertThat(text).startsWith("services.yaml:5:19: services.a.stop_timeout: soon"))
        .anySatisfy(text ->
            assertThat(text).startsWith("services.yaml:6:18: services.a.stop_signal: SIGFOO"))
        .anySatisfy(
            text -> assertThat(text).startsWith("services.yaml:7:19: services.a.ready.port: 0"))
        .anySatisfy(text -> assertThat(text).contains("the name \"b c\""))
        .anySatisfy(text -> assertThat(text).contains("d.command: missing"))
        .anySatisfy(text -> assertThat(text).contains("d.user: \"a b\""))
        .anySatisfy(text -> assertThat(text).contains("e.schedule: \"61 * * * *\""))
        .hasSize(8);
  }

  @Test
  void read_ofACircle_namesIt() {
    assertThat(
            problems(
                """
                services:
                  a: {command: x, after: [c]}
                  b: {command: x, after: [a]}
                  c: {command: x, after: [b]}
                  d: {command: x, after: [d]}
                """))
        .containsExactly(
            "services.yaml:5:3: d: after itself (expected other services); remove it from `after`",
            "services.yaml:2:3: a: a circle: a after c after b after a (expected an order); remove"
                + " one of these from `after`");
  }

  @Test
  void read_ofUnknownName_suggestsTheNearest() {
    assertThat(problems("services:\n  redis: {command: x}\n  app: {command: x, after: [redi]}\n"))
        .containsExactly(
            "services.yaml:3:3: app: after \"redi\", which is unknown (expected names of services,"
                + " perhaps redis); write redis");
  }

  @Test
  void read_ofNameFromADirectory_isKnownAndTaken() {
    assertThat(problems("services:\n  app: {command: x, after: [cron]}\n")).isEmpty();
    assertThat(problems("services:\n  cron: {command: x}\n"))
        .containsExactly(
            "services.yaml:2:3: cron: also a directory of services (expected each name once);"
                + " rename one of the two, or remove the directory");
  }

  @Test
  void read_ofHealthOnASchedule_refusesIt() {
    assertThat(
            problems(
                "services:\n"
                    + "  a: {command: x, schedule: every 5m, health: {port: 1}, essential: yes}"))
        .hasSize(2);
  }

  @Test
  void read_ofTwoProbes_refusesTheSecond() {
    assertThat(problems("services:\n  a: {command: x, ready: {port: 1, check: x}}")).hasSize(1);
    assertThat(problems("services:\n  a: {command: x, ready: {}}")).hasSize(1);
  }

  private ServiceConfig service(String lines) {
    return read("services:\n  a:\n" + lines.indent(4)).services().getFirst();
  }

  private Readiness ready(String value) {
    return service("command: x\nready: " + value).start().readiness();
  }

  private ServicesConfig read(String text) {
    List<Problem> problems = new ArrayList<>();
    return ServicesFile.read(write(text), Set.of("cron", "logd"), problems::add)
        .orElseThrow(() -> new AssertionError(problems));
  }

  private List<String> problems(String text) {
    List<String> problems = new ArrayList<>();
    Path file = write(text);
    boolean isRead =
        ServicesFile.read(
                file,
                Set.of("cron", "logd"),
                problem -> problems.add(problem.describe().replace(directory + "/", "")))
            .isPresent();
    assertThat(isRead).isEqualTo(problems.isEmpty());
    return problems;
  }

  private Path write(String text) {
    try {
      return Files.writeString(directory.resolve("services.yaml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
