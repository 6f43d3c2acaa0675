package dev.peregrine.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.process.Environment;
import dev.peregrine.process.RawString;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitAgainTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ls -l                                | ls -l",
        "-- ls -- -l                          | ls -- -l",
        "/sbin/my_init                        | ''",
        "my_init ls -l                        | ls -l",
        "/sbin/my_init -- ls -l               | ls -l",
        "--quiet /sbin/my_init --quiet -- ls  | ls",
        "ls /sbin/my_init                     | ls /sbin/my_init",
      })
  void read_commandThatIsInitAgain_isWhatStandsBehindIt(String line, String command) {
    assertThat(options(line).command().stream().map(RawString::toString))
        .containsExactly(command.isEmpty() ? new String[0] : command.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource({"--skip-startup-files my_init ls", "my_init --skip-startup-files ls"})
  void read_flagsOfBoth_count(String line) {
    assertThat(options(line).has(Options.Part.SCRIPTS)).isFalse();
  }

  private static Options options(String line) {
    Invocation invocation =
        new Invocation(
            "my_init",
            Arrays.stream(line.split(" ", -1)).map(RawString::of).toList(),
            Environment.empty());
    return ((Arguments.Run) Arguments.read(invocation)).options();
  }
}
