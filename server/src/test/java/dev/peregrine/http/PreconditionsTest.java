package dev.peregrine.http;

import static dev.peregrine.http.Preconditions.Outcome.FAILED;
import static dev.peregrine.http.Preconditions.Outcome.NOT_MODIFIED;
import static dev.peregrine.http.Preconditions.Outcome.PERFORM;
import static dev.peregrine.http.Preconditions.Outcome.PERFORM_RANGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PreconditionsTest {
  private static final long CHANGED = 784_111_777;
  private static final String BEFORE = HttpDate.format(CHANGED - 1);
  private static final String AT = HttpDate.format(CHANGED);
  private static final String AFTER = HttpDate.format(CHANGED + 1);
  private static final Preconditions FILE =
      new Preconditions(Optional.of(new EntityTag(false, "v1")), OptionalLong.of(CHANGED));

  @Test
  void judge_withoutConditions_performs() {
    assertThat(get()).isEqualTo(PERFORM);
    assertThat(get("Range: bytes=0-1")).isEqualTo(PERFORM_RANGE);
  }

  // RFC 9110 §13.1.1
  @Test
  void judge_ifMatch_comparesStrongly() {
    assertThat(get("If-Match: \"v0\", \"v1\"")).isEqualTo(PERFORM);
    assertThat(get("If-Match: *")).isEqualTo(PERFORM);
    assertThat(get("If-Match: W/\"v1\"")).isEqualTo(FAILED);
    assertThat(get("If-Match: \"v2\"")).isEqualTo(FAILED);
    assertThat(get("If-Match: \"v2\"", "If-Match: \"v1\"")).isEqualTo(PERFORM);
  }

  // RFC 9110 §13.1.4
  @Test
  void judge_ifUnmodifiedSince_failsWhenChangedLater() {
    assertThat(get("If-Unmodified-Since: " + BEFORE)).isEqualTo(FAILED);
    assertThat(get("If-Unmodified-Since: " + AT)).isEqualTo(PERFORM);
    assertThat(get("If-Unmodified-Since: nonsense")).isEqualTo(PERFORM);
    assertThat(get("If-Match: \"v1\"", "If-Unmodified-Since: " + BEFORE)).isEqualTo(PERFORM);
  }

  // RFC 9110 §13.1.2
  @Test
  void judge_ifNoneMatch_comparesWeakly() {
    assertThat(get("If-None-Match: W/\"v1\"")).isEqualTo(NOT_MODIFIED);
    assertThat(get("If-None-Match: *")).isEqualTo(NOT_MODIFIED);
    assertThat(get("If-None-Match: \"v2\"")).isEqualTo(PERFORM);
    assertThat(judge(Method.PUT, "If-None-Match: *")).isEqualTo(FAILED);
  }

  // RFC 9110 §13.1.3
  @Test
  void judge_ifModifiedSince_isOnlyForReadingWithoutTags() {
    assertThat(get("If-Modified-Since: " + AT)).isEqualTo(NOT_MODIFIED);
    assertThat(get("If-Modified-Since: " + AFTER)).isEqualTo(NOT_MODIFIED);
    assertThat(get("If-Modified-Since: " + BEFORE)).isEqualTo(PERFORM);
    assertThat(get("If-Modified-Since: " + AT, "If-None-Match: \"v2\"")).isEqualTo(PERFORM);
    assertThat(judge(Method.POST, "If-Modified-Since: " + AT)).isEqualTo(PERFORM);
    assertThat(judge(Method.HEAD, "If-Modified-Since: " + AT)).isEqualTo(NOT_MODIFIED);
  }

  // RFC 9110 §13.2.2: a validator that matches comes before the range
  @Test
  void judge_ifNoneMatchAndRange_isNotModified() {
    assertThat(get("Range: bytes=0-1", "If-None-Match: \"v1\"")).isEqualTo(NOT_MODIFIED);
  }

  // RFC 9110 §13.1.5
  @Test
  void judge_ifRange_asksForTheExactState() {
    assertThat(get("Range: bytes=0-1", "If-Range: \"v1\"")).isEqualTo(PERFORM_RANGE);
    assertThat(get("Range: bytes=0-1", "If-Range: W/\"v1\"")).isEqualTo(PERFORM);
    assertThat(get("Range: bytes=0-1", "If-Range: \"v2\"")).isEqualTo(PERFORM);
    assertThat(get("Range: bytes=0-1", "If-Range: " + AT)).isEqualTo(PERFORM_RANGE);
    assertThat(get("Range: bytes=0-1", "If-Range: " + AFTER)).isEqualTo(PERFORM);
    assertThat(judge(Method.HEAD, "Range: bytes=0-1")).isEqualTo(PERFORM);
  }

  // RFC 9110 §8.8.2.2: a date of this very second may belong to two states
  @Test
  void judge_ifRangeWithDateOfNow_isNotHeeded() {
    FieldSection fields = Heads.fields("Range: bytes=0-1", "If-Range: " + AT);
    assertThat(FILE.judge(Method.GET, fields, CHANGED)).isEqualTo(PERFORM);
  }

  private static Preconditions.Outcome get(String... lines) {
    return judge(Method.GET, lines);
  }

  private static Preconditions.Outcome judge(Method method, String... lines) {
    return FILE.judge(method, Heads.fields(lines), CHANGED + 1000);
  }
}
