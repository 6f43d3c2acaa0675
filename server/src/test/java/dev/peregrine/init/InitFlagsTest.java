package dev.peregrine.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.init.Options.Part;
import dev.peregrine.init.Options.Reach;
import dev.peregrine.process.Environment;
import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitFlagsTest {
  @Test
  void flags_none_allPartsRun() {
    Options options = run("peregrine", "sh", "-c", "exit");

    assertThat(options.command())
        .extracting(RawString::toString)
        .containsExactly("sh", "-c", "exit");
    assertThat(options.parts()).doesNotContain(Part.LIST_ONLY, Part.JSON_LINES).hasSize(7);
    assertThat(options.limits().stop()).isEqualTo(Duration.ofSeconds(9));
    assertThat(options.main().reach()).isEqualTo(Reach.PROCESS);
  }

  @Test
  void flags_ofMyInit_areUnderstood() {
    Options options =
        run(
            "my_init",
            "--quiet",
            "--skip-startup-files",
            "--skip-runit",
            "--no-kill-all-on-exit",
            "--",
            "-x",
            "--",
            "y");

    assertThat(options.command()).extracting(RawString::toString).containsExactly("-x", "--", "y");
    assertThat(options.parts()).doesNotContain(Part.SCRIPTS, Part.SERVICES, Part.STRAYS);
    assertThat(options.talk()).isEqualTo(Options.Talk.QUIET);
  }

  @Test
  void letters_joined_areSplit() {
    Options options = run("peregrine", "-qge7", "-r15:3", "x");

    assertThat(options.main().reach()).isEqualTo(Reach.GROUP);
    assertThat(options.codes().of(7)).isZero();
    assertThat(options.rules().target(SignalNumber.TERM)).isEqualTo(SignalNumber.QUIT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--nonsense",
        "-r 15",
        "-r x:3",
        "-e 256",
        "-e x",
        "-p NOSIGNAL",
        "--stop-time soon",
        "--quiet=1",
        "--stop-time",
        "--stop-code -1",
        "--drain 9s",
        "--skip-services"
      })
  void mistakes_ofAnyKind_areOneLineAndCode2(String flags) {
    Arguments.Answer answer = read("peregrine", Map.of(), flags.split(" ", -1));

    assertThat(answer)
        .isInstanceOfSatisfying(
            Arguments.Said.class,
            said -> {
              assertThat(said.code()).isEqualTo(2);
              assertThat(said.text().lines()).hasSize(1).first().asString().contains("expected");
            });
  }

  @ParameterizedTest
  @CsvSource({"1,1,9", "30,30,90", "infinity,1,infinity", "0,0,9"})
  void wholeStop_variablesOfMyInit_areGrantedInFull(String process, String all, String whole) {
    Options options =
        options(
            read(
                "my_init",
                Map.of("KILL_PROCESS_TIMEOUT", process, "KILL_ALL_PROCESSES_TIMEOUT", all),
                "x"));

    assertThat(options.limits().stop()).isEqualTo(Limits.parse(whole).orElseThrow());
    assertThat(options.limits().strays()).isEqualTo(Limits.parse(all));
  }

  @Test
  void wholeStop_inKubernetes_isLonger() {
    Options options =
        options(read("peregrine", Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"), "x"));

    assertThat(options.limits().stop()).isEqualTo(Duration.ofSeconds(28));
  }

  @Test
  void tini_flags_areTinis() {
    Options options = run("tini", "-gs", "-e", "143", "-p", "SIGKILL", "-vv", "--", "x");

    assertThat(options.parts()).isEmpty();
    assertThat(options.main().reach()).isEqualTo(Reach.GROUP);
    assertThat(options.codes().of(143)).isZero();
    assertThat(options.parentDeath()).isEqualTo(SignalNumber.KILL);
    assertThat(options.rules().target(SignalNumber.TTIN)).isZero();
    assertThat(read("tini", Map.of(), "-x")).isInstanceOf(Arguments.Said.class);
  }

  @Test
  void dumbInit_flags_areDumbInits() {
    Options session = run("dumb-init", "-v", "x", "-c");
    Options single = run("dumb-init", "-c", "--rewrite", "15:0", "--", "x");
    Options byVariable = options(read("dumb-init", Map.of("DUMB_INIT_SETSID", "0"), "x"));

    assertThat(session.main().leadership()).isEqualTo(Leadership.TERMINAL_SESSION);
    assertThat(session.main().reach()).isEqualTo(Reach.GROUP);
    assertThat(session.rules().target(SignalNumber.TSTP)).isEqualTo(SignalNumber.STOP);
    assertThat(session.command()).hasSize(2);
    assertThat(single.main().leadership()).isEqualTo(Leadership.NONE);
    assertThat(single.rules().target(SignalNumber.TERM)).isZero();
    assertThat(byVariable.main().reach()).isEqualTo(Reach.PROCESS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"peregrine", "tini", "dumb-init"})
  void help_asked_isGivenWithCode0(String name) {
    assertThat(read(name, Map.of(), "-h"))
        .isInstanceOfSatisfying(
            Arguments.Said.class,
            said -> {
              assertThat(said.code()).isZero();
              assertThat(said.text()).startsWith("Usage: " + name);
            });
  }

  private static Options run(String name, String... words) {
    return options(read(name, Map.of(), words));
  }

  private static Options options(Arguments.Answer answer) {
    assertThat(answer).isInstanceOf(Arguments.Run.class);
    return ((Arguments.Run) answer).options();
  }

  private static Arguments.Answer read(
      String name, Map<String, String> variables, String... words) {
    List<RawString> arguments = Stream.of(words).map(RawString::of).toList();
    return Arguments.read(new Invocation(name, arguments, Environment.of(variables)));
  }
}
