package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.ByteRanges.ByteRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangesTest {
  private static final long LENGTH = 10_000;

  // RFC 9110 §14.1.2, the examples
  @Test
  void of_theExamples_isWhatTheyName() {
    assertThat(of("bytes=0-499")).isEqualTo(parts(0, 499));
    assertThat(of("bytes=500-999")).isEqualTo(parts(500, 999));
    assertThat(of("bytes=-500")).isEqualTo(parts(9500, 9999));
    assertThat(of("bytes=9500-")).isEqualTo(parts(9500, 9999));
    assertThat(of("bytes=0-0,-1")).isEqualTo(parts(0, 0, 9999, 9999));
    assertThat(of("bytes= 0-999, 4500-5499, -1000"))
        .isEqualTo(parts(0, 999, 4500, 5499, 9000, 9999));
  }

  // RFC 9110 §14.1.2
  @Test
  void of_rangesBeyondTheEnd_areCut() {
    assertThat(of("bytes=9990-20000")).isEqualTo(parts(9990, 9999));
    assertThat(of("bytes=-20000")).isEqualTo(parts(0, 9999));
    assertThat(of("bytes=1-99999999999999999999999")).isEqualTo(parts(1, 9999));
  }

  // RFC 9110 §15.5.17
  @Test
  void of_nothingThatThereIs_isUnsatisfiable() {
    assertThat(of("bytes=10000-")).isEqualTo(new ByteRanges.Unsatisfiable());
    assertThat(of("bytes=-0")).isEqualTo(new ByteRanges.Unsatisfiable());
    assertThat(of("bytes=99999999999999999999999-")).isEqualTo(new ByteRanges.Unsatisfiable());
    assertThat(ByteRanges.of("bytes=0-", 0)).isEqualTo(new ByteRanges.Unsatisfiable());
    assertThat(ByteRanges.of("bytes=-5", 0)).isEqualTo(new ByteRanges.Whole());
    assertThat(of("bytes=20000-,0-1")).isEqualTo(parts(0, 1));
  }

  // RFC 9110 §14.2
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "lines=0-1",
        "bytes=a-b",
        "bytes=1",
        "bytes=-",
        "bytes=5-1",
        "bytes=1-2-3",
        "bytes=+1-2",
        "bytes=0x1-2",
        "bytes=1 -2",
        "bytes 0-1",
        "bytes=0-1,x"
      })
  void of_malformedOrUnknown_isWhole(String value) {
    assertThat(of(value)).isEqualTo(new ByteRanges.Whole());
  }

  // RFC 9110 §17.15, CVE-2011-3192
  @Test
  void of_greedyAsks_isWhole() {
    assertThat(of("bytes=0-,0-,0-")).isEqualTo(new ByteRanges.Whole());
    assertThat(of("bytes=0-10,5-20")).isEqualTo(new ByteRanges.Whole());
    assertThat(of("bytes=0-10,20-30,5-6")).isEqualTo(new ByteRanges.Whole());
    assertThat(of("bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16"))
        .as("nine")
        .isEqualTo(new ByteRanges.Whole());
    assertThat(ByteRanges.of("bytes=0-40,42-99", 100))
        .as("parts larger than the whole")
        .isEqualTo(new ByteRanges.Whole());
  }

  @Test
  void of_neighbours_areMerged() {
    assertThat(of("bytes=0-9,10-19")).isEqualTo(parts(0, 19));
    assertThat(of("bytes=10-19,0-9")).isEqualTo(parts(0, 19));
    assertThat(of("bytes=0-9,20-29,10-19")).isEqualTo(parts(0, 29));
  }

  // CVE-2017-7529
  @Test
  void of_suffixesWhoseSumOverflows_isNoLargerThanTheWhole() {
    assertThat(of("bytes=-9999,-9223372036854775807")).isEqualTo(new ByteRanges.Whole());
  }

  private static ByteRanges of(String value) {
    return ByteRanges.of(value, LENGTH);
  }

  private static ByteRanges parts(long... bounds) {
    List<ByteRange> ranges = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(new ByteRange(bounds[i], bounds[i + 1]));
    }
    return new ByteRanges.Parts(ranges);
  }
}
