package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Services in directories as runit has them, under process 1.
class InitServicesTest {
  private static final String SLEEP = "#!/bin/sh\nexec sleep 1000\n";

  @Test
  void service_thatEnds_isRestartedAfterASecondAndThenLater() {
    // reference B8
    try (Container container =
        InitServices.init("")
            .program("/srv/service/a/run", "#!/bin/sh\ndate +%s.%N >>/shared/starts\n")
            .start()) {
      Await.until("three starts", Duration.ofSeconds(60), () -> starts(container).size() >= 3);
      List<Double> starts = starts(container);
      assertThat(starts.get(1) - starts.get(0)).isGreaterThanOrEqualTo(1);
      assertThat(starts.get(2) - starts.get(1)).isGreaterThanOrEqualTo(2);
      container.signal("TERM");
      assertThat(container.await().code()).isZero();
    }
  }

  private static List<Double> starts(Container container) {
    return container.text("starts").lines().map(Double::valueOf).toList();
  }

  @Test
  void finish_getsCodeAndSignal() {
    // reference B9
    try (Container container =
        InitServices.init("")
            .program("/srv/service/a/run", "#!/bin/sh\nexit 3\n")
            .program("/srv/service/a/finish", "#!/bin/sh\necho \"a $*\"\n")
            .program("/srv/service/b/run", "#!/bin/sh\nkill -9 $$\n")
            .program("/srv/service/b/finish", "#!/bin/sh\necho \"b $*\"\n")
            .program("/srv/service/c/finish", "#!/bin/sh\necho \"c $*\"\n")
            .setup("echo data >/srv/service/c/run")
            .start()) {
      container.awaitOutput("a: a 3 0\n");
      container.awaitOutput("b: b -1 9\n");
      container.awaitOutput("c: c 111 0\n");
    }
  }

