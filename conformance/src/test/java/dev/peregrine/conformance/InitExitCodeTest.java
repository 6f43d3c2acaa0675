package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Which exit code a container ends with, beside other inits where they have the feature.
class InitExitCodeTest {
  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void main_exits_codeIsTheSame(InitProgram program) {
    for (int code : new int[] {0, 1, 42, 255}) {
      assertThat(program.running("sh -c 'exit %d'".formatted(code)).run().code()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void main_killedBySignal_codeIs128AndTheSignal(InitProgram program) {
    for (int signal : new int[] {9, 15, 11}) {
      assertThat(program.running("sh -c 'kill -%d $$'".formatted(signal)).run().code())
          .isEqualTo(128 + signal);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OURS, 127",
    "TINI, 127",
    "DUMB_INIT, 2",
    "CATATONIT, 1",
    "OURS_AS_TINI, 127",
    "OURS_AS_DUMB_INIT, 2"
  })
  void main_notFound_codeAndOneLine(InitProgram program, int code) {
    Container.Ended ended = program.running("no-such-program").run();

    assertThat(ended.code()).isEqualTo(code);
    assertThat(ended.errors().lines()).hasSize(1);
    if (program != InitProgram.CATATONIT) {
      assertThat(ended.errors()).contains("no-such-program");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OURS, 126",
    "TINI, 126",
    "DUMB_INIT, 2",
    "CATATONIT, 1",
    "OURS_AS_TINI, 126",
    "OURS_AS_DUMB_INIT, 2"
  })
  void main_notExecutable_code(InitProgram program, int code) {
    assertThat(program.running("/etc/passwd").run().code()).isEqualTo(code);
    assertThat(program.running("/etc/").run().code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"OURS", "TINI", "DUMB_INIT", "CATATONIT", "OURS_AS_TINI", "OURS_AS_DUMB_INIT"})
  void main_textWithoutShebang_isRunByTheShell(InitProgram program) {
    assertThat(program.running("/run/text").program("/run/text", "exit 5\n").run().code())
        .isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"'#!/no/interpreter\n', /no/interpreter", "'#!/bin/sh\r\nexit 0\r\n', CR LF"})
  void main_interpreterMissing_messageNamesIt(String text, String named) {
    Container.Ended ended = InitProgram.ours("", "/run/text").program("/run/text", text).run();

    assertThat(ended.code()).isEqualTo(127);
    assertThat(ended.errors()).contains(named);
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void term_mainTrapsIt_codeIsMains(InitProgram program) {
    for (int code : new int[] {0, 5}) {
      String main =
          "trap \"exit %d\" TERM; echo ready; while :; do sleep 0.05; done".formatted(code);
      try (Container container = program.running("sh -c '" + main + "'").start()) {
        container.awaitOutput("ready");
        container.signal("TERM");
        assertThat(container.await().code()).isEqualTo(code);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void term_mainHasDefaultAction_codeIs143(InitProgram program) {
    assertThat(stopped(program.running("sh -c 'echo ready; exec sleep 60'"))).isEqualTo(143);
  }

  @ParameterizedTest
  @CsvSource({
    "OURS, -e 143",
    "OURS, -e143:0",
    "OURS, --exit 143:0",
    "TINI, -e 143",
    "OURS_AS_TINI, -e 143"
  })
  void term_codeReplaced_isTheNewOne(InitProgram program, String flags) {
    assertThat(stopped(program.running(flags, "sh -c 'echo ready; exec sleep 60'"))).isZero();
  }

  @Test
  void main_severalCodesReplaced_eachIsItsOwn() {
    assertThat(InitProgram.ours("-e 3:7 -e 4:8", "sh -c 'exit 3'").run().code()).isEqualTo(7);
    assertThat(InitProgram.ours("-e 3:7 -e 4:8", "sh -c 'exit 4'").run().code()).isEqualTo(8);
    assertThat(InitProgram.ours("-e 3:7 -e 4:8", "sh -c 'exit 5'").run().code()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"'', TERM, 0", "--stop-code 75, TERM, 75", "'', INT, 0"})
  void signal_noMainCommand_codeIsStopCode(String flags, String signal, int code) {
    try (Container container =
        InitProgram.ours(flags, "")
            .program("/etc/service/idle/run", "#!/bin/sh\ntouch /shared/up\nexec sleep 60\n")
            .start()) {
      Await.until("the service is up", () -> container.directory().resolve("up").toFile().exists());
      container.signal(signal);
      assertThat(container.await().code()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @CsvSource({"exit 3, exited with code 3", "kill -9 $$, killed by SIGKILL"})
  void startScript_fails_bootStops(String script, String how) {
    Container.Ended ended =
        InitProgram.ours("", "echo main")
            .program("/etc/my_init.d/10_bad", "#!/bin/sh\n" + script + "\n")
            .program("/etc/my_init.d/20_next", "#!/bin/sh\necho next\n")
            .run();

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors()).contains("/etc/my_init.d/10_bad", how);
  }

  @Test
  void init_nothingToDo_saysSo() {
    Container.Ended ended = InitProgram.ours("", "").setup("rm -rf /etc/service").run();

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.errors()).contains("no command").contains("peregrine init -- PROGRAM");
  }

  @ParameterizedTest
  @CsvSource({"pre", "post"})
  void main_hooksFailOrHang_codeIsMains(String stage) {
    Container.Ended ended =
        InitProgram.ours("--hook-time 0.5", "sh -c 'exit 9'")
            .program("/etc/my_init.%s_shutdown.d/1".formatted(stage), "#!/bin/sh\nexit 4\n")
            .program("/etc/my_init.%s_shutdown.d/2".formatted(stage), "#!/bin/sh\nsleep 60\n")
            .program("/etc/my_init.%s_shutdown.d/3".formatted(stage), "#!/bin/sh\necho third\n")
            .run();

    assertThat(ended.code()).isEqualTo(9);
    assertThat(ended.output()).isEqualTo("third\n");
    assertThat(ended.errors()).contains("exited with code 4", "too_slow");
  }

  private static int stopped(Container.Plan plan) {
    try (Container container = plan.start()) {
      container.awaitOutput("ready");
      container.signal("TERM");
      return container.await().code();
    }
  }
}
