package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How signals reach the main command and what becomes of the rest of the container, beside other
/// inits where they have the feature.
class InitSignalTest {
  /// Records every signal it can get.
  private static final String RECORDER =
      """
      #!/usr/bin/python3
      import os, signal, sys, time
      def take(number, frame):
        os.write(1, b"got %d\\n" % number)
      for number in range(1, 65):
        if number not in (9, 17, 19, 32, 33):
          signal.signal(number, take)
      os.write(1, b"ready\\n")
      while not os.path.exists("/shared/go"):
        time.sleep(0.02)
      """;

  private static final List<Integer> ALL =
      List.of(
          1, 2, 3, 10, 12, 13, 14, 16, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 15, 34, 40,
          61, 63, 64);

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void signals_oneByOne_allReachMainOnce(InitProgram program) {
    Set<Integer> exceptions =
        switch (program) {
          case OURS -> Set.of();
          case TINI, OURS_AS_TINI -> Set.of(21, 22);
          case DUMB_INIT, OURS_AS_DUMB_INIT -> Set.of(20, 21, 22);
          case CATATONIT -> Set.of(20, 21, 22);
        };
    StringBuilder expected = new StringBuilder("ready\n");
    try (Container container =
        program.running("/run/recorder").program("/run/recorder", RECORDER).start()) {
      container.awaitOutput("ready");
      for (int signal : ALL) {
        if (!exceptions.contains(signal)) {
          container.signal(Integer.toString(signal));
          expected.append("got ").append(signal).append('\n');
          container.awaitOutput(expected.toString());
        }
      }
      Commands.run("touch", container.directory().resolve("go").toString());
      assertThat(container.await().output()).isEqualTo(expected.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"OURS, -g", "TINI, -g", "OURS_AS_TINI, -g", "DUMB_INIT, ''", "OURS_AS_DUMB_INIT, ''"})
  void usr1_groupMode_reachesBackgroundChild(InitProgram program, String flags) {
    String main =
        """
        #!/bin/sh
        trap : USR1
        sh -c 'trap "echo child; exit 0" USR1; echo armed; while :; do sleep 0.02; done' &
        wait; wait
        exit 3
        """;
    try (Container container =
        program.running(flags, "/run/main").program("/run/main", main).start()) {
      container.awaitOutput("armed");
      container.signal("USR1");
      container.awaitOutput("child");
      assertThat(container.await().code()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "setsid"})
  void term_backgroundChildNeedsAWhile_isWaitedFor(String session) {
    try (Container container = late(session, "exec sleep 60")) {
      container.awaitOutput("armed");
      container.signal("TERM");
      assertThat(container.await().code()).isEqualTo(143);
      assertThat(container.text("marker")).isEqualTo("late\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "setsid"})
  void main_endsByItself_othersGetTermAndTheirTime(String session) {
    try (Container container =
        late(session, "while [ ! -e /shared/go ]; do sleep 0.02; done; exit 6")) {
      container.awaitOutput("armed");
      Commands.run("touch", container.directory().resolve("go").toString());
      assertThat(container.await().code()).isEqualTo(6);
      assertThat(container.text("marker")).isEqualTo("late\n");
    }
  }

  private static Container late(String session, String then) {
    String background =
        """
        #!/bin/sh
        %s sh -c 'trap "sleep 0.4; echo late >>/shared/marker; exit 0" TERM; echo armed
          while :; do sleep 0.02; done' &
        %s
        """
            .formatted(session, then);
    return InitProgram.ours("", "/run/main").program("/run/main", background).start();
  }

  @ParameterizedTest
  @CsvSource({
    "--main-time 1, ''",
    "--stop-time 2, ''",
    "'', KILL_PROCESS_TIMEOUT=1",
    "--main-time 0, ''"
  })
  void term_mainIgnoresIt_isKilledWhenItsTimeIsOver(String flags, String variable) {
    String main = "sh -c 'trap : TERM; echo ready; while :; do sleep 0.05; done'";
    try (Container container = InitProgram.ours(flags, main).before(variable).start()) {
      container.awaitOutput("ready");
      container.signal("TERM");
      assertThat(container.await().code()).isEqualTo(137);
    }
  }

  @ParameterizedTest
  @CsvSource({"--strays-time 1, ''", "'', KILL_ALL_PROCESSES_TIMEOUT=1", "--strays-time 0, ''"})
  void main_ends_stubbornStrayIsKilledWhenItsTimeIsOver(String flags, String variable) {
    String main =
        """
        #!/bin/sh
        setsid sh -c 'trap "" TERM; echo $$ >/shared/stray; while :; do sleep 0.05; done' &
        while [ ! -s /shared/stray ]; do sleep 0.02; done
        exit 8
        """;
    Container.Ended ended =
        InitProgram.ours(flags, "/run/main").before(variable).program("/run/main", main).run();

    assertThat(ended.code()).isEqualTo(8);
  }

  @Test
  void term_mainIsStopped_endsAtOnce() {
    try (Container container =
        InitProgram.ours("--stop-time infinity", "sh -c 'echo ready; exec sleep 60'").start()) {
      container.awaitOutput("ready");
      long main = Procs.children(container.pid()).getFirst();
      Procs.signal(main, "STOP");
      Await.until("main is stopped", () -> Procs.status(main, "State").startsWith("T"));
      container.signal("TERM");
      assertThat(container.await().code()).isEqualTo(143);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--main-time abc, ''",
    "--stop-time -1, ''",
    "'', KILL_PROCESS_TIMEOUT=1.5x",
    "'', KILL_ALL_PROCESSES_TIMEOUT=soon",
    "--drain 9, ''"
  })
  void time_unreadable_oneLineBeforeAnythingStarts(String flags, String variable) {
    Container.Ended ended =
        InitProgram.ours(flags, "echo main")
            .before(variable)
            .program("/etc/my_init.d/1", "#!/bin/sh\necho script\n")
            .run();

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors().lines()).hasSize(1);
  }

  @Test
  void term_second_isIgnored() {
    try (Container container = counting("--stop-time infinity")) {
      container.signal("TERM");
      container.awaitOutput("term 1");
      container.signal("TERM");
      container.signal("USR1");
      container.awaitOutput("usr1");
      Commands.run("touch", container.directory().resolve("go").toString());
      Container.Ended ended = container.await();
      assertThat(ended.code()).isEqualTo(4);
      assertThat(ended.output()).doesNotContain("term 2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT INT", "QUIT"})
  void interrupts_duringTheStop_killEverything(String signals) {
    try (Container container = counting("--stop-time infinity")) {
      container.signal("TERM");
      container.awaitOutput("term 1");
      container.signal(signals.split(" ", -1)[0]);
      if (signals.startsWith("INT")) {
        container.awaitOutput("int");
        container.signal("INT");
      }
      assertThat(container.await().code()).isEqualTo(137);
    }
  }

  private static Container counting(String flags) {
    String main =
        """
        #!/bin/sh
        n=0
        trap 'n=$((n+1)); echo term $n' TERM
        trap 'echo int' INT
        trap 'echo usr1' USR1
        echo ready
        while [ ! -e /shared/go ]; do sleep 0.02; done
        exit 4
        """;
    Container container = InitProgram.ours(flags, "/run/main").program("/run/main", main).start();
    container.awaitOutput("ready");
    return container;
  }

  @Test
  void term_duringTheStopThatMainsEndBegan_stopGoesOn() {
    try (Container container =
        InitProgram.ours("", "sh -c 'exit 5'")
            .program(
                "/etc/my_init.pre_shutdown.d/1",
                "#!/bin/sh\necho pre; while [ ! -e /shared/go ]; do sleep 0.02; done\n")
            .program("/etc/my_init.post_shutdown.d/1", "#!/bin/sh\necho post\n")
            .start()) {
      container.awaitOutput("pre");
      container.signal("TERM", "TERM");
      Commands.run("touch", container.directory().resolve("go").toString());
      Container.Ended ended = container.await();
      assertThat(ended.code()).isEqualTo(5);
      assertThat(ended.output()).isEqualTo("pre\npost\n");
    }
  }

  @Test
  void term_atAnyMomentAfterExec_isNotLost() {
    String main = "sh -c 'trap \"exit 3\" TERM; while :; do sleep 0.02; done'";
    for (int delayMillis = 0; delayMillis <= 250; delayMillis += 25) {
      try (Container container = InitProgram.ours("", main).start()) {
        long pid = container.pid();
        java.util.concurrent.locks.LockSupport.parkNanos(delayMillis * 1_000_000L);
        Await.until("the launcher holds signals back", () -> Procs.heedsTerm(pid));
        container.signal("TERM");
        assertThat(container.await().code()).isIn(3, 143);
      }
    }
  }

  @Test
  void burst_ofThousandSignals_termIsNotLost() {
    try (Container container =
        InitProgram.ours("", "/run/recorder").program("/run/recorder", RECORDER).start()) {
      container.awaitOutput("ready");
      String[] burst = new String[1001];
      java.util.Arrays.fill(burst, "USR1");
      burst[1000] = "TERM";
      container.signal(burst);
      container.awaitOutput("got 15");
      Commands.run("touch", container.directory().resolve("go").toString());
      assertThat(container.await().output()).contains("got 10");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OURS, -r 15:3, 131",
    "OURS, --rewrite=TERM:QUIT, 131",
    "DUMB_INIT, -r 15:3, 131",
    "OURS_AS_DUMB_INIT, --rewrite=15:3, 131",
    "OURS, -r 15:USR1, 138"
  })
  void term_rewritten_mainGetsTheOther(InitProgram program, String flags, int code) {
    try (Container container =
        program.running(flags, "sh -c 'echo ready; exec sleep 60'").start()) {
      container.awaitOutput("ready");
      container.signal("TERM");
      assertThat(container.await().code()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @CsvSource({"OURS", "DUMB_INIT", "OURS_AS_DUMB_INIT"})
  void term_dropped_mainIsUndisturbed(InitProgram program) {
    try (Container container =
        program.running("-r 15:0", "/run/recorder").program("/run/recorder", RECORDER).start()) {
      container.awaitOutput("ready");
      container.signal("TERM", "USR1");
      container.awaitOutput("got 10");
      Commands.run("touch", container.directory().resolve("go").toString());
      Container.Ended ended = container.await();
      assertThat(ended.code()).isZero();
      assertThat(ended.output()).doesNotContain("got 15");
    }
  }

  @ParameterizedTest
  @CsvSource({"OURS", "OURS_AS_TINI", "TINI"})
  void parent_dies_signalReachesMain(InitProgram program) {
    String parent =
        """
        sh -c '"$@" & wait' sh "$@" &
        while [ ! -e /shared/ready ]; do sleep 0.02; done
        kill -KILL $!
        while [ ! -e /shared/got ]; do sleep 0.02; done
        """;
    String main =
        """
        trap 'echo got >/shared/got; exit' USR1
        echo ready >/shared/ready
        while :; do sleep 0.02; done
        """;
    Container.Ended ended =
        program
            .running("-p SIGUSR1", "sh /run/main")
            .before("exec sh /run/parent")
            .program("/run/parent", parent)
            .program("/run/main", main)
            .run();

    assertThat(ended.code()).isZero();
  }

  @Test
  void term_duringStartScript_nothingElseStarts() {
    try (Container container =
        InitProgram.ours("", "echo main")
            .program(
                "/etc/my_init.d/1",
                "#!/bin/sh\ntrap 'echo told; exit 0' TERM; echo first; while :; do sleep 0.02; done\n")
            .program("/etc/my_init.d/2", "#!/bin/sh\necho second\n")
            .program("/etc/my_init.post_shutdown.d/1", "#!/bin/sh\necho post\n")
            .start()) {
      container.awaitOutput("first");
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(ended.code()).isEqualTo(143);
      assertThat(ended.output()).isEqualTo("first\ntold\n");
    }
  }

  @Test
  void term_duringStubbornStartScript_isKilled() {
    try (Container container =
        InitProgram.ours("--main-time 0.5", "echo main")
            .program(
                "/etc/my_init.d/1",
                "#!/bin/sh\ntrap '' TERM; echo first; while :; do sleep 0.02; done\n")
            .start()) {
      container.awaitOutput("first");
      container.signal("TERM");
      assertThat(container.await().output()).isEqualTo("first\n");
    }
  }

  @Test
  void hook_hangs_isKilledAndTheRestGoesOn() {
    Container.Ended ended =
        InitProgram.ours("--hook-time 0.5", "true")
            .program(
                "/etc/my_init.pre_shutdown.d/1",
                "#!/bin/sh\ntrap '' TERM; while :; do sleep 0.02; done\n")
            .program("/etc/my_init.pre_shutdown.d/2", "#!/bin/sh\necho second\n")
            .program("/etc/my_init.post_shutdown.d/1", "#!/bin/sh\necho post\n")
            .run();

    assertThat(ended.code()).isZero();
    assertThat(ended.output()).isEqualTo("second\npost\n");
  }

  @Test
  void stop_everyLayerIsStubborn_endsWithinTheBudget() {
    String stubborn = "trap '' TERM; while :; do sleep 0.05; done";
    try (Container container =
        InitProgram.ours("--stop-time 8", "/run/main")
            .program(
                "/run/main",
                "#!/bin/sh\nsetsid sh -c \"trap '' TERM; while :; do sleep 0.05; done\" &\necho ready\n"
                    + stubborn)
            .program("/etc/my_init.pre_shutdown.d/1", "#!/bin/sh\n" + stubborn)
            .program("/etc/my_init.post_shutdown.d/1", "#!/bin/sh\necho post >&2\n" + stubborn)
            .start()) {
      container.awaitOutput("ready");
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(ended.code()).isEqualTo(137);
      assertThat(ended.errors()).contains("post", "strays.killed");
    }
  }

  @Test
  void drain_delay_mainGetsTermLater() {
    String main =
        """
        #!/bin/sh
        trap 'echo term; exit 2' TERM
        trap 'echo usr1' USR1
        echo ready
        while :; do sleep 0.02; done
        """;
    try (Container container =
        InitProgram.ours("--drain 1s", "/run/main").program("/run/main", main).start()) {
      container.awaitOutput("ready");
      container.signal("TERM", "USR1");
      Container.Ended ended = container.await();
      assertThat(ended.code()).isEqualTo(2);
      assertThat(ended.output()).isEqualTo("ready\nusr1\nterm\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"OURS", "TINI", "OURS_AS_TINI", "CATATONIT"})
  void faultSignals_sentToInit_areNobodysBusiness(InitProgram program) {
    String kills =
        "kill -SEGV 1; kill -BUS 1; kill -FPE 1; kill -ILL 1; kill -TRAP 1; kill -SYS 1;";
    try (Container container =
        program
            .running("/run/main")
            .program(
                "/run/main",
                "#!/bin/sh\n"
                    + kills
                    + "kill -ABRT 1; echo ready; while [ ! -e /shared/go ]; do sleep 0.02; done; exit 7\n")
            .start()) {
      container.awaitOutput("ready");
      container.signal("SEGV", "BUS", "FPE", "ILL", "TRAP", "SYS", "ABRT");
      Commands.run("touch", container.directory().resolve("go").toString());
      Container.Ended ended = container.await();
      assertThat(ended.code()).isEqualTo(7);
      assertThat(ended.errors()).isEmpty();
    }
  }
}
