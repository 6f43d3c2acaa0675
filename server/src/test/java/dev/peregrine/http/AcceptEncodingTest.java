package dev.peregrine.http;

import static dev.peregrine.http.ContentCoding.BR;
import static dev.peregrine.http.ContentCoding.GZIP;
import static dev.peregrine.http.ContentCoding.IDENTITY;
import static dev.peregrine.http.ContentCoding.ZSTD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

// RFC 9110 §12.5.3, §12.4.2
class AcceptEncodingTest {
  @Test
  void accepts_codingsOfAList_isTrue() {
    AcceptEncoding accepted = of("Accept-Encoding: gzip, deflate;q=0.5, BR ;q=1.0");
    assertThat(accepted.accepts(GZIP)).isTrue();
    assertThat(accepted.accepts(BR)).isTrue();
    assertThat(accepted.accepts(ZSTD)).isFalse();
    assertThat(accepted.accepts(IDENTITY)).isTrue();
  }

  @Test
  void accepts_withWeightZero_isFalse() {
    assertThat(of("Accept-Encoding: gzip;q=0").accepts(GZIP)).isFalse();
    assertThat(of("Accept-Encoding: gzip;q=0.000, *").accepts(GZIP)).isFalse();
    assertThat(of("Accept-Encoding: identity;q=0").accepts(IDENTITY)).isFalse();
    assertThat(of("Accept-Encoding: *;q=0").accepts(IDENTITY)).isFalse();
  }

  @Test
  void accepts_withAsterisk_isTrueForTheUnnamed() {
    assertThat(of("Accept-Encoding: *").accepts(BR)).isTrue();
  }

  @Test
  void accepts_withoutTheField_isOnlyIdentity() {
    assertThat(of("X: y").accepts(GZIP)).isFalse();
    assertThat(of("X: y").accepts(IDENTITY)).isTrue();
  }

  @Test
  void best_byWeight_thenByOurOrder() {
    List<ContentCoding> ours = List.of(BR, GZIP);
    assertThat(of("Accept-Encoding: gzip, br").best(ours)).isEqualTo(BR);
    assertThat(of("Accept-Encoding: gzip;q=1, br;q=0.9").best(ours)).isEqualTo(GZIP);
    assertThat(of("Accept-Encoding: gzip;q=0.5, identity;q=0.8").best(ours)).isEqualTo(IDENTITY);
    assertThat(of("Accept-Encoding: zstd").best(ours)).isEqualTo(IDENTITY);
    assertThat(of("Accept-Encoding: br;q=0").best(ours)).isEqualTo(IDENTITY);
  }

  @Test
  void best_asteriskAndOldName_count() {
    List<ContentCoding> ours = List.of(ZSTD, BR, GZIP);
    assertThat(of("Accept-Encoding: *").best(ours)).isEqualTo(ZSTD);
    assertThat(of("Accept-Encoding: *;q=0.5, zstd;q=0").best(ours)).isEqualTo(BR);
    assertThat(of("Accept-Encoding: X-GZIP").best(ours)).isEqualTo(GZIP);
    assertThat(of("Accept-Encoding: identity;q=0, *;q=0.001").best(ours)).isEqualTo(ZSTD);
    assertThat(of("Accept-Encoding:").best(ours)).isEqualTo(IDENTITY);
  }

  @Test
  void of_severalLines_areOneList() {
    AcceptEncoding accepted =
        AcceptEncoding.of(Heads.fields("Accept-Encoding: gzip;q=0.5", "Accept-Encoding: ,br, ,"));
    assertThat(accepted.accepts(GZIP)).isTrue();
    assertThat(accepted.best(List.of(GZIP, BR))).isEqualTo(BR);
  }

  @Test
  void of_malformedWeights_leavesTheCodingOut() {
    assertThat(of("Accept-Encoding: gzip;q=2").accepts(GZIP)).isFalse();
    assertThat(of("Accept-Encoding: gzip;q=0.1234").accepts(GZIP)).isFalse();
    assertThat(of("Accept-Encoding: gzip;q=1.1").accepts(GZIP)).isFalse();
    assertThat(of("Accept-Encoding: gzip;q=").accepts(GZIP)).isFalse();
    assertThat(of("Accept-Encoding: gzip;x=1").accepts(GZIP)).isFalse();
  }

  private static AcceptEncoding of(String line) {
    return AcceptEncoding.of(Heads.fields(line));
  }
}
