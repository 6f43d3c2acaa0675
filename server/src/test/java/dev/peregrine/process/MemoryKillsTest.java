package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryKillsTest {
  @TempDir Path directory;

  private Path counters(long kills) throws Exception {
    return Files.writeString(
        directory.resolve("vmstat"), "oom_kill_x 99\noom_kill " + kills + "\nlast 1\n");
  }

  @Test
  void take_eachNewKill_explainsOneDeath() throws Exception {
    MemoryKills kills = new MemoryKills(counters(5));
    assertThat(kills.take()).isFalse();
    counters(7);
    assertThat(kills.take()).isTrue();
    assertThat(kills.take()).isTrue();
    assertThat(kills.take()).isFalse();
  }

  @Test
  void take_withoutCounters_isNever() {
    assertThat(new MemoryKills(directory.resolve("none")).take()).isFalse();
  }
}
