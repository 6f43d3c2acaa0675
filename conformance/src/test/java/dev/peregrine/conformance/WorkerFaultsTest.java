package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Workers that die, freeze, grow or are used up while clients go on.
class WorkerFaultsTest {
  private static Peregrine.Setup of(String app) {
    return Peregrine.of(app).option("python", "/usr/bin/python3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ruby/kitchen", "python/kitchen", "node/kitchen"})
  void workers_killedOneByOneUnderLoad_loseNoGet(String app) {
    try (Peregrine server = of(app).workers(2).ready()) {
      server.awaitWorkers(2);
      try (Load load = Load.gets(server.port(), 16, "/sleep?ms=5")) {
        for (int i = 0; i < 5; i++) {
          load.awaitMore(50);
          Procs.signal(server.workers().getFirst(), "KILL");
          server.awaitWorkers(2);
        }
        load.awaitMore(50).finish();

        assertThat(load.lost()).as(load.toString()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ruby/kitchen", "python/kitchen", "node/kitchen"})
  void workers_killedAllAtOnceUnderLoad_loseNoGet(String app) {
    try (Peregrine server = of(app).workers(2).ready()) {
      server.awaitWorkers(2);
      try (Load load = Load.gets(server.port(), 16, "/sleep?ms=5")) {
        for (int i = 0; i < 3; i++) {
          load.awaitMore(50);
          killAll(server);
          server.awaitWorkers(2);
        }
        load.awaitMore(50).finish();

        assertThat(load.lost()).as(load.toString()).isZero();
      }
    }
  }

  private static void killAll(Peregrine server) {
    List<String> command =
        Stream.concat(Stream.of("kill", "-KILL"), server.workers().stream().map(String::valueOf))
            .toList();
    Commands.run(command.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ruby/kitchen", "node/kitchen"})
  void workers_killedUnderLoad_doubleNoPost(String app) throws IOException {
    try (Peregrine server = of(app).workers(2).ready()) {
      server.awaitWorkers(2);
      try (Load load =
          Load.start(server.port(), 16, id -> Messages.post("/ledger?id=" + id, "content"))) {
        for (int i = 0; i < 4; i++) {
          load.awaitMore(50);
          if (i % 2 == 0) {
            Procs.signal(server.workers().getFirst(), "KILL");
          } else {
            killAll(server);
          }
          server.awaitWorkers(2);
        }
        load.awaitMore(50).finish();

        List<String> ledger = Files.readAllLines(server.home().resolve("ledger"));
        Map<Integer, Long> statuses =
            load.outcomes().values().stream()
                .collect(Collectors.groupingBy(status -> status, Collectors.counting()));
        assertThat(ledger).doesNotHaveDuplicates();
        assertThat(statuses.keySet()).as(load.toString()).isSubsetOf(200, 502);
        assertThat(ledger)
            .containsAll(
                load.outcomes().entrySet().stream()
                    .filter(outcome -> outcome.getValue() == 200)
                    .map(outcome -> outcome.getKey().toString())
                    .toList());
      }
    }
  }

  @Test
  void post_inFlightWhenItsWorkerDies_is502AtOnce() {
    try (Peregrine server = of("ruby/kitchen").workers(1).ready();
        RawConnection connection = server.connect()) {
      Path started = server.home().resolve("started");
      connection.send(Messages.post("/wait?started=" + started + "&file=/nowhere", "content"));
      Await.until("request in the app", () -> Files.exists(started));
      Procs.signal(server.workers().getFirst(), "KILL");
      long killed = System.nanoTime();
      Answer answer = connection.answer();

      assertThat(answer.status()).isEqualTo(502);
      assertThat(System.nanoTime() - killed).isLessThan(Duration.ofSeconds(5).toNanos());
      assertThat(server.getUntil("/", 200).text()).isEqualTo("hello\n");
    }
  }

  @Test
  void get_inFlightWhenItsWorkerDies_isTriedOnTheNext() throws IOException {
    try (Peregrine server = of("ruby/kitchen").workers(1).ready();
        RawConnection connection = server.connect()) {
      Path started = server.home().resolve("started");
      Path file = server.home().resolve("go");
      connection.send(Messages.get("/wait?started=" + started + "&file=" + file));
      Await.until("request in the app", () -> Files.exists(started));
      Procs.signal(server.workers().getFirst(), "KILL");
      Files.writeString(file, "");

      assertThat(connection.answer().text()).isEqualTo("waited\n");
    }
  }

  @Test
  void worker_exitingInARequest_isReplaced() {
    try (Peregrine server = of("ruby/kitchen").workers(1).ready()) {
      Answer answer = server.exchange(Messages.post("/exit", ""));

      assertThat(answer.status()).isEqualTo(502);
      assertThat(server.get("/").text()).isEqualTo("hello\n");
      Pattern status = Pattern.compile("status=3|exited with (code |status )?3|code=3");
      Await.until("status in the log", () -> status.matcher(server.output()).find());
    }
  }

  @Test
  void worker_frozen_isTakenOutAndReplaced() {
    try (Peregrine server = of("ruby/kitchen").workers(2).option("heartbeat_timeout", 2).ready();
        RawConnection connection = server.connect()) {
      List<Long> workers = server.awaitWorkers(2);
      Procs.signal(workers.getFirst(), "STOP");
      Await.until(
          "frozen worker replaced",
          () -> {
            assertThat(server.get("/").status()).isEqualTo(200);
            return server.workers().size() == 2
                && Collections.disjoint(List.of(workers.getFirst()), server.workers());
          });

      assertThat(server.workers()).contains(workers.getLast());
      assertThat(connection.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void worker_killedAtBirthAgainAndAgain_isNotStartedInARush() {
    Path app = Apps.of("config.ru", "Process.kill(:KILL, Process.pid)\nrun nil\n");
    try (Peregrine server = Peregrine.of(app).workers(1).start()) {
      long begin = System.nanoTime();
      assertThat(server.get("/").status()).isEqualTo(503);
      Await.holdsWithin(Duration.ofSeconds(6), () -> false);
      long cpu = Procs.cpuTicks(server.pid());
      long starts = server.output().lines().filter(line -> line.contains("worker.start")).count();
      double seconds = (System.nanoTime() - begin) / 1e9;

      assertThat(starts).isBetween(1L, (long) (2 * seconds) + 6);
      assertThat(cpu).isLessThan((long) (seconds * 100));
      assertThat(server.get("/").status()).isEqualTo(503);
    }
  }

  @Test
  void worker_dead_takesItsChildrenWithIt() {
    try (Peregrine server = of("ruby/kitchen").workers(1).ready()) {
      long child = Long.parseLong(server.get("/spawn-child").text());
      assertThat(Procs.isAlive(child)).isTrue();
      Procs.signal(server.workers().getFirst(), "KILL");

      Await.until("child gone", () -> !Procs.isAlive(child));
      assertThat(server.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void deadWorkers_leaveNoZombies() {
    try (Peregrine server = of("ruby/kitchen").workers(2).ready()) {
      for (int i = 0; i < 3; i++) {
        server.awaitWorkers(2);
        killAll(server);
      }
      server.awaitWorkers(2);

      Await.until(
          "no zombie", () -> Procs.descendants(server.pid()).stream().noneMatch(Procs::isZombie));
    }
  }

  @Test
  void pool_underDemand_growsAndShrinksAgain() {
    try (Peregrine server =
        of("ruby/kitchen")
            .option("min_instances", 1)
            .option("max_pool_size", 3)
            .option("pool_idle_time", 1)
            .ready()) {
      try (Load load = Load.gets(server.port(), 6, "/sleep?ms=50")) {
        server.awaitWorkers(3);
        load.finish();
        assertThat(load.lost()).as(load.toString()).isZero();
      }

      server.awaitWorkers(1);
    }
  }

  @Test
  void worker_afterMaxRequests_isReplacedWithoutLoss() {
    try (Peregrine server = of("ruby/kitchen").workers(2).option("max_requests", 20).ready()) {
      List<Long> first = server.awaitWorkers(2);
      try (Load load = Load.gets(server.port(), 4, "/")) {
        load.awaitMore(150);
        Await.until("others serve", () -> Collections.disjoint(first, server.workers()));
        load.finish();

        assertThat(load.lost()).as(load.toString()).isZero();
      }
    }
  }

  @Test
  void worker_beyondItsMemoryLimit_isReplacedWithoutLoss() {
    try (Peregrine server = of("ruby/kitchen").workers(1).option("memory_limit", 150).ready()) {
      long first = server.awaitWorkers(1).getFirst();
      try (Load load = Load.gets(server.port(), 2, "/sleep?ms=5")) {
        server.get("/grow?mb=200");
        Await.until("big worker gone", () -> !Procs.isAlive(first));
        load.awaitMore(10).finish();

        assertThat(load.lost()).as(load.toString()).isZero();
      }
    }
  }

  @Test
  void worker_beyondItsHardMemoryLimit_isKilledInItsRequest() {
    try (Peregrine server =
            of("ruby/kitchen")
                .workers(1)
                .option("thread_count", 2)
                .option("hard_memory_limit", 150)
                .ready();
        RawConnection connection = server.connect()) {
      long first = server.awaitWorkers(1).getFirst();
      connection.send(Messages.post("/wait?file=/nowhere", ""));
      server.get("/grow?mb=200");

      assertThat(connection.answer().status()).isEqualTo(502);
      Await.until("big worker gone", () -> !Procs.isAlive(first));
      assertThat(server.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void worker_killedByTheKernelForWantOfMemory_losesNoGetAndIsNamedSo() throws IOException {
    try (Cgroup group = Cgroup.with("memory")) {
      group.limitMemory(400L << 20);
      try (Peregrine server = of("ruby/kitchen").workers(2).through(group.launcher()).ready()) {
        List<Long> workers = server.awaitWorkers(2);
        assertThat(workers)
            .allSatisfy(pid -> assertThat(oomScore(pid)).isGreaterThan(oomScore(server.pid())));
        try (Load load = Load.gets(server.port(), 4, "/sleep?ms=5")) {
          load.awaitMore(50);
          assertThat(server.exchange(Messages.post("/grow?mb=450", "")).status()).isEqualTo(502);
          Await.until(
              "cause in the log", () -> server.output().contains("cause=\"out of memory\""));
          server.awaitWorkers(2);
          load.awaitMore(50).finish();

          assertThat(load.lost()).as(load.toString()).isZero();
        }
      }
    }
  }

  private static int oomScore(long pid) {
    return Integer.parseInt(Procs.file(pid, "oom_score_adj").strip());
  }

  @Test
  void worker_thatCannotBeForked_isSaidSoAndTheOthersGoOn() throws IOException {
    try (Cgroup group = Cgroup.with("pids");
        Peregrine server = of("ruby/kitchen").workers(2).through(group.launcher()).ready()) {
      server.awaitWorkers(2);
      long child = Long.parseLong(server.get("/spawn-child?group=own").text());
      long victim = Procs.parent(child);
      try (Load load = Load.gets(server.port(), 4, "/sleep?ms=5")) {
        load.awaitMore(50);
        group.limitProcesses("1");
        Procs.signal(victim, "KILL");
        Await.until("failure in the log", () -> server.output().contains("worker.start_failed"));
        load.awaitMore(200);
        assertThat(server.workers()).hasSize(1).doesNotContain(victim);
        Await.until(
            "its end, though its child holds its output",
            () -> Pattern.compile("worker.exited .*pid=" + victim).matcher(server.output()).find());
        Procs.signal(child, "KILL");
        assertThat(server.output()).contains("the limit of processes is reached");

        group.limitProcesses("max");
        server.awaitWorkers(2);
        load.awaitMore(50).finish();

        assertThat(load.lost()).as(load.toString()).isZero();
      }
    }
  }

  @Test
  void request_beyondMaxRequestTime_is504AndItsWorkerReplaced() {
    try (Peregrine server = of("ruby/kitchen").workers(1).option("max_request_time", 1).ready()) {
      long first = server.awaitWorkers(1).getFirst();

      assertThat(server.get("/wait?file=/nowhere").status()).isEqualTo(504);
      Await.until("stuck worker gone", () -> !Procs.isAlive(first));
      assertThat(server.get("/").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"ruby, ruby/kitchen", "jruby, ruby/kitchen", "python, python/kitchen"})
  void clients_hangingUpWithinEndlessResponses_leaveNobodyBehindABusyThread(
      String runtime, String app) throws IOException {
    Peregrine.Setup setup = of(app).workers(1).option("thread_count", 2);
    if (runtime.equals("jruby")) {
      setup.variable("PATH", Tools.pathWithout("ruby", "jruby", "rbenv"));
    }
    try (Peregrine server = setup.ready()) {
      Path first = server.home().resolve("first");
      Path second = server.home().resolve("second");
      hangUpWithin(server, first);
      // Beyond any time for which a slot is withheld by the clock.
      Await.holdsWithin(Duration.ofMillis(200), () -> false);
      for (int i = 0; i < 20; i++) {
        assertThat(server.get("/").text()).isEqualTo("hello\n");
      }

      hangUpWithin(server, second);
      Await.holdsWithin(Duration.ofMillis(200), () -> false);
      try (RawConnection waiting = server.connect()) {
        waiting.send(Messages.get("/"));
        Await.until(
            "request waits in the queue", () -> server.status().findValue("queued").asInt() == 1);
        Files.writeString(first, "");
        assertThat(waiting.answer().text()).isEqualTo("hello\n");
      }
      Files.writeString(second, "");
    }
  }

  private static void hangUpWithin(Peregrine server, Path file) {
    try (RawConnection client = server.connect()) {
      client.send(Messages.get("/stream?sse=1&file=" + file));
      client.head();
      client.chunksUntil("data: one\n\n");
    }
  }

  @Test
  void app_floodingItsOutput_holdsUpNobody() {
    try (Peregrine server = of("ruby/kitchen").workers(2).ready()) {
      server.awaitWorkers(2);
      try (RawConnection flood = server.connect()) {
        flood.send(Messages.get("/flood?lines=50000"));
        for (int i = 0; i < 20; i++) {
          assertThat(server.get("/").status()).isEqualTo(200);
        }
        assertThat(flood.answer().text()).isEqualTo("flooded\n");
      }
    }
  }

  @Test
  void line_ofAMegabyte_neitherBlocksNorLoses() {
    Path app =
        Apps.of(
            "config.ru",
            "run(->(env) { $stdout.write('l' * 1_000_000 + \"end\\n\"); $stdout.flush;"
                + " [200, {}, ['ok']] })\n");
    try (Peregrine server = Peregrine.of(app).workers(1).start()) {
      assertThat(server.get("/").text()).isEqualTo("ok");

      Await.until("end of the line", () -> server.output().contains("lend"));
      assertThat(server.output().chars().filter(c -> c == 'l').count())
          .isGreaterThanOrEqualTo(1_000_000);
    }
  }
}
