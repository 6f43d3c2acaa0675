package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Services that `services.yaml` declares, under process 1.
class InitDeclaredServicesTest {
  private static final String UNTIL_READY =
      "until peregrine init service status >/dev/null; do sleep 0.1; done\n";

  @Test
  void mistakes_areAllToldAndNothingStarts() {
    Container.Ended ended =
        InitServices.declared(
                """
                services:
                  a: {command: touch /shared/ran, after: [b]}
                  b: {comand: x, stop_timeout: soon}
                """,
                "touch /shared/ran")
            .run();

    assertThat(ended.code()).isEqualTo(78);
    assertThat(ended.errors())
        .contains("services.yaml:3:7: services.b.comand: an unknown key")
        .contains("services.b.command: missing")
        .contains("services.yaml:3:32: services.b.stop_timeout: soon");
    assertThat(ended.output()).isEmpty();
  }

  @Test
  void services_startWhenThoseBeforeAreReadyAndStopBackwards() {
    String service = "#!/bin/sh\ntrap \"echo stop $1 >>/shared/order; exit\" TERM\n";
    try (Container container =
        InitServices.declared(
                """
                services:
                  c:
                    command: [/run/service, c]
                    after: [b]
                  b:
                    command: [/run/service, b, 3]
                    after: [task]
                    ready: {descriptor: 3}
                  task:
                    command: sleep 0.3; echo task >>/shared/order
                    after: [a]
                    ready: done
                  a:
                    command: [/run/service, a, notify]
                    ready: notify
                """,
                "")
            .program(
                "/run/service",
                service
                    + "echo start $1 >>/shared/order; sleep 0.3; echo ready $1 >>/shared/order\n"
                    + "[ \"$2\" != 3 ] || echo >&3\n"
                    + "[ \"$2\" != notify ] || python3 -c \"$NOTIFY\"\n"
                    + "while :; do sleep 0.1; done\n")
            .before(
                "NOTIFY='import os,socket;socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)"
                    + ".sendto(b\"STATUS=x\\nREADY=1\",os.environ[\"NOTIFY_SOCKET\"])'")
            .start()) {
      Await.until("c is up", () -> container.text("order").contains("ready c"));
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(container.text("order").lines())
          .as(ended.both())
          .containsExactly(
              "start a", "ready a", "task", "start b", "ready b", "start c", "ready c", "stop c",
              "stop b", "stop a");
      assertThat(ended.code()).isZero();
    }
  }

  @Test
  void main_startsWhenServicesAreReady() {
    Container.Ended ended =
        InitServices.declared(
                "services: {a: {command: 'sleep 0.5; touch /run/up; sleep 100',"
                    + " ready: {check: test -e /run/up}}}",
                "test -e /run/up && echo in order")
            .run();

    assertThat(ended.output()).contains("in order");
  }

  @Test
  void essentialService_thatEnds_endsTheContainerWithItsCode() {
    // reference B12
    Container.Ended ended =
        InitServices.declared(
                """
                services:
                  db: {command: [sh, -c, "trap 'echo db stops; exit' TERM; while :; do sleep 0.1; done"]}
                  web: {command: 'sleep 0.5; exit 7', after: [db], essential: true}
                """,
                "")
            .run();

    assertThat(ended.code()).as(ended.both()).isEqualTo(7);
    assertThat(ended.output()).contains("db: db stops\n");
  }

  @Test
  void essentialService_thatIsKilled_endsTheContainerWith137() {
    Container.Ended ended =
        InitServices.declared(
                "services: {a: {command: 'kill -9 $$', essential: true}}", "exec sleep 100")
            .run();

    assertThat(ended.code()).as(ended.both()).isEqualTo(137);
    assertThat(ended.errors()).contains("service a ended for good");
  }

  @Test
  void unhealthyService_isRestarted() {
    try (Container container =
        InitServices.declared(
                """
                services:
                  a:
                    command: echo began; sleep 100
                    health: {check: test -e /run/well, period: 200ms, threshold: 2}
                """,
                "")
            .start()) {
      container.awaitOutput("a: began\na: began\n");
      assertThat(container.errors())
          .contains("service.unhealthy service=a checks=2 last=\"the check exited with code 1\"");
    }
  }

