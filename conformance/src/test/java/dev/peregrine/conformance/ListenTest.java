package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The places to listen at, and who may have them.
class ListenTest {
  private static final String PASS_DESCRIPTOR_3 =
      """
      import os, socket, sys
      kind, address = sys.argv[1], sys.argv[2]
      if kind == "unix":
          listener = socket.socket(socket.AF_UNIX)
          listener.bind(address)
      else:
          listener = socket.socket()
          listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
          listener.bind(("127.0.0.1", int(address)))
      listener.listen(64)
      os.dup2(listener.fileno(), 3)
      os.set_inheritable(3, True)
      os.environ["LISTEN_FDS"] = "1"
      os.environ["LISTEN_PID"] = str(os.getpid())
      os.execv(sys.argv[3], sys.argv[3:])
      """;

  @Test
  void unixSocket_asked_serves() {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1).withoutPort();
    Path socket = setup.home().resolve("web.sock");
    try (Peregrine server = setup.option("socket_file", socket).start()) {
      Await.until("socket there", () -> answers(socket));
      assertThat(server.isRunning()).isTrue();
      server.signal("TERM");
      assertThat(server.awaitExit()).isZero();
      assertThat(socket).doesNotExist();
    }
  }

  private static boolean answers(Path socket) {
    if (!Files.exists(socket)) {
      return false;
    }
    try (RawConnection connection = RawConnection.toUnix(socket)) {
      return connection.get("/").text().equals("hello\n");
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  @Test
  void unixSocket_leftByADeadServer_isReplaced() {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1).withoutPort();
    Path socket = setup.home().resolve("web.sock");
    setup.option("socket_file", socket);
    Peregrine first = setup.start();
    Await.until("socket there", () -> answers(socket));
    first.noteFamily().signal("KILL");
    first.awaitExit();
    first.awaitNothingLeft(Duration.ofSeconds(4));
    assertThat(socket).exists();
    try (Peregrine second = setup.start()) {
      Await.until("second serves", () -> answers(socket));
      assertThat(second.isRunning()).isTrue();
    }
  }

  @Test
  void ipv6_asked_serves() {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1).withoutPort();
    try (Peregrine server = setup.option("address", "::1").option("port", setup.port()).start()) {
      Await.until("IPv6 serves", () -> peerAt("::1", setup).equals("::1"));
      assertThat(server.isRunning()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"'0.0.0.0', 127.0.0.1, ''", "'::', 127.0.0.1, ::1", "'0.0.0.0,::', 127.0.0.1, ::1"})
  void allAddresses_ofAFamily_areThoseOfThatFamily(String asked, String ipv4, String ipv6) {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1).withoutPort();
    try (Peregrine server = setup.option("address", asked).option("port", setup.port()).start()) {
      Await.until("IPv4 serves", () -> peerAt("127.0.0.1", setup).equals(ipv4));
      assertThat(peerAt("::1", setup)).isEqualTo(ipv6);
      assertThat(server.isRunning()).isTrue();
    }
  }

  /// The client address that the app is told; empty if nobody answers.
  private static String peerAt(String address, Peregrine.Setup setup) {
    try (RawConnection connection = RawConnection.to(address, setup.port(), RawConnection.LIMIT)) {
      return connection.get("/echo").json().get("address").asString();
    } catch (UncheckedIOException e) {
      return "";
    }
  }

  @Test
  void hostOfIpv6_inARequest_isUnderstood() {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready()) {
      Answer answer = server.exchange("GET /echo HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");

      assertThat(answer.json().get("fields").get("HTTP_HOST").asString()).isEqualTo("[::1]:80");
    }
  }

  @Test
  void socketPassedIn_tcp_serves() {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1).withoutPort();
    setup.through("/usr/bin/python3", "-c", PASS_DESCRIPTOR_3, "tcp", "" + setup.port());
    try (Peregrine server = setup.ready()) {
      assertThat(server.get("/environment").text()).doesNotContain("LISTEN_FDS");
    }
  }

  @Test
  void socketPassedIn_unix_serves() {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1).withoutPort();
    Path socket = setup.home().resolve("passed.sock");
    setup.through("/usr/bin/python3", "-c", PASS_DESCRIPTOR_3, "unix", socket.toString());
    try (Peregrine server = setup.start()) {
      Await.until("passed socket serves", () -> answers(socket));
      assertThat(server.isRunning()).isTrue();
    }
  }

  @Test
  void secondServer_onTheSamePort_namesTheAddressAndStartsNoWorker() {
    try (Peregrine first = Peregrine.of("ruby/kitchen").workers(1).ready()) {
      Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1).withoutPort();
      Peregrine second = setup.option("address", "127.0.0.1").option("port", first.port()).launch();
      int code = second.awaitExit();

      assertThat(code).isNotZero();
      assertThat(second.output()).contains("127.0.0.1:" + first.port());
      assertThat(second.output()).doesNotContain("\tat ");
      assertThat(Procs.marked(second.home() + "/")).isEmpty();
      assertThat(second.instance().resolve("admin.sock")).doesNotExist();
      second.close();
      assertThat(first.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void secondServer_inTheSameInstance_isRefusedAndTheFirstGoesOn() {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1);
    try (Peregrine first = setup.ready()) {
      int otherPort = Peregrine.freePort();
      Commands.Outcome second =
          first.command(
              "start", first.app().toString(), "--address=127.0.0.1", "--port=" + otherPort);

      assertThat(second.code()).isNotZero();
      assertThat(second.both()).containsIgnoringCase("running");
      assertThat(first.get("/").status()).isEqualTo(200);
      assertThat(first.command("status").code()).isZero();
    }
  }

  @Test
  void twoServers_startedAtOnceInOneInstance_exactlyOneWins() {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1);
    Peregrine one = setup.launch();
    Peregrine two = setup.launch();
    Await.until("one has given up", () -> !one.isRunning() || !two.isRunning());
    Peregrine winner = one.isRunning() ? one : two;
    Peregrine loser = winner == one ? two : one;

    assertThat(loser.awaitExit()).isNotZero();
    Await.until(
        "winner serves",
        () -> {
          try {
            return winner.get("/").status() == 200;
          } catch (UncheckedIOException e) {
            return false;
          }
        });
    winner.close();
  }
}
