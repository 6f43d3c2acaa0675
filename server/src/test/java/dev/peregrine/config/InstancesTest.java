package dev.peregrine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstancesTest {
  @TempDir Path directory;

  private Path parent(boolean isRoot, Map<String, String> environment) {
    return Instances.of(new Surroundings(directory, environment, 1, isRoot, "anna")).parent();
  }

  @Test
  void parent_runtimeDirectory_isUsed() {
    assertThat(parent(false, Map.of("XDG_RUNTIME_DIR", directory.toString())))
        .isEqualTo(directory.resolve("peregrine"));
  }

  @Test
  void parent_runtimeDirectoryGone_isTemporary() {
    assertThat(parent(false, Map.of("XDG_RUNTIME_DIR", directory + "/gone", "TMPDIR", "/var/tmp")))
        .isEqualTo(Path.of("/var/tmp/peregrine-anna"));
  }

  @Test
  void parent_rootWithWritableRun_isRun() {
    if (Files.isWritable(Path.of("/run"))) {
      assertThat(parent(true, Map.of())).isEqualTo(Path.of("/run/peregrine"));
    } else {
      assertThat(parent(true, Map.of())).isEqualTo(Path.of("/tmp/peregrine-anna"));
    }
  }

  @Test
  void nameOf_sameBaseName_differs() {
    String one = Instances.nameOf(Path.of("/srv/a/current"));
    String other = Instances.nameOf(Path.of("/srv/b/current"));
    assertThat(one).matches("current-[0-9a-f]{8}").isNotEqualTo(other);
  }

  @Test
  void nameOf_oddNames_areNames() {
    for (String path : new String[] {"/", "/a b\u00e9", "/" + "x".repeat(200), "/.hidden/..x"}) {
      assertThat(Instances.nameOf(Path.of(path)))
          .satisfies(name -> assertThat(name.length()).isLessThanOrEqualTo(Instances.MAX_NAME));
    }
  }
}
