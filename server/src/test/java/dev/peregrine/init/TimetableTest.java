package dev.peregrine.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimetableTest {
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * * *            | 2026-11-25T22:00:30 | 2026-11-25T22:01",
        "*/15 * * * *         | 2026-11-25T22:00    | 2026-11-25T22:15",
        "5/20 * * * *         | 2026-11-25T22:46    | 2026-11-25T23:05",
        "0 3 * * *            | 2026-11-25T03:00    | 2026-11-26T03:00",
        "0 0 1 1 *            | 2026-11-25T22:00    | 2027-01-01T00:00",
        "30 6 29 2 *          | 2026-11-25T22:00    | 2028-02-29T06:30",
        "0 9 * * mon-fri      | 2026-11-27T10:00    | 2026-11-30T09:00",
        "0 9 * * 7            | 2026-11-25T22:00    | 2026-11-29T09:00",
        "0 9 * * 0            | 2026-11-25T22:00    | 2026-11-29T09:00",
        "0 0 13 * 5           | 2026-11-25T22:00    | 2026-11-27T00:00",
        "0 0 1-7,15 jan,mar * | 2027-01-08T00:00    | 2027-01-15T00:00",
        "0 22-23/1 * dec *    | 2026-11-25T22:00    | 2026-12-01T22:00",
        "@hourly              | 2026-11-25T22:00    | 2026-11-25T23:00",
        "@daily               | 2026-11-25T22:00    | 2026-11-26T00:00",
        "@weekly              | 2026-11-25T22:00    | 2026-11-29T00:00",
        "@monthly             | 2026-11-25T22:00    | 2026-12-01T00:00",
        "@yearly              | 2026-11-25T22:00    | 2027-01-01T00:00",
      })
  void next_ofFields_isTheFirstTimeThatMatches(String text, String now, String expected) {
    assertThat(next(text, LocalDateTime.parse(now).atZone(UTC)))
        .contains(LocalDateTime.parse(expected).atZone(UTC));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * 32 * *",
        "* * * 13 *",
        "* * * * 8",
        "5-1 * * * *",
        "*/0 * * * *",
        "1,, * * * *",
        "a * * * *",
        "1-2-3 * * * *",
        "1/2/3 * * * *",
        "-1 * * * *",
        "@reboot",
        "every 0m",
        "every m",
        "every 5y"
      })
  void parse_ofSomethingElse_isEmpty(String text) {
    assertThat(Timetable.parse(text)).isEmpty();
  }

  @Test
  void next_ofDayThatNeverComes_isEmpty() {
    assertThat(next("0 0 30 2 *", LocalDateTime.parse("2026-01-01T00:00").atZone(UTC))).isEmpty();
  }

  @Test
  void next_inTheHourThatIsSkipped_runsAfterTheChange() {
    ZonedDateTime now = LocalDateTime.parse("2026-03-28T12:00").atZone(BERLIN);
    assertThat(next("30 2 * * *", now))
        .contains(ZonedDateTime.of(LocalDateTime.parse("2026-03-29T03:30"), BERLIN));
  }

  @Test
  void next_inTheHourThatComesTwice_runsOnce() {
    ZonedDateTime first =
        next("30 2 * * *", LocalDateTime.parse("2026-10-24T12:00").atZone(BERLIN)).orElseThrow();
    assertThat(first.getOffset().getTotalSeconds()).isEqualTo(7200);
    assertThat(next("30 2 * * *", first))
        .contains(LocalDateTime.parse("2026-10-26T02:30").atZone(BERLIN));
  }

  @Test
  void next_ofEveryHourInTheHourThatComesTwice_runsInBoth() {
    ZonedDateTime time = LocalDateTime.parse("2026-10-25T01:30").atZone(BERLIN);
    for (String expected :
        new String[] {
          "2026-10-25T02:00+02:00",
          "2026-10-25T02:30+02:00",
          "2026-10-25T02:00+01:00",
          "2026-10-25T02:30+01:00",
          "2026-10-25T03:00+01:00"
        }) {
      time = next("*/30 * * * *", time).orElseThrow();
      assertThat(time.toOffsetDateTime()).isEqualTo(OffsetDateTime.parse(expected));
    }
  }

  @Test
  void next_ofEveryHourOverTheHourThatIsSkipped_goesOn() {
    ZonedDateTime time = LocalDateTime.parse("2026-03-29T01:45").atZone(BERLIN);
    assertThat(next("*/30 * * * *", time).orElseThrow().toOffsetDateTime())
        .isEqualTo(OffsetDateTime.parse("2026-03-29T03:00+02:00"));
  }

  @Test
  void next_ofAnInterval_keepsItsGridWhateverWasMissed() {
    ZonedDateTime last = LocalDateTime.parse("2026-11-25T22:00").atZone(UTC);
    Timetable table = Timetable.parse("every 10m").orElseThrow();
    assertThat(table.next(last, last)).contains(last.plusMinutes(10));
    assertThat(table.next(last, last.plusMinutes(25))).contains(last.plusMinutes(30));
    assertThat(table.next(last, last.plusMinutes(30))).contains(last.plusMinutes(40));
  }

  private static Optional<ZonedDateTime> next(String text, ZonedDateTime now) {
    return Timetable.parse(text).orElseThrow().next(now, now);
  }
}
