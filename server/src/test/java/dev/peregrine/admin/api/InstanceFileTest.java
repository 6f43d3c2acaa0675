package dev.peregrine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceFileTest {
  private static final InstanceFile SAMPLE =
      new InstanceFile("blog", 7, "0.1.0", "/srv/blog", List.of("http://[::1]:1"), Instant.EPOCH);

  @TempDir Path directory;

  @Test
  void read_written_isEqual() throws Exception {
    SAMPLE.write(directory);

    assertThat(InstanceFile.read(directory)).contains(SAMPLE);
    assertThat(directory.toFile().list()).containsExactly(InstanceFile.FILE_NAME);
  }

  @Test
  void write_twice_replaces() throws Exception {
    SAMPLE.write(directory);
    SAMPLE.write(directory);

    Path file = directory.resolve(InstanceFile.FILE_NAME);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void read_missingOrBroken_isEmpty() throws Exception {
    assertThat(InstanceFile.read(directory)).isEmpty();
    Files.writeString(directory.resolve(InstanceFile.FILE_NAME), "{\"name\":");
    assertThat(InstanceFile.read(directory)).isEmpty();
  }

  @Test
  void read_symbolicLink_isRefused() throws Exception {
    Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "{}");
    Files.createSymbolicLink(directory.resolve(InstanceFile.FILE_NAME), elsewhere);

    assertThatThrownBy(() -> InstanceFile.read(directory)).isInstanceOf(IOException.class);
  }
}
