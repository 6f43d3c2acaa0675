package dev.peregrine.init;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalNumberTest {
  @ParameterizedTest
  @CsvSource({
    "TERM,15,SIGTERM",
    "SIGHUP,1,SIGHUP",
    "31,31,SIGSYS",
    "RTMIN+3,37,SIGRTMIN+3",
    "WINCH,28,SIGWINCH",
    "64,64,SIGRTMIN+30"
  })
  void parse_nameOrNumber_isRead(String text, int number, String name) {
    assertThat(SignalNumber.parse(text)).hasValue(number);
    assertThat(SignalNumber.describe(number)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65", "-1", "TERMINATE", "RTMIN+31", "RTMIN+", "term"})
  void parse_other_isRefused(String text) {
    assertThat(SignalNumber.parse(text)).isEmpty();
  }
}
