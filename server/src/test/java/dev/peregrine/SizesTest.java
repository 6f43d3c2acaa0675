package dev.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How large files and methods may be, and that every test runs. Tables are exempt by name.
class SizesTest {
  private static final int MAX_FILE_LINES = 800;
  private static final int MAX_METHOD_LINES = 40;
  private static final int MAX_NESTING = 3;
  private static final int MAX_PARAMETERS = 5;

  /// Methods that are one long table.
  private static final Set<String> TABLES = Set.of("MediaTypes.types", "SpawnFailures.describe");

  @TempDir Path directory;

  @Test
  void files_ofTheModule_areShort() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources("src")) {
      int lines = new JavaSource(file).lineCount();
      if (lines > MAX_FILE_LINES) {
        found.add(file + ": " + lines + " lines (at most " + MAX_FILE_LINES + ")");
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void methods_ofTheModule_areShortAndFlat() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources("src/main")) {
      for (JavaSource.Method method : new JavaSource(file).methods()) {
        if (!TABLES.contains(method.name())) {
          judge(file, method, found);
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void tests_ofTheModule_areNotDisabled() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : sources("src/test")) {
      String text = Files.readString(file);
      if (text.contains("@" + "Disabled") || text.contains("Thread." + "sleep(")) {
        found.add(file);
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void methods_ofSource_areMeasured() throws IOException {
    Path file = directory.resolve("A.java");
    Files.writeString(
        file,
        """
        /** class Not { */
        public final class A<T> {
          private final int[] table = {1, 2};

          A(int a, int b) {
            this.x = "{";
          }

          /// Not `void x() {`.
          <U> void run(Map<String, U> a, int... b) {
            for (int i = 0; i < 2; i++) {
              if (a) {
                switch (b) {
                  case 1 -> {
                    while (true) {}
                  }
                }
              } else if (c) {
                done();
              }
            }
          }

          record R(int a, int b) {
            R {
              go(x -> { return; });
            }
          }
        }
        """);
    assertThat(new JavaSource(file).methods())
        .containsExactly(
            new JavaSource.Method("A.A", 5, 3, 0, 0), new JavaSource.Method("A.run", 10, 13, 4, 2));
  }

  private static void judge(Path file, JavaSource.Method method, List<String> found) {
    String where = file.getFileName() + ":" + method.line() + " " + method.name() + ": ";
    if (method.lines() > MAX_METHOD_LINES) {
      found.add(where + method.lines() + " lines (at most " + MAX_METHOD_LINES + ")");
    }
    if (method.nesting() > MAX_NESTING) {
      found.add(where + "nested " + method.nesting() + " deep (at most " + MAX_NESTING + ")");
    }
    if (method.parameters() > MAX_PARAMETERS) {
      found.add(where + method.parameters() + " parameters (at most " + MAX_PARAMETERS + ")");
    }
  }

  private static List<Path> sources(String root) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(root))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