  @Test
  void orders_thatTakeTime_areCarriedOutWhileNothingElseHappens() {
    Container.Ended ended =
        InitServices.declared(
                """
                services:
                  deaf: {command: /run/deaf, stop_timeout: 500ms}
                  late: {command: sleep 1000, ready: {check: "true"}, enabled: false}
                """,
                """
                sleep 0.5
                peregrine init service stop deaf; echo "stop $?"
                peregrine init service start late; echo "start $?"
                """)
            .program("/run/deaf", "#!/bin/sh\ntrap '' TERM\nexec sleep 1000\n")
            .run();

    assertThat(ended.output()).isEqualTo("stop 0\nstart 0\n");
  }

  @Test
  void serviceWithAWatchdog_thatFallsSilent_isRestarted() {
    try (Container container =
        InitServices.declared(
                """
                services:
                  a: {command: /run/a, health: {watchdog: 1s}}
                """,
                "")
            .program(
                "/run/a",
                """
                #!/usr/bin/perl
                use Socket;
                socket(my $socket, AF_UNIX, SOCK_DGRAM, 0);
                $| = 1;
                print "limit $ENV{WATCHDOG_USEC}\\n";
                for (1 .. 20) {
                  send($socket, 'WATCHDOG=1', 0, sockaddr_un($ENV{NOTIFY_SOCKET}));
                  select(undef, undef, undef, 0.1);
                }
                print "silent\\n";
                sleep;
                """)
            .start()) {
      container.awaitOutput("a: limit 1000000\na: silent\na: limit 1000000\n");
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(ended.code()).isZero();
      assertThat(ended.errors()).contains("service.unhealthy service=a checks=1");
    }
  }

  @Test
  void probesOverTheNetwork_tellReadyFromNot() {
    Container.Ended ended =
        InitServices.declared(
                """
                services:
                  web:
                    command: sleep 0.5; cd /run/www && exec python3 -m http.server 18099
                    ready: {http: "http://127.0.0.1:18099/index.html"}
                    health: {port: 18099, period: 100ms}
                """,
                "sleep 0.2; curl -s http://127.0.0.1:18099/index.html")
            .setup("mkdir -p /run/www; echo welcome >/run/www/index.html")
            .run();

    assertThat(ended.output()).as(ended.errors()).contains("welcome");
    assertThat(ended.errors()).doesNotContain("unhealthy");
  }

  @Test
  void scheduledService_runsAgainAndAgain() {
    try (Container container =
        InitServices.declared("services: {tick: {command: echo tick, schedule: every 1s}}", "")
            .start()) {
      container.awaitOutput("tick: tick\ntick: tick\n");
      container.signal("TERM");
      assertThat(container.await().code()).isZero();
    }
  }

  @Test
  void user_isTheServicesOwn() {
    Container.Ended ended =
        InitServices.declared(
                """
                services:
                  a:
                    command: id -un; id -gn; echo $HOME $EXTRA; umask
                    user: nobody:daemon
                    environment: {EXTRA: more}
                    ready: done
                  b: {command: x, user: nobodyatall}
                """,
                "true")
            .run();

    assertThat(ended.output()).contains("a: nobody\na: daemon\na: /nonexistent more\na: 0022\n");
    assertThat(ended.errors()).contains("user nobodyatall: no such account");
  }

  @Test
  void redisAndAnApp_startAndStopInOrder() {
    try (Container container =
        InitServices.declared(
                """
                services:
                  app:
                    command: [peregrine, start, /run/app, --port, "18098"]
                    after: [redis]
                    ready: {http: "http://127.0.0.1:18098/"}
                    essential: true
                  redis:
                    command: redis-server --port 16399 --save "" --dir /run
                    user: nobody
                    ready: {check: redis-cli -p 16399 ping}
                """,
                UNTIL_READY
                    + "curl -s http://127.0.0.1:18098/; redis-cli -p 16399 set answer 42\n"
                    + "trap 'exit 0' TERM; while :; do sleep 0.1; done\n")
            .setup("cp -R '%s' /run/app".formatted(Apps.named("../../examples/wsgi")))
            .start()) {
      container.awaitOutput("OK\n");
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(ended.code()).as(ended.both()).isZero();
      List<String> events =
          ended
              .errors()
              .lines()
              .filter(line -> line.matches("init: service\\.(ready|exited) .*"))
              .map(line -> line.replaceAll("init: service\\.(\\S+) service=(\\S+).*", "$1 $2"))
              .toList();
      assertThat(events).containsExactly("ready redis", "ready app", "exited app", "exited redis");
      assertThat(ended.output()).contains("redis: ").contains("app: ");
      assertThat(ended.errors()).doesNotContain("service.killed");
    }
  }
}
