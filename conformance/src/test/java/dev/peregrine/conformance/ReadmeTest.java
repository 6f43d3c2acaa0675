package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The table of faults names tests that there are.
class ReadmeTest {
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
  private static final Path SOURCES = Path.of("src/test/java/dev/peregrine/conformance");

  @Test
  void readme_namingTests_namesOnesThatExist() throws IOException {
    List<String> missing =
        NAMED
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .filter(name ->
                !Commands.text(SOURCES.resolve(name.group(1) + ".java"))
                    .contains(" " + name.group(2) + "("))
            .map(name -> name.group())
            .toList();

    assertThat(missing).isEmpty();
  }
}
