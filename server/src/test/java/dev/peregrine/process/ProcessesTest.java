package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.process.posix.Posix;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
  private static final Environment ENVIRONMENT = Environment.inherited();
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory;
  private Processes processes;

  @BeforeEach
  void open() {
    processes = new Processes();
  }

  @AfterEach
  void close() {
    processes.close();
  }

  private ProcessSpec shell(String script) {
    return ProcessSpec.of(List.of("sh", "-c", script), ENVIRONMENT, directory);
  }

  private RecordingListener start(String script) throws SpawnException {
    RecordingListener listener = new RecordingListener();
    processes.start(shell(script), listener);
    return listener;
  }

  @Test
  void start_thousandChildren_everyExitCodeIsRight() throws Exception {
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      listeners.add(start("exit " + i % 256));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(listeners.get(i).awaitExit()).isEqualTo(new ExitStatus.Exited(i % 256));
    }
    assertThat(zombies()).isEmpty();
  }

  @Test
  void start_child_isKilledBeforeThisProcessWhenMemoryRunsOut() throws Exception {
    Path own = Path.of("/proc/self/oom_score_adj");
    int ours = Integer.parseInt(Files.readString(own).strip());

    RecordingListener listener =
        start("until [ $(cat /proc/$$/oom_score_adj) -gt " + ours + " ]; do sleep 0.01; done");

    assertThat(listener.awaitExit()).isEqualTo(new ExitStatus.Exited(0));
  }

  @Test
  void start_concurrently_everyOutputAndCodeBelongsToItsChild() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int code = i;
        all.add(
            threads.submit(() -> {
              Processes.RunResult result =
                  processes.run(shell("echo out " + code + "; exit " + code), LONG);
              assertThat(result.status().shellCode()).isEqualTo(code);
              assertThat(result.stdoutText()).isEqualTo("out " + code + "\n");
              return result;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  @Test
  void output_ofSixteenMegabytesOnBothStreams_arrivesWhole() throws Exception {
    RecordingListener listener =
        start("head -c 16777216 /dev/zero & head -c 16777216 /dev/zero >&2; wait");
    assertThat(listener.awaitExit().isSuccess()).isTrue();
    assertThat(listener.stdout()).hasSize(16 << 20);
    assertThat(listener.stderr()).hasSize(16 << 20);
  }

  @Test
  void output_writtenJustBeforeTheEnd_comesBeforeTheExit() throws Exception {
    for (int i = 0; i < 50; i++) {
      Processes.RunResult result = processes.run(shell("echo last words >&2; kill -9 $$"), LONG);
      assertThat(result.stderrText()).isEqualTo("last words\n");
      assertThat(result.status()).isEqualTo(new ExitStatus.Signalled(9, false));
    }
  }

  @Test
  void exited_bySignal_namesTheSignal() throws Exception {
    RecordingListener listener = new RecordingListener();
    ChildProcess child = processes.start(shell("echo up; exec sleep 60"), listener);
    listener.awaitOutput("up");
    child.signal(Signal.TERM);
    assertThat(listener.awaitExit()).isEqualTo(new ExitStatus.Signalled(15, false));
    assertThat(listener.awaitExit().describe()).isEqualTo("killed by SIGTERM");
    assertThat(listener.awaitExit().shellCode()).isEqualTo(143);
    assertThat(child.isAlive()).isFalse();
    assertThat(child.residentBytes()).isZero();
    child.signal(Signal.KILL);
  }

  @Test
  void exited_withCode143_isNoSignal() throws Exception {
    assertThat(start("exit 143").awaitExit()).isEqualTo(new ExitStatus.Exited(143));
  }

  @Test
  void exited_afterWork_tellsWhatWasUsed() throws Exception {
    RecordingListener listener =
        start("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 0.05");
    listener.awaitExit();
    Resources usage = listener.usage();
    assertThat(usage.userTime()).isBetween(Duration.ofMillis(5), Duration.ofSeconds(10));
    assertThat(usage.lifetime()).isBetween(Duration.ofMillis(50), Duration.ofSeconds(10));
  }

  @Test
  void exited_ofALeader_killsTheRestOfItsGroup() throws Exception {
    RecordingListener listener = new RecordingListener();
    ChildProcess child =
        processes.start(
            shell("sleep 300 & sh -c 'trap \"\" TERM HUP; sleep 300' & echo up; read x || exit 3"),
            listener);
    assertThat(listener.awaitExit()).isEqualTo(new ExitStatus.Exited(3));
    Eventually.await("group is gone", () -> ProcessSnapshot.ofGroup(child.pid()).isEmpty());
  }

  @Test
  void signalGroup_kill_leavesNothing() throws Exception {
    RecordingListener listener = new RecordingListener();
    ChildProcess child =
        processes.start(shell("sleep 300 & (sleep 300 & sleep 300; :) & echo up; wait"), listener);
    listener.awaitOutput("up");
    Eventually.await("five run", () -> ProcessSnapshot.ofGroup(child.pid()).size() == 5);
    child.signalGroup(Signal.KILL);
    listener.awaitExit();
    Eventually.await("group is gone", () -> ProcessSnapshot.ofGroup(child.pid()).isEmpty());
  }

  @Test
  void exited_whileAStrangerHoldsTheOutput_isNotDelayed() throws Exception {
    Path pidFile = directory.resolve("pid");
    RecordingListener listener = new RecordingListener();
    long start = System.nanoTime();
    processes.start(
        shell(
            "setsid sh -c 'echo $$ > pid; exec sleep 300' & while [ ! -s pid ]; do :; done; echo up"),
        listener);
    assertThat(listener.awaitExit().isSuccess()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    assertThat(listener.stdout()).isEqualTo("up\n");
    int stranger = Integer.parseInt(Files.readString(pidFile).strip());
    Posix.kill(stranger, 9);
  }

  @Test
  void start_always_givesTheThreeStandardDescriptorsOnly() throws Exception {
    Processes.RunResult result =
        processes.run(ProcessSpec.of(List.of("ls", "/proc/self/fd"), ENVIRONMENT, directory), LONG);
    // The fourth is the directory that ls reads.
    assertThat(result.stdoutText()).isEqualTo("0\n1\n2\n3\n");
    assertThat(processes.run(shell("readlink /proc/self/fd/0"), LONG).stdoutText())
        .isEqualTo("/dev/null\n");
  }

  @Test
  void start_always_givesACleanSignalState() throws Exception {
    String status =
        processes
            .run(ProcessSpec.of(List.of("cat", "/proc/self/status"), ENVIRONMENT, directory), LONG)
            .stdoutText();
    assertThat(status)
        .contains("SigBlk:\t0000000000000000")
        .contains("SigIgn:\t0000000000000000")
        .contains("SigCgt:\t0000000000000000");
  }

  @Test
  void start_always_makesAProcessGroupOfItsOwn() throws Exception {
    RecordingListener listener = new RecordingListener();
    ChildProcess child = processes.start(shell("echo up; exec sleep 60"), listener);
    listener.awaitOutput("up");
    ProcessSnapshot snapshot = child.snapshot().orElseThrow();
    assertThat(snapshot.group()).isEqualTo(child.pid());
    assertThat(snapshot.parent()).isEqualTo((int) ProcessHandle.current().pid());
    // Nothing is resident for the moment in which `exec` replaces the program.
    Eventually.await("resident memory", () -> child.residentBytes() > 0);
  }

  @Test
  void start_invalidUtf8_reachesTheChildByteForByte() throws Exception {
    byte[] odd = {(byte) 0xff, (byte) 0xc3, 'x', (byte) 0x80, '\n', '\'', ' '};
    RecordingListener listener = new RecordingListener();
    processes.start(
        new ProcessSpec(
            List.of(
                RawString.of("sh"),
                RawString.of("-c"),
                RawString.of("printf '%s|%s|%s' \"$1\" \"$ODD\" \"$#\""),
                RawString.of("name"),
                RawString.of(odd),
                RawString.of("")),
            ENVIRONMENT.with("ODD", RawString.of(odd)),
            directory,
            true,
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty()),
        listener);
    listener.awaitExit();
    String text = new String(odd, ISO_8859_1);
    assertThat(new String(listener.stdoutBytes(), ISO_8859_1)).isEqualTo(text + "|" + text + "|2");
  }

  @Test
  void start_environment_isExactlyTheGivenOne() throws Exception {
    Environment two = Environment.empty().with("B", "2").with("A", "x=y");
    assertThat(
            processes
                .run(ProcessSpec.of(List.of("/usr/bin/env"), two, directory), LONG)
                .stdoutText())
        .isEqualTo("B=2\nA=x=y\n");
  }

  @Test
  void start_directoryWithOddBytes_startsThere() throws Exception {
    processes.run(shell("d=$(printf 'a b\\303\\251%%'); mkdir \"$d\"; pwd"), LONG);
    Path odd;
    try (Stream<Path> made = Files.list(directory)) {
      odd = made.findFirst().orElseThrow();
    }
    assertThat(
            processes
                .run(ProcessSpec.of(List.of("sh", "-c", "pwd"), ENVIRONMENT, odd), LONG)
                .stdoutText())
        .isEqualTo(directory + "/a bé%\n");
  }

  @Test
  void start_withUmask_setsItForTheChildOnly() throws Exception {
    String before = processes.run(shell("umask"), LONG).stdoutText();
    assertThat(processes.run(shell("umask").withUmask(0137), LONG).stdoutText())
        .isEqualTo("0137\n");
    assertThat(processes.run(shell("umask"), LONG).stdoutText()).isEqualTo(before);
  }

  @Test
  void start_withOpenFiles_limitsThem() throws Exception {
    ProcessSpec spec = shell("sleep 0.05; ulimit -Sn; ulimit -Hn").withOpenFiles(256);
    assertThat(processes.run(spec, LONG).stdoutText()).isEqualTo("256\n256\n");
  }

  @Test
  void isStopped_afterStop_isTrueUntilContinued() throws Exception {
    RecordingListener listener = new RecordingListener();
    ChildProcess child = processes.start(shell("echo up; exec sleep 60"), listener);
    listener.awaitOutput("up");
    assertThat(child.isStopped()).isFalse();
    child.signal(Signal.STOP);
    Eventually.await("stopped", child::isStopped);
    child.signal(Signal.CONT);
    Eventually.await("runs", () -> !child.isStopped());
    child.signal(Signal.STOP);
    child.signalGroup(Signal.KILL);
    assertThat(listener.awaitExit()).isEqualTo(new ExitStatus.Signalled(9, false));
  }

  @Test
  void await_ofALongRun_isEmptyWhenTheLimitIsOver() throws Exception {
    ChildProcess child = processes.start(shell("exec sleep 60"), new RecordingListener());
    assertThat(child.await(Duration.ofMillis(20))).isEmpty();
    child.signal(Signal.KILL);
    assertThat(child.await(LONG)).contains(new ExitStatus.Signalled(9, false));
  }

  @Test
  void run_beyondItsLimit_killsTheTool() throws Exception {
    Processes.RunResult result =
        processes.run(shell("echo begun; sleep 60"), Duration.ofMillis(300));
    assertThat(result.status()).isEqualTo(new ExitStatus.Signalled(9, false));
    assertThat(result.stdoutText()).isEqualTo("begun\n");
  }

  @Test
  void listener_thatThrows_disturbsNobody() throws Exception {
    processes.start(
        shell("echo x"),
        new ChildListener() {
          @Override
          public void output(OutputStreamKind kind, byte[] bytes, int length) {
            throw new IllegalStateException("from a test");
          }

          @Override
          public void exited(ExitStatus status, Resources usage) {
            throw new IllegalStateException("from a test");
          }
        });
    assertThat(processes.run(shell("echo fine"), LONG).stdoutText()).isEqualTo("fine\n");
  }

  @Test
  void close_withRunningChildren_killsAndTellsThem() throws Exception {
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      listeners.add(start("trap '' TERM; sleep 300"));
    }
    processes.close();
    assertThat(listeners).allMatch(RecordingListener::hasEnded);
    assertThatThrownBy(() -> start("true"))
        .isInstanceOfSatisfying(
            SpawnException.class,
            e -> assertThat(e.reason()).isEqualTo(SpawnException.Reason.CLOSED));
    assertThat(children()).isEmpty();
  }

  @Test
  void open_twice_isRefused() {
    assertThatThrownBy(Processes::new)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected one");
  }

  @Test
  void descriptors_afterManyStarts_areAsManyAsBefore() throws Exception {
    processes.run(shell("exit 0"), LONG);
    int before = openDescriptors();
    for (int i = 0; i < 50; i++) {
      processes.run(shell("exit 0"), LONG);
      assertThatThrownBy(() ->
              processes.run(ProcessSpec.of(List.of("/no/such"), ENVIRONMENT, directory), LONG))
          .isInstanceOf(SpawnException.class);
    }
    assertThat(openDescriptors()).isLessThanOrEqualTo(before + 1);
  }

  @Test
  void guardian_killed_isReplaced() throws Exception {
    RecordingListener listener = new RecordingListener();
    ChildProcess child = processes.start(shell("exec sleep 60"), listener);
    int first = guardian();
    Eventually.await("the guardian lived a second", () -> cpuSeconds(first) >= 1.1);
    Posix.kill(first, 9);
    Eventually.await("another guardian", () -> guardian() != 0 && guardian() != first);
    assertThat(child.isAlive()).isTrue();
    assertThat(zombies()).isEmpty();
  }

  private static double cpuSeconds(int pid) {
    try {
      FileTime made = Files.getLastModifiedTime(Path.of("/proc/" + pid));
      return (System.currentTimeMillis() - made.toMillis()) / 1000.0;
    } catch (IOException _) {
      return 0;
    }
  }

  private static int guardian() {
    return children().stream()
        .filter(child -> child.session() == child.pid())
        .map(ProcessSnapshot::pid)
        .findFirst()
        .orElse(0);
  }

  private static int openDescriptors() {
    String[] names = new File("/proc/self/fd").list();
    return names == null ? 0 : names.length;
  }

  private static List<ProcessSnapshot> children() {
    int own = (int) ProcessHandle.current().pid();
    return ProcessSnapshot.all().stream().filter(child -> child.parent() == own).toList();
  }

  private static List<ProcessSnapshot> zombies() {
    return children().stream().filter(ProcessSnapshot::isZombie).toList();
  }
}
