package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.process.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanTest {
  @TempDir Path directory;

  @Test
  void orphans_ofAChild_areReapedAndDisturbNobody() throws Exception {
    // Makes this JVM what it is as the first process of a container: the parent of all orphans.
    assertThat(Posix.adoptOrphans(true)).isZero();
    try (Processes processes = new Processes()) {
      ProcessSpec spec =
          ProcessSpec.of(
              List.of(
                  "sh",
                  "-c",
                  "for i in 1 2 3 4 5 6 7 8 9 10; do setsid sh -c 'sleep 0.05; exit 9' & done;"
                      + " sleep 0.02; exit 4"),
              Environment.inherited(),
              directory);
      for (int i = 0; i < 20; i++) {
        assertThat(processes.run(spec, Duration.ofSeconds(20)).status())
            .isEqualTo(new ExitStatus.Exited(4));
      }
      RecordingListener listener = new RecordingListener();
      ChildProcess lasting =
          processes.start(
              ProcessSpec.of(List.of("sleep", "60"), Environment.inherited(), directory), listener);
      int own = (int) ProcessHandle.current().pid();
      Eventually.await(
          "two children: the lasting one and the guardian",
          () -> ProcessSnapshot.all().stream().filter(one -> one.parent() == own).count() == 2);
      lasting.signal(Signal.KILL);
      listener.awaitExit();
    } finally {
      Posix.adoptOrphans(false);
    }
    assertThat(Files.exists(directory)).isTrue();
  }
}
