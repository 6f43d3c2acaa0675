package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A look inside a container whose process 1 is init.
class InitStatusTest {

  @Test
  void status_ofTheContainer_showsServicesProcessesAndOrphans() {
    Container.Ended ended =
        InitServices.init(
                "-q",
                """
                (sh -c 'sleep 0.2 & :')
                sleep 0.7
                peregrine init status
                peregrine init status --json >/shared/status.json
                python3 -c 'import json;s=json.load(open("/shared/status.json"));
                print("JSON", s["state"], s["pid"], [x["name"] for x in s["services"]],
                  s["services"][0]["state"], s["orphans_reaped"] > 0, s["resident_bytes"] > 0,
                  any(p["name"] == "sleep" for p in s["processes"]))'
                """)
            .program("/srv/service/a/run", "#!/bin/sh\nexec sleep 1000\n")
            .run();

    assertThat(ended.output())
        .containsPattern("init running, pid 1, up \\S+, started in \\S+, [0-9.]+ MiB\n")
        .containsPattern("processes \\d+, zombies 0, orphans reaped [1-9]")
        .containsPattern("\na +ready +\\d+")
        .containsPattern("\n1 \\S+ [A-Z] ")
        .containsPattern("\n  \\d+ sleep S ")
        .contains("JSON running 1 ['a'] ready True True True");
    assertThat(ended.code()).isZero();
  }

  @Test
  void socket_isForItsAccountAndRootOnly() {
    Container.Ended ended =
        InitServices.init(
                "-q",
                """
                stat -c '%a %n' /run/peregrine-init/control /run/peregrine-init/control/control.sock
                setpriv --reuid nobody --clear-groups peregrine init status || echo "refused $?"
                """)
            .program("/srv/service/a/run", "#!/bin/sh\nexec sleep 1000\n")
            .run();

    assertThat(ended.output())
        .contains("700 /run/peregrine-init/control\n")
        .contains("600 /run/peregrine-init/control/control.sock\n")
        .contains("refused 69");
  }

  @Test
  void initOfAnotherAccount_answersRootFromOutside() {
    try (Container container =
        Container.of(
                "setpriv --reuid 65534 --regid 65534 --clear-groups %s init -q --root /srv"
                    .formatted(Container.PRODUCT))
            .program("/srv/service/a/run", "#!/bin/sh\nid -u\nexec sleep 1000\n")
            .start()) {
      container.awaitOutput("a: 65534\n");
      Commands.Outcome outcome =
          Commands.run(
              "nsenter",
              "--target",
              Long.toString(container.pid()),
              "--mount",
              "--pid",
              "--root",
              "--wd",
              Container.PRODUCT.toString(),
              "init",
              "service",
              "restart",
              "a");
      assertThat(outcome.both()).isEmpty();
      assertThat(outcome.code()).isZero();
      container.awaitOutput("a: 65534\na: 65534\n");
      container.signal("TERM");
      assertThat(container.await().code()).isZero();
    }
  }

  @Test
  void status_withoutInit_saysSo() {
    Container.Ended ended =
        Container.of("sh -c '%s init status; echo $?'".formatted(Container.PRODUCT)).run();

    assertThat(ended.output()).isEqualTo("69\n");
    assertThat(ended.errors()).contains("no init to ask");
  }

  @Test
  void init_withoutAPlaceForSockets_supervisesAllTheSame() {
    try (Container container =
        InitServices.init("-q", "")
            .program("/srv/service/a/run", "#!/bin/sh\necho up\nexec sleep 1000\n")
            .setup(
                "mount --bind / / ; mount -o remount,bind,ro / ; mount -t tmpfs -o ro none"
                    + " /dev/shm")
            .start()) {
      container.awaitOutput("a: up\n");
      container.signal("TERM");
      assertThat(container.await().code()).isZero();
    }
  }
}