  @Test
  void down_keepsAServiceDownUntilItIsOrdered() {
    Container.Ended ended =
        InitServices.init(
                """
                sleep 0.5
                peregrine init service status a
                peregrine init service start a && peregrine init service status a
                peregrine init service stop a && peregrine init service status a
                peregrine init service start b
                """)
            .program("/srv/service/a/run", SLEEP)
            .setup("touch /srv/service/a/down")
            .run();

    assertThat(Stream.of(ended.output().split("\n")).filter(line -> line.startsWith("a ")))
        .satisfiesExactly(
            line -> assertThat(line).matches("a +down +-.*"),
            line -> assertThat(line).matches("a +ready +\\d+.*"),
            line -> assertThat(line).matches("a +down +-.*killed by SIGTERM.*"));
    assertThat(ended.errors()).contains("no service is called b");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void check_makesAServiceReady() {
    Container.Ended ended =
        InitServices.init(
                """
                sleep 0.5
                peregrine init service status; touch /run/ready
                until peregrine init service status a; do sleep 0.1; done
                """)
            .program("/srv/service/a/run", SLEEP)
            .program("/srv/service/a/check", "#!/bin/sh\ntest -e /run/ready\n")
            .run();

    assertThat(ended.output()).containsPattern("a +starting ").containsPattern("a +ready ");
    assertThat(ended.code()).isZero();
  }

  @Test
  void logService_getsTheOutputToItsLastLine() {
    try (Container container =
        InitServices.init("")
            .program(
                "/srv/service/a/run",
                "#!/bin/sh\ntrap 'echo last; exit' TERM\necho first\nwhile :; do sleep 0.1; done\n")
            .program(
                "/srv/service/a/log/run",
                "#!/bin/sh\nwhile read -r line; do echo \"<$line>\"; done; echo end\n")
            .start()) {
      container.awaitOutput("a/log: <first>\n");
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(ended.output()).endsWith("a/log: <last>\na/log: end\n");
      assertThat(ended.code()).isZero();
    }
  }

  @Test
  void directories_addedAndRemoved_areNoticed() {
    Container.Ended ended =
        InitServices.init(
                """
                mkdir -p /srv/late/b; cp /srv/service/a/run /srv/late/b/run
                mv /srv/late/b /srv/service/b
                mkdir /srv/service/c; sleep 0.5; cp -p /srv/service/a/run /srv/service/c/run
                until [ -e /run/b ] && [ -e /run/c ]; do sleep 0.05; done
                mv /srv/service/a /srv/late/a
                until [ -e /run/a.gone ]; do sleep 0.05; done
                peregrine init service status
                """)
            .program(
                "/srv/service/a/run",
                "#!/bin/sh\nname=$(basename \"$PWD\"); trap \"touch /run/$name.gone; exit\" TERM\n"
                    + "touch /run/$name; while :; do sleep 0.1; done\n")
            .run();

    assertThat(ended.output()).containsPattern("\nb +ready ").containsPattern("\nc +ready ");
    assertThat(ended.output()).doesNotContainPattern("\na +ready ");
  }

  @Test
  void sv_ofDebian_seesAndSteersServices() {
    Container.Ended ended =
        InitServices.init(
                """
                cd /srv/service
                until sv status ./a; do sleep 0.1; done
                sv stop ./a; sv status ./a; sv start ./a; sv status ./a
                sv hup ./a; sleep 0.3; sv once ./b; until sv status ./b | grep ^run; do sleep 0.1; done
                """)
            .program(
                "/srv/service/a/run",
                "#!/bin/sh\ntrap 'echo hup' HUP\nwhile :; do sleep 0.1; done\n")
            .program("/srv/service/b/run", SLEEP)
            .setup("touch /srv/service/b/down")
            .run();

    assertThat(ended.output())
        .contains("run: ./a: (pid ", "ok: down: ./a: ", "down: ./a: ", "ok: run: ./a: (pid ")
        .contains("a: hup\n")
        .containsPattern("run: ./b: \\(pid \\d+\\) \\d+s, normally down, want down");
    assertThat(ended.code()).isZero();
  }

  @Test
  void svShutdown_ofDebian_letsGoUntilTheNextStart() {
    Container.Ended ended =
        InitServices.init(
                """
                cd /srv/service
                until sv status ./a; do sleep 0.1; done
                sv shutdown ./a; echo "shutdown $?"
                sv status ./a; cat a/supervise/stat
                peregrine init service start a
                until sv status ./a; do sleep 0.1; done
                sv down ./a; sv status ./a; sv up ./a; sv status ./a
                """)
            .program("/srv/service/a/run", SLEEP)
            .run();

    assertThat(ended.output())
        .containsPattern(
            "ok: \\./a: runsv not running\nshutdown 0\nfail: \\./a: runsv not running\ndown\n");
    assertThat(ended.code()).isZero();
  }

  @Test
  void controlScript_answersForASignal() {
    Container.Ended ended =
        InitServices.init("sleep 0.3; peregrine init service signal HUP a; sleep 0.5")
            .program(
                "/srv/service/a/run",
                "#!/bin/sh\ntrap 'echo got hup' HUP\nwhile :; do sleep 0.1; done\n")
            .program("/srv/service/a/control/h", "#!/bin/sh\necho instead\n")
            .run();

    assertThat(ended.output()).contains("a: instead\n").doesNotContain("got hup");
  }

  @Test
  void stubbornServices_areKilledTogether() {
    // reference B10
    String deaf = "#!/bin/sh\ntrap '' TERM\necho up\nwhile :; do sleep 0.1; done\n";
    try (Container container =
        InitServices.init("--services-time 3", "")
            .program("/srv/service/a/run", deaf)
            .program("/srv/service/b/run", deaf)
            .start()) {
      container.awaitOutput("a: up\n");
      container.awaitOutput("b: up\n");
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(ended.code()).isZero();
      List<String> events =
          ended
              .errors()
              .lines()
              .filter(line -> line.contains("service.stopping") || line.contains("service.killed"))
              .map(line -> line.replaceAll(".*service\\.(\\S+) service=(\\S+).*", "$1 $2"))
              .toList();
      assertThat(events).hasSize(4);
      assertThat(events.subList(0, 2)).containsExactlyInAnyOrder("stopping a", "stopping b");
      assertThat(events.subList(2, 4)).containsExactlyInAnyOrder("killed a", "killed b");
    }
  }

  @Test
  void groupThatAServiceLeaves_isEndedWithIt() {
    try (Container container =
        InitServices.init("")
            .program(
                "/srv/service/a/run",
                "#!/bin/sh\n(trap 'echo child ends; exit' TERM; while :; do sleep 0.1; done) &\n"
                    + "echo started; sleep 0.3; exit 1\n")
            .start()) {
      container.awaitOutput("a: child ends\n");
    }
  }

  @Test
  void supervisor_isProcessOne_soThatNothingWithinEndsIt() {
    // reference B11
    try (Container container =
        InitServices.init(
                """
                until first=$(pgrep -x tail); do sleep 0.1; done
                ps -e -o ppid=,comm= >/shared/processes
                kill -KILL 1
                pkill -KILL -x tail
                while now=$(pgrep -x tail); [ -z "$now" ] || [ "$now" = "$first" ]; do
                  sleep 0.1
                done
                exit 4
                """)
            .program("/srv/service/a/run", "#!/bin/sh\nexec tail -f /dev/null\n")
            .start()) {
      assertThat(container.await().code()).isEqualTo(4);
      assertThat(container.text("processes").lines().map(String::strip))
          .filteredOn(line -> !line.endsWith(" ps"))
          .containsExactlyInAnyOrder("0 java", "1 tail", "1 sh");
    }
  }
}
