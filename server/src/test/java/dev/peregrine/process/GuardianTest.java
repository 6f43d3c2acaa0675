package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardianTest {
  private Processes processes;
  private RecordingListener listener;

  @BeforeEach
  void open() {
    processes = new Processes();
    listener = new RecordingListener();
  }

  @AfterEach
  void close() {
    processes.close();
  }

  private ChildProcess trial(String mode) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return processes.start(
        ProcessSpec.of(
            List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                GuardianTrial.class.getName(),
                mode),
            Environment.inherited(),
            Path.of("/")),
        listener);
  }

  private List<Integer> awaitGroups() throws Exception {
    String line = listener.awaitOutput(" end\n");
    List<Integer> groups = new ArrayList<>();
    for (String word : line.strip().split(" ", -1)) {
      if (Character.isDigit(word.charAt(0))) {
        groups.add(Integer.parseInt(word));
      }
    }
    assertThat(groups).hasSize(3);
    return groups;
  }

  private static List<ProcessSnapshot> alive(List<Integer> groups) {
    return ProcessSnapshot.all().stream()
        .filter(process -> groups.contains(process.group()) && !process.isZombie())
        .toList();
  }

  private static ProcessSnapshot guardianOf(ChildProcess server) {
    return ProcessSnapshot.all().stream()
        .filter(process -> process.parent() == server.pid() && process.session() == process.pid())
        .findFirst()
        .orElseThrow();
  }

  private static boolean isAlive(int pid) {
    return ProcessSnapshot.of(pid).filter(process -> !process.isZombie()).isPresent();
  }

  @Test
  void server_killed_leavesNothing() throws Exception {
    ChildProcess server = trial("wait");
    List<Integer> groups = awaitGroups();
    int guardian = guardianOf(server).pid();
    Eventually.await("six processes", () -> alive(groups).size() >= 5);
    long start = System.nanoTime();
    server.signal(Signal.KILL);
    listener.awaitExit();
    Eventually.await("no survivor", () -> alive(groups).isEmpty());
    assertThat((System.nanoTime() - start) / 1_000_000).isBetween(0L, 2000L);
    Eventually.await("no guardian", () -> !isAlive(guardian));
  }

  @Test
  void server_closed_leavesNoGuardian() throws Exception {
    ChildProcess server = trial("close");
    List<Integer> groups = awaitGroups();
    assertThat(listener.awaitExit().isSuccess()).isTrue();
    assertThat(alive(groups)).isEmpty();
    assertThat(ProcessSnapshot.all())
        .noneMatch(process -> process.parent() == server.pid() && !process.isZombie());
  }

  @Test
  void server_thatReturnsWithoutClosing_leavesNothing() throws Exception {
    ChildProcess server = trial("return");
    List<Integer> groups = awaitGroups();
    int guardian =
        ProcessSnapshot.all().stream()
            .filter(process -> process.parent() == server.pid())
            .filter(process -> process.session() == process.pid())
            .map(ProcessSnapshot::pid)
            .findFirst()
            .orElse(0);
    assertThat(listener.awaitExit().isSuccess()).isTrue();
    Eventually.await("no survivor", () -> alive(groups).isEmpty());
    Eventually.await("no guardian", () -> guardian == 0 || !isAlive(guardian));
  }

  @Test
  void guardian_always_holdsOnlyItsPipe() throws Exception {
    ChildProcess server = trial("wait");
    awaitGroups();
    ProcessSnapshot guardian = guardianOf(server);
    String[] open = new File("/proc/" + guardian.pid() + "/fd").list();
    assertThat(open).containsExactlyInAnyOrder("0", "1", "2");
  }
}
