package dev.peregrine.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.process.Environment;
import dev.peregrine.process.RawString;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is refused: a command that can be started would take the place of the tests.
class SetUserTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "nobody", "-x nobody true"})
  void run_withoutUserOrCommand_isMisuse(String line) {
    Arguments.Said said = setuser(line.isEmpty() ? new String[0] : line.split(" ", -1));

    assertThat(said.code()).isEqualTo(125);
    assertThat(said.text()).startsWith("setuser: expected a user and a command");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-user", "4294967295", "99999999999", "-1", ":0", ""})
  void run_unknownUser_isRefused(String user) {
    Arguments.Said said = setuser(user, "true");

    assertThat(said.code()).isEqualTo(125);
    assertThat(said.text()).startsWith("setuser: ").endsWith("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"root:no-such-group", "root:4294967295", "root:", "root:root:root"})
  void run_unknownGroup_isRefused(String user) {
    Arguments.Said said = setuser(user, "true");

    assertThat(said.code()).isEqualTo(125);
    assertThat(said.text()).startsWith("setuser: no group '").contains("/etc/group");
  }

  @Test
  void run_commandNotInPath_is127BeforeTheUserIsSwitched() {
    Arguments.Said said = setuser("65534", "no-such-program");

    assertThat(said.code()).isEqualTo(127);
    assertThat(said.text()).contains("no-such-program: no such program in PATH=/usr/bin:/bin");
  }

  @Test
  void run_help_endsWell() {
    Arguments.Said said = setuser("--help");

    assertThat(said.code()).isZero();
    assertThat(said.text()).startsWith("Usage: setuser USER[:GROUP] COMMAND");
  }

  private static Arguments.Said setuser(String... words) {
    List<RawString> arguments = Stream.of(words).map(RawString::of).toList();
    Environment environment = Environment.empty().with("PATH", "/usr/bin:/bin");
    return SetUser.run(new Invocation("setuser", arguments, environment));
  }
}
