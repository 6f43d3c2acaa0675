package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.process.posix.UnchangedPages;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UnchangedPagesTest {
  private static long residentFileKib() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssFile:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void release_ofARunningProgram_leavesItWhole() throws Exception {
    long before = residentFileKib();
    UnchangedPages.release();
    long after = residentFileKib();

    assertThat(after).isLessThan(before);
    assertThat("still here".repeat(1000)).hasSize(10_000);
  }
}
