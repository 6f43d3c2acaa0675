package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

// RFC 9110 §12.5.3, §12.4.2
class AcceptEncodingTest {
  @Test
  void accepts_codingsOfAList_isTrue() {
    AcceptEncoding accepted = of("Accept-Encoding: gzip, deflate;q=0.5, BR ;q=1.0");
    assertThat(accepted.accepts("gzip")).isTrue();
    assertThat(accepted.accepts("deflate")).isTrue();
    assertThat(accepted.accepts("br")).isTrue();
    assertThat(accepted.accepts("zstd")).isFalse();
    assertThat(accepted.accepts("identity")).isTrue();
  }

  @Test
  void accepts_withWeightZero_isFalse() {
    assertThat(of("Accept-Encoding: gzip;q=0").accepts("gzip")).isFalse();
    assertThat(of("Accept-Encoding: gzip;q=0.000, *").accepts("gzip")).isFalse();
    assertThat(of("Accept-Encoding: identity;q=0").accepts("identity")).isFalse();
    assertThat(of("Accept-Encoding: *;q=0").accepts("identity")).isFalse();
  }

  @Test
  void accepts_withAsterisk_isTrueForTheUnnamed() {
    assertThat(of("Accept-Encoding: *").accepts("br")).isTrue();
  }

  @Test
  void accepts_withoutTheField_isOnlyIdentity() {
    assertThat(of("X: y").accepts("gzip")).isFalse();
    assertThat(of("X: y").accepts("identity")).isTrue();
  }

  @Test
  void best_byWeight_thenByOurOrder() {
    List<String> ours = List.of("br", "gzip");
    assertThat(of("Accept-Encoding: gzip, br").best(ours)).contains("br");
    assertThat(of("Accept-Encoding: gzip;q=1, br;q=0.9").best(ours)).contains("gzip");
    assertThat(of("Accept-Encoding: gzip;q=0.5, identity;q=0.8").best(ours)).isEmpty();
    assertThat(of("Accept-Encoding: zstd").best(ours)).isEmpty();
    assertThat(of("Accept-Encoding: br;q=0").best(ours)).isEmpty();
  }

  @Test
  void of_malformedWeights_leavesTheCodingOut() {
    assertThat(of("Accept-Encoding: gzip;q=2").accepts("gzip")).isFalse();
    assertThat(of("Accept-Encoding: gzip;q=0.1234").accepts("gzip")).isFalse();
    assertThat(of("Accept-Encoding: gzip;q=1.1").accepts("gzip")).isFalse();
    assertThat(of("Accept-Encoding: gzip;q=").accepts("gzip")).isFalse();
    assertThat(of("Accept-Encoding: gzip;x=1").accepts("gzip")).isFalse();
  }

  private static AcceptEncoding of(String line) {
    return AcceptEncoding.of(Heads.fields(line));
  }
}
