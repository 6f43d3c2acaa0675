package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.process.InheritedSockets.Inherited;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InheritedSocketsTest {
  private static Environment environment(String pid, String count) {
    return Environment.of(Map.of("LISTEN_PID", pid, "LISTEN_FDS", count));
  }

  @Test
  void of_ownPid_countsFromDescriptorThree() {
    assertThat(InheritedSockets.of(environment("42", "2"), 42).sockets())
        .containsExactly(new Inherited(3, ""), new Inherited(4, ""));
  }

  @Test
  void of_names_belongToTheSocketsInOrder() {
    Environment named = environment("42", "3").with("LISTEN_FDNAMES", "http:https");
    assertThat(InheritedSockets.of(named, 42).sockets())
        .containsExactly(new Inherited(3, "http"), new Inherited(4, "https"), new Inherited(5, ""));
  }

  @Test
  void of_otherPidOrNonsense_isEmpty() {
    assertThat(InheritedSockets.of(environment("41", "2"), 42).sockets()).isEmpty();
    assertThat(InheritedSockets.of(environment("42", "-1"), 42).sockets()).isEmpty();
    assertThat(InheritedSockets.of(environment("42", "x"), 42).sockets()).isEmpty();
    assertThat(InheritedSockets.of(environment("42", "9999999"), 42).sockets()).isEmpty();
    assertThat(InheritedSockets.of(Environment.empty(), 42).sockets()).isEmpty();
  }

  @Test
  void clearedFrom_environment_hasNoneOfTheNames() {
    Environment named = environment("42", "3").with("LISTEN_FDNAMES", "http").with("A", "1");
    assertThat(InheritedSockets.clearedFrom(named).names()).containsExactly("A");
  }
}
