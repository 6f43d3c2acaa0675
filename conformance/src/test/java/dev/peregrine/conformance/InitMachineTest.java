package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// That init is a virtual machine shows nowhere.
class InitMachineTest {
  @Test
  void memory_limitedTo24Megabytes_startsAndStops() {
    try (Container container =
        InitProgram.ours("", "sh -c 'echo ready; exec sleep 60'").setup(memory("24M")).start()) {
      container.awaitOutput("ready");
      container.signal("TERM");
      assertThat(container.await().code()).isEqualTo(143);
    }
  }

  @Test
  void memory_limitedTo32Megabytes_runsAService() {
    // reference J1
    try (Container container =
        InitServices.init("")
            .program("/srv/service/a/run", "#!/bin/sh\necho ready; exec sleep 60\n")
            .setup(memory("32M"))
            .start()) {
      container.awaitOutput("a: ready\n");
      container.signal("TERM");
      assertThat(container.await().code()).isZero();
    }
  }

  private static String memory(String limit) {
    return """
    if [ -e /sys/fs/cgroup/memory ]; then
      d=/sys/fs/cgroup/memory/init-test-$(date +%%N); mkdir $d
      echo %1$s >$d/memory.limit_in_bytes
    else
      d=/sys/fs/cgroup/init-test-$(date +%%N); mkdir $d
      echo %1$s >$d/memory.max
    fi
    echo 0 >$d/cgroup.procs
    """
        .formatted(limit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"QUIT", "USR2"})
  void signals_ofTheMachine_arePassedOnWithoutAWord(String signal) {
    String main =
        "sh -c 'trap \"exit 3\" %s; echo ready; while :; do sleep 0.02; done'".formatted(signal);
    try (Container container = InitProgram.ours("", main).start()) {
      container.awaitOutput("ready");
      container.signal(signal);
      Container.Ended ended = container.await();
      assertThat(ended.code()).isEqualTo(3);
      assertThat(ended.both()).isEqualTo("ready\n");
    }
  }

  @Test
  void options_ofOtherMachines_doNotReachInitButMain() {
    String given =
        "JAVA_TOOL_OPTIONS=-javaagent:/none.jar JDK_JAVA_OPTIONS=-bad _JAVA_OPTIONS=-worse"
            + " LD_PRELOAD= LD_LIBRARY_PATH=/nowhere";
    Container.Ended ended =
        InitProgram.ours(
                "",
                "sh -c 'echo $JAVA_TOOL_OPTIONS $JDK_JAVA_OPTIONS $_JAVA_OPTIONS $LD_LIBRARY_PATH'")
            .before("export " + given + ";")
            .run();

    assertThat(ended.output()).isEqualTo("-javaagent:/none.jar -bad -worse /nowhere\n");
    assertThat(ended.errors()).isEmpty();
  }

  @Test
  void variables_ofTheLauncher_areNotSeenByMain() {
    Container.Ended ended =
        InitProgram.ours("", "env").before("exec env -i PATH=/usr/bin:/bin LC_ALL=de ONE=1").run();

    assertThat(ended.output()).isEqualTo("PATH=/usr/bin:/bin\nLC_ALL=de\nONE=1\n");
  }

  @Test
  void files_ofTheMachine_appearNowhere() {
    Container.Ended ended =
        InitProgram.ours(
                "",
                "sh -c 'ls -d /tmp/.java_pid1 /tmp/hsperfdata_*/1; cd /proc/self/fd; readlink * | grep -c lib/modules; exit 0'")
            .run();

    assertThat(ended.output()).isEqualTo("0\n");
  }
}
