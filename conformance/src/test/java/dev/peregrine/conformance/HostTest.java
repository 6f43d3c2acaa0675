package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What the server takes from its machine and leaves on it: accounts, files, variables, limits.
class HostTest {
  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ruby/kitchen", "python/kitchen", "node/kitchen"})
  void workers_startedByRootForAnotherUser_haveNoRightsOfRoot(String name) {
    Path app = Apps.copy(name);
    Commands.run("chmod", "-R", "a+rX", app.toString());
    try (Peregrine server =
        Peregrine.of(app)
            .workers(1)
            .option("python", "/usr/bin/python3")
            .option("user", "nobody")
            .ready()) {
      long worker = server.awaitWorkers(1).getFirst();

      assertThat(Procs.status(worker, "Uid").split("\\s+", -1)).containsOnly("65534");
      assertThat(Procs.status(worker, "Gid").split("\\s+", -1)).containsOnly("65534");
      assertThat(Procs.status(worker, "Groups").strip()).isIn("", "65534");
      assertThat(Procs.status(worker, "NoNewPrivs")).isEqualTo("1");
      assertThat(Procs.status(worker, "Umask")).isEqualTo("0027");
      assertThat(server.get("/environment").json().get("USER").asString()).isEqualTo("nobody");
    }
  }

  @Test
  void workers_startedByRootForAnOwnedApp_runAsItsOwner() {
    Path app = Apps.copy("ruby/kitchen");
    Commands.run("chown", "-R", "www-data:www-data", app.toString());
    try (Peregrine server = Peregrine.of(app).workers(1).ready()) {
      long worker = server.awaitWorkers(1).getFirst();

      assertThat(Procs.status(worker, "Uid").split("\\s+", -1)).containsOnly("33");
      assertThat(Procs.status(worker, "Gid").split("\\s+", -1)).containsOnly("33");
    }
  }

