package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// RFC 9110 §5.6.7
class HttpDateTest {
  private static final long EXAMPLE = 784_111_777;
  private static final long NOW = 1_800_000_000;

  @Test
  void format_ofTheExample_isThePreferredForm() {
    assertThat(HttpDate.format(EXAMPLE)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void parse_ofEitherForm_isTheSameSecond(String text) {
    assertThat(HttpDate.parse(text, NOW)).hasValue(EXAMPLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Monday, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-9x 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "1994-11-06T08:49:37Z"
      })
  void parse_ofAnythingElse_isEmpty(String text) {
    assertThat(HttpDate.parse(text, NOW)).isEmpty();
  }

  @Test
  void parse_ofTwoDigitYear_isAtMostFiftyYearsAhead() {
    assertThat(HttpDate.parse("Monday, 01-Jan-70 00:00:00 GMT", NOW)).isEmpty();
    assertThat(HttpDate.parse("Wednesday, 01-Jan-70 00:00:00 GMT", NOW).orElse(-1))
        .as("2070, 43 years ahead")
        .isEqualTo(3_155_760_000L);
    assertThat(HttpDate.parse("Saturday, 01-Jan-94 00:00:00 GMT", NOW).orElse(-1))
        .as("1994, as 2094 is too far")
        .isEqualTo(757_382_400L);
  }

  @Test
  void at_inTheSameSecond_isTheSameArray() {
    HttpDate date = new HttpDate();
    byte[] first = date.at(EXAMPLE);
    assertThat(date.at(EXAMPLE)).isSameAs(first);
    assertThat(date.at(EXAMPLE + 1)).asString().isEqualTo("Sun, 06 Nov 1994 08:49:38 GMT");
  }
}
