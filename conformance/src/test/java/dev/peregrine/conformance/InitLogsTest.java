package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What services print and send to the system's log, on the output of process 1.
class InitLogsTest {
  private static final String OWN_DEVICES =
      """
      mount -t tmpfs none /dev
      mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/zero c 1 5; mknod -m 666 /dev/urandom c 1 9
      """;

  @Test
  void floods_ofSeveralServices_loseNoLineAndMixNone() {
    String flood = "#!/bin/sh\nseq 1 50000\ntouch /run/done.$1\nexec sleep 1000\n";
    Container.Ended ended =
        InitServices.init(
                "-q", "until [ -e /run/done.a ] && [ -e /run/done.b ]; do sleep 0.1; done")
            .program("/run/flood", flood)
            .program("/srv/service/a/run", "#!/bin/sh\nexec /run/flood a\n")
            .program("/srv/service/b/run", "#!/bin/sh\nexec /run/flood b 2>&1\n")
            .run();

    List<String> expected = IntStream.rangeClosed(1, 50_000).mapToObj(Integer::toString).toList();
    for (String name : List.of("a", "b")) {
      assertThat(lines(ended.output(), name + ": ")).isEqualTo(expected);
    }
    assertThat(ended.output().lines()).hasSize(100_000);
  }

  private static List<String> lines(String output, String prefix) {
    return output
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  @Test
  void output_thatNobodyReads_holdsTheServiceAndNotTheSupervisor() throws IOException {
    try (Container container =
        InitServices.init(
                "-q",
                """
                sleep 1; [ -e /run/done ] || echo held >/shared/held
                peregrine init service status >/shared/answer
                peregrine init service restart b && touch /shared/restarted
                until [ -e /run/done ]; do sleep 0.1; done
                """)
            .program(
                "/srv/service/a/run", "#!/bin/sh\nseq 1 100000\ntouch /run/done\nexec sleep 1000\n")
            .program("/srv/service/b/run", "#!/bin/sh\nexec sleep 1000\n")
            .setup("mkfifo /shared/pipe")
            .before("exec 1<>/shared/pipe;")
            .start()) {
      Await.until(
          "orders are carried out; " + container.errors(),
          Duration.ofSeconds(60),
          () -> Files.exists(container.directory().resolve("restarted")));
      assertThat(container.text("answer")).containsPattern("a +ready ");
      assertThat(container.text("held")).isEqualTo("held\n");
      String output = read(container.directory().resolve("pipe"), "a: 100000\n");
      assertThat(lines(output, "a: "))
          .isEqualTo(IntStream.rangeClosed(1, 100_000).mapToObj(Integer::toString).toList());
      assertThat(container.await().code()).isZero();
    }
  }

  private static String read(Path pipe, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] bytes = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(pipe)) {
      while (text.indexOf(end) < 0) {
        int count = in.read(bytes);
        if (count < 0) {
          break;
        }
        text.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }

  @Test
  void longLinesAndAnyBytes_areKept() throws IOException {
    try (Container container =
        InitServices.init("-q", "until [ -e /run/done ]; do sleep 0.1; done")
            .program(
                "/srv/service/a/run",
                "#!/bin/sh\nhead -c 1000000 /dev/zero | tr '\\0' x; echo end\n"
                    + "printf 'a\\000\\377\\033b\\nlast'; touch /run/done; exec sleep 1000\n")
            .start()) {
      assertThat(container.await().code()).isZero();
      byte[] bytes = Files.readAllBytes(container.directory().resolve("output"));
      String output = new String(bytes, StandardCharsets.ISO_8859_1);
      assertThat(String.join("", lines(output, "a: ")))
          .isEqualTo("x".repeat(1_000_000) + "end" + "a\0\u00ff\u001bblast");
      assertThat(output).endsWith("a: last\n");
    }
  }

  @Test
  void jsonLines_areObjects() {
    Container.Ended ended =
        InitServices.init("-q --json-logs", "until [ -e /run/done ]; do sleep 0.1; done")
            .program(
                "/srv/service/a/run",
                "#!/bin/sh\necho 'say \"hi\"'; touch /run/done; exec sleep 1000\n")
            .run();

    assertThat(ended.output())
        .matches(
            "\\{\"time\":\"[0-9T:.-]+Z\",\"source\":\"a\",\"message\":\"say \\\\\"hi\\\\\"\"}\n");
  }

  @Test
  void syslog_toTheLastWordOfAService_isWrittenOnce() {
    // reference B14
    try (Container container =
        InitServices.init("-q", "")
            .setup(OWN_DEVICES)
            .program(
                "/srv/service/a/run",
                "#!/bin/sh\ntrap 'logger -t a last; exit' TERM\nlogger -t a -p daemon.err first\n"
                    + "logger --rfc5424 -t b 'in the new form'\nwhile :; do sleep 0.1; done\n")
            .start()) {
      container.awaitOutput("a daemon.err: first\n");
      container.awaitOutput("in the new form\n");
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(ended.code()).isZero();
      assertThat(ended.output().lines().toList())
          .hasSize(3)
          .contains("a daemon.err: first")
          .endsWith("a user.notice: last");
      assertThat(ended.output())
          .containsPattern("b\\[?\\d*]? user\\.notice: \\[timeQuality.*] in the");
    }
  }

  @Test
  void syslog_onConnections_isRead() {
    Container.Ended ended =
        InitServices.declared(
                "syslog: stream\nlog_format: json\nservices: {a: {command: sleep 1000}}",
                "python3 -c \"$SEND\"; sleep 0.5")
            .setup(OWN_DEVICES)
            .before(
                "SEND='import socket;s=socket.socket(socket.AF_UNIX);s.connect(\"/dev/log\");"
                    + "s.sendall(b\"<30>su[7]: one\\n<31>two\\0\")'")
            .run();

    assertThat(ended.output())
        .contains(
            "\"facility\":\"daemon\",\"severity\":\"info\",\"app\":\"su\",\"pid\":\"7\","
                + "\"message\":\"one\"}\n")
        .contains("\"severity\":\"debug\",\"message\":\"two\"}\n");
  }
}
