package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the main command finds when it starts, beside other inits where they have the feature.
class InitChildTest {
  @ParameterizedTest
  @CsvSource({"OURS", "OURS_AS_TINI", "OURS_AS_DUMB_INIT"})
  void signals_ofMain_areNeitherBlockedNorIgnored(InitProgram program) {
    Container.Ended ended = program.running("grep -E 'Sig(Blk|Ign)' /proc/self/status").run();

    assertThat(ended.output()).isEqualTo("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void descriptors_ofMain_areTheStandardOnes(InitProgram program) {
    Container.Ended ended =
        program
            .running("sh -c 'cd /proc/self/fd; echo *'")
            .before("exec 5</etc/passwd 5<&-;")
            .run();

    assertThat(ended.output()).isIn("0 1 2\n", "0 1 2 3\n"); // 3 is the shell's look at them
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void directory_ofMain_isInherited(InitProgram program) {
    Container.Ended ended =
        program.running("pwd").setup("mkdir -p /run/here").before("cd /run/here;").run();

    assertThat(ended.output()).isEqualTo("/run/here\n");
  }

  @ParameterizedTest
  @CsvSource({
    "OURS, 0<&-",
    "OURS_AS_TINI, 0<&-",
    "DUMB_INIT, 0<&-",
    "CATATONIT, 0<&-",
    "OURS, 0<&- 1>&- 2>&-",
    "OURS_AS_DUMB_INIT, 0<&- 1>&- 2>&-"
  })
  void standardDescriptors_closed_mainRuns(InitProgram program, String closed) {
    Container.Ended ended =
        program.running("sh -c 'touch /shared/ran; exit 5'").before("exec " + closed + ";").run();

    assertThat(ended.code()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"OURS", "TINI", "DUMB_INIT", "CATATONIT", "OURS_AS_TINI", "OURS_AS_DUMB_INIT"})
  void interruptKey_atTerminal_reachesMain(InitProgram program) {
    Container.Ended ended =
        atTerminal(
                program, "sh -c 'trap \"exit 21\" INT; echo ready; while :; do sleep 0.02; done'")
            .terminal("ready", "\\x03")
            .run();

    assertThat(ended.code()).isEqualTo(21);
  }

  @ParameterizedTest
  @CsvSource({"OURS", "TINI", "OURS_AS_TINI", "OURS_AS_DUMB_INIT", "DUMB_INIT"})
  void shell_atTerminal_hasJobControl(InitProgram program) {
    Container.Ended ended =
        atTerminal(program, "bash --norc --noprofile -i")
            .terminal(
                "$ ",
                "sh -c 'echo g\"\"o; exec sleep 100'\\n",
                "go\r",
                "\\x1a",
                "Stopped",
                "jobs\\n",
                "Stopped",
                "exit 3\\nexit 3\\n")
            .run();

    assertThat(ended.code()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void line_typedAtTerminal_isRead(InitProgram program) {
    Container.Ended ended =
        atTerminal(program, "sh -c 'echo ready; read line; echo \"got $line\"'")
            .terminal("ready", "hello\\n")
            .run();

    assertThat(ended.output()).contains("got hello");
  }

  @Test
  void interruptKey_afterMainEnded_reachesInit() {
    Container.Ended ended =
        atTerminal(InitProgram.OURS, "sh -c 'exit 6'")
            .program(
                "/etc/my_init.pre_shutdown.d/1",
                "#!/bin/sh\ntrap '' INT\necho one; while :; do sleep 0.05; done")
            .terminal("one", "\\x03", "once more", "\\x03")
            .run();

    assertThat(ended.code()).isEqualTo(6);
    assertThat(ended.output()).contains("stop.hurried");
  }

  /// Process 1 leads the session of the terminal, as an engine arranges it.
  private static Container.Plan atTerminal(InitProgram program, String command) {
    return program.running(command).before("export TERM=dumb PS1='$ '; exec setsid -c");
  }

  @ParameterizedTest
  @CsvSource({"OURS", "OURS_AS_TINI", "CATATONIT"})
  void sockets_passedByTheManager_arriveWithMainsProcessId(InitProgram program) {
    Container.Ended ended =
        program
            .running("sh -c 'test $LISTEN_PID = $$ && head -c 4 <&3 && echo \" $LISTEN_FDS\"'")
            .before("exec 3</etc/passwd; export LISTEN_PID=1 LISTEN_FDS=1;")
            .run();

    assertThat(ended.output()).isEqualTo("root 1\n");
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void bytes_ofArgumentsAndEnvironment_arriveUnchanged(InitProgram program) {
    String main = "sh -c 'printf %s \"$1$LATIN\" | od -An -tx1'";
    Container.Ended ended =
        program
            .running(main + " x \"$(printf '\\351\\303\\251')\"")
            .before("export LATIN=\"$(printf '\\377')\";")
            .run();

    assertThat(ended.output()).isEqualTo(" e9 c3 a9 ff\n");
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void variables_thatNoShellHas_arrive(InitProgram program) {
    assertThat(program.running("env").before("exec env -i PATH=/usr/bin:/bin A.B=1").run().output())
        .isEqualTo("PATH=/usr/bin:/bin\nA.B=1\n");
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void arguments_ofMain_areUntouched(InitProgram program) {
    Container.Ended ended = program.running("echo -x -- --quiet -g").run();

    assertThat(ended.output()).isEqualTo("-x -- --quiet -g\n");
  }
}
