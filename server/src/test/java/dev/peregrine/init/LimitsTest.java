package dev.peregrine.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
  @ParameterizedTest
  @CsvSource({
    "2, PT2S",
    "2s, PT2S",
    "0, PT0S",
    "1.5m, PT1M30S",
    "300ms, PT0.3S",
    "1h, PT1H",
    "infinity, P36500D"
  })
  void parse_times_areRead(String text, String expected) {
    assertThat(Limits.parse(text))
        .contains(Duration.parse(expected.replace("P36500D", "PT876000H")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s", "-1", "1.", ".5", "1.5.2", "1e3", "2 s", "2d", "99999999999h", "NaN"})
  void parse_others_areRefused(String text) {
    assertThat(Limits.parse(text)).isEmpty();
  }
}
