package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessSnapshotTest {
  @Test
  void parse_nameWithBracketsAndBlanks_findsTheFields() {
    String stat =
        "7 (a) R (b c) T 3 5 6 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 9 0 100 1000 25 18446744 1 1\n";
    ProcessSnapshot snapshot = ProcessSnapshot.parse(7, stat).orElseThrow();
    assertThat(snapshot.name()).isEqualTo("a) R (b c");
    assertThat(snapshot.isStopped()).isTrue();
    assertThat(snapshot.parent()).isEqualTo(3);
    assertThat(snapshot.group()).isEqualTo(5);
    assertThat(snapshot.session()).isEqualTo(6);
    assertThat(snapshot.userTime()).isEqualTo(Duration.ofMillis(1500));
    assertThat(snapshot.systemTime()).isEqualTo(Duration.ofMillis(500));
    assertThat(snapshot.threads()).isEqualTo(9);
    assertThat(snapshot.residentBytes()).isEqualTo(25 * 4096);
  }

  @Test
  void of_ownProcess_isAlive() {
    int own = (int) ProcessHandle.current().pid();
    ProcessSnapshot snapshot = ProcessSnapshot.of(own).orElseThrow();
    assertThat(snapshot.residentBytes()).isGreaterThan(10_000_000);
    assertThat(snapshot.threads()).isGreaterThan(3);
  }

  @Test
  void of_nobody_isEmpty() {
    assertThat(ProcessSnapshot.of(0)).isEmpty();
  }
}