  @Test
  void worker_started_hasCleanSignalsItsOwnGroupAndNoForeignDescriptors() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen")
            .workers(1)
            .through("sh", "-c", "trap '' HUP; exec 9</etc/passwd; exec \"$@\"", "sh")
            .ready()) {
      long worker = server.awaitWorkers(1).getFirst();
      String group = Procs.file(worker, "stat").replaceAll(".*\\) ", "").split(" ", -1)[2];

      assertThat(group).isEqualTo(Long.toString(worker));
      assertThat(Procs.status(worker, "SigBlk")).matches("0+");
      assertThat(Procs.openFiles(worker))
          .isNotEmpty()
          .noneMatch(file -> file.contains("/etc/passwd") || file.contains("admin.sock"));
    }
  }

  @Test
  void environment_ofAWorker_hasNoSecretsOfTheServer() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen")
            .workers(1)
            .option("pass_environment", "DATABASE_URL")
            .variable("DATABASE_URL", "db://x")
            .variable("OTHER", "other")
            .variable("PEREGRINE_ADMIN_TOKEN", "")
            .arguments("--envvar", "EXTRA=a b=c")
            .variable("LEDGER", "")
            .ready()) {
      JsonNode environment = server.get("/environment").json();

      assertThat(environment.get("DATABASE_URL").asString()).isEqualTo("db://x");
      assertThat(environment.get("EXTRA").asString()).isEqualTo("a b=c");
      assertThat(environment.get("RACK_ENV").asString()).isEqualTo("production");
      assertThat(environment.get("SERVER_SOFTWARE").asString()).startsWith("Peregrine");
      assertThat(environment.has("OTHER")).isFalse();
      assertThat(environment.has("PEREGRINE_TOKEN")).isFalse();
      assertThat(environment.has("PEREGRINE_CONTROL_SOCKET")).isFalse();
      assertThat(environment.has("PEREGRINE_INSTANCE_DIR")).isFalse();
      assertThat(environment.toString()).doesNotContain("admin.sock");
    }
  }

  @Test
  void environment_withOddBytes_reachesTheWorkerUnchanged() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen")
            .workers(1)
            .through("sh", "-c", "ODD=\"$(printf 'a\\344\\nb')\" exec \"$@\"", "sh")
            .ready()) {
      long worker = server.awaitWorkers(1).getFirst();

      assertThat(Procs.variable(worker, "ODD")).contains("a\u00e4\nb");
    }
  }

  @Test
  void instanceDirectory_hasNoRightsForOthers() throws IOException {
    try (Peregrine server = Peregrine.of("ruby/kitchen").workers(1).ready()) {
      assertThat(mode(server.instance())).isEqualTo("rwx------");
      assertThat(mode(server.instance().resolve("admin.sock"))).isEqualTo("rw-------");
      String sockets =
          Commands.run("find", server.instance().toString(), "-type", "s", "-perm", "/077")
              .output();
      assertThat(sockets).isEmpty();
    }
  }

  @Test
  void instanceDirectory_thatIsALink_isRefused() throws IOException {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1);
    Path victim = Files.createDirectory(setup.home().resolve("victim"));
    Files.createSymbolicLink(setup.home().resolve("i"), victim);
    Peregrine server = setup.launch();
    int code = server.awaitExit();

    assertThat(code).isNotZero();
    assertThat(victim).isEmptyDirectory();
    server.close();
  }

  @Test
  void instanceDirectory_openToOthers_isRefusedOrClosed() throws IOException {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1);
    Path instance = Files.createDirectory(setup.home().resolve("i"));
    Commands.run("chmod", "777", instance.toString());
    Commands.run("chown", "nobody", instance.toString());
    Peregrine server = setup.launch();
    int code = server.awaitExit();

    assertThat(code).isNotZero();
    assertThat(server.output()).contains(instance.toString());
    server.close();
  }

  @Test
  void files_ofAHostileTemporaryDirectory_areNotFollowed() throws IOException {
    Peregrine.Setup setup =
        Peregrine.of("ruby/kitchen").workers(1).option("content_buffer_memory", 4096);
    Path buffers = Files.createDirectory(setup.home().resolve("buffers"));
    Path victim = Files.writeString(setup.home().resolve("victim"), "untouched");
    for (String name : List.of("peregrine", "peregrine-buffer", "body", "request-1", "1", "0")) {
      Files.createSymbolicLink(buffers.resolve(name), victim);
    }
    try (Peregrine server = setup.option("data_buffer_dir", buffers).ready()) {
      Answer answer = server.exchange(Messages.post("/upload", "u".repeat(200_000)));

      assertThat(answer.json().get("bytes").asInt()).isEqualTo(200_000);
      assertThat(Files.readString(victim)).isEqualTo("untouched");
    }
  }

  @Test
  void diskOfTheBuffers_full_failsThatUploadOnly() throws IOException {
    Peregrine.Setup setup =
        Peregrine.of("ruby/kitchen").workers(1).option("content_buffer_memory", 4096);
    Path buffers = smallDisk("256k");
    try (Peregrine server = setup.option("data_buffer_dir", buffers).ready();
        Load load = Load.gets(server.port(), 4, "/")) {
      load.awaitMore(10);
      for (int i = 0; i < 3; i++) {
        try (RawConnection connection = server.connect()) {
          connection.send(Messages.request("POST", "/upload", "Content-Length: 2000000") + "\r\n");
          Thread sender = Thread.ofVirtual().start(() -> sendIgnoringEnd(connection));
          Answer answer = connection.answer();
          assertThat(answer.status()).isIn(503, 507);
          assertThat(answer.isClosing()).isTrue();
          connection.reset();
          QueueTest.join(List.of(sender));
        }
      }
      load.awaitMore(100).finish();

      assertThat(load.lost()).as(load.toString()).isZero();
      assertThat(server.exchange(Messages.post("/upload", "u".repeat(100_000))).status())
          .isEqualTo(200);
      assertThat(server.output()).doesNotContain("\tat ");
    } finally {
      unmount(buffers);
    }
  }

  @Test
  void diskOfTheBuffers_full_makesTheWorkerWaitForItsSlowReader() throws IOException {
    Peregrine.Setup setup =
        Peregrine.of("ruby/kitchen").workers(2).option("content_buffer_memory", 4096);
    Path buffers = smallDisk("256k");
    try (Peregrine server = setup.option("data_buffer_dir", buffers).ready();
        RawConnection slow = RawConnection.toWithSmallWindow(server.port())) {
      server.awaitWorkers(2);
      slow.send(Messages.get("/blob?size=8000000"));
      Await.until("disk full", () -> server.output().contains("spool.failed"));

      for (int i = 0; i < 20; i++) {
        assertThat(server.get("/").text()).isEqualTo("hello\n");
      }
      assertThat(slow.answer().content()).hasSize(8_000_000);
      assertThat(slow.get("/").text()).isEqualTo("hello\n");
    } finally {
      unmount(buffers);
    }
  }

  private static Path smallDisk(String size) throws IOException {
    Path disk = Files.createTempDirectory("conform-disk");
    Commands.Outcome mounted =
        Commands.run("mount", "-t", "tmpfs", "-o", "size=" + size, "small", disk.toString());
    assertThat(mounted.code()).as(mounted.toString()).isZero();
    return disk;
  }

  private static void unmount(Path disk) throws IOException {
    Commands.run("umount", "-l", disk.toString());
    Files.delete(disk);
  }

  private static void sendIgnoringEnd(RawConnection connection) {
    try {
      for (int i = 0; i < 20; i++) {
        connection.send("u".repeat(100_000));
      }
    } catch (UncheckedIOException e) {
      // The server has given its answer and closed.
    }
  }

  @Test
  void diskOfTheLog_full_doesNotStopTheService() throws IOException {
    Peregrine.Setup setup = Peregrine.of("ruby/kitchen").workers(1);
    Path logs = smallDisk("64k");
    try (Peregrine server =
        setup
            .option("log_file", logs.resolve("events.log"))
            .option("access_log", "combined")
            .option("access_log_file", logs.resolve("access.log"))
            .ready()) {
      try (Load load = Load.gets(server.port(), 4, "/?" + "long".repeat(100))) {
        load.awaitMore(1000);
        server.get("/flood?lines=1000");
        load.awaitMore(200).finish();

        assertThat(load.lost()).as(load.toString()).isZero();
      }
    } finally {
      unmount(logs);
    }
  }

  @Test
  void descriptors_tooFew_serveThoseWhoAreInAndRecover() {
    try (Peregrine server =
        Peregrine.of("ruby/kitchen")
            .workers(1)
            .option("static_files", false)
            .through("sh", "-c", "ulimit -n 256; exec \"$@\"", "sh")
            .ready()) {
      List<RawConnection> crowd = new ArrayList<>();
      RawConnection early = server.connect();
      assertThat(early.get("/").status()).isEqualTo(200);
      for (int i = 0; i < 600; i++) {
        crowd.add(server.connect());
        if (i % 10 == 0) {
          // Who rests longest has to go first, counted from when the server accepts.
          assertThat(early.get("/").status()).isEqualTo(200);
        }
      }
      assertThat(early.get("/").status()).isEqualTo(200);
      long cpu = Procs.cpuTicks(server.pid());
      Await.holdsWithin(Duration.ofSeconds(3), () -> false);
      assertThat(Procs.cpuTicks(server.pid()) - cpu).as("CPU while full").isLessThan(150);
      assertThat(early.get("/").status()).isEqualTo(200);
      crowd.forEach(RawConnection::close);

      assertThat(server.getUntil("/", 200).text()).isEqualTo("hello\n");
      early.close();
    }
  }

  @Test
  void surroundings_odd_doNotMatter() throws IOException {
    Path readOnly = Files.createTempDirectory("conform-cwd");
    Commands.run("chmod", "555", readOnly.toString());
    try (Peregrine server =
        Peregrine.of("ruby/kitchen")
            .workers(1)
            .variable("HOME", "")
            .variable("USER", "")
            .variable("LANG", "C")
            .variable("LC_ALL", "C")
            .variable("TZ", "Pacific/Kiritimati")
            .in(readOnly)
            .ready()) {
      assertThat(server.get("/echo/%C3%A9").status()).isEqualTo(200);
      assertThat(server.status().toString()).contains(Long.toString(server.pid()));
    }
    Files.delete(readOnly);
  }

  @Test
  void app_underANameWithSpacesAndAccents_isServed() throws IOException {
    Path app = Files.createDirectory(Apps.empty().resolve("my \u00e4pp's $HOME"));
    Apps.write(app, "config.ru", "run(->(env) { [200, {}, [Dir.pwd]] })\n");
    Apps.write(app, "public/\u00fc.txt", "umlaut");
    try (Peregrine server = Peregrine.of(app).variable("LC_ALL", "C.UTF-8").workers(1).start()) {
      assertThat(server.get("/").text()).isEqualTo(app.toString());
      assertThat(server.get("/%C3%BC.txt").text()).isEqualTo("umlaut");
    }
  }

  @Test
  void user_withoutRights_canServeToo() {
    Path app = Apps.copy("ruby/kitchen");
    Commands.run("chmod", "-R", "a+rX", app.toString());
    Peregrine.Setup setup = Peregrine.of(app).workers(1);
    Commands.run("chown", "nobody", setup.home().toString());
    try (Peregrine server =
        setup
            .variable("HOME", setup.home().toString())
            .through("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            .ready()) {
      assertThat(Procs.status(server.pid(), "Uid").split("\\s+", -1)).containsOnly("65534");
      assertThat(server.status().toString()).contains(Long.toString(server.pid()));
    }
  }

  @Test
  void linksInTheApp_toFilesOfRoot_areNotReadForIt() throws IOException {
    Path app = Apps.copy("ruby/kitchen");
    Path secret = Files.writeString(Files.createTempFile("conform", ".secret"), "rootsecret\n");
    Commands.run("chmod", "600", secret.toString());
    Files.createSymbolicLink(app.resolve("REVISION"), secret);
    Files.createDirectory(app.resolve("tmp"));
    Files.createSymbolicLink(app.resolve("tmp/restart.txt"), secret);
    Commands.run("chown", "-Rh", "nobody", app.toString());
    try (Peregrine server = Peregrine.of(app).workers(1).ready()) {
      assertThat(server.status().toString()).doesNotContain("rootsecret");
      assertThat(server.output()).doesNotContain("rootsecret");
      assertThat(Files.readString(secret)).isEqualTo("rootsecret\n");
    }
    Files.delete(secret);
  }
}
