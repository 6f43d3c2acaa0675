package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagTest {
  // RFC 9110 §8.8.3
  @Test
  void parse_ofTheExamples_readsThem() {
    assertThat(EntityTag.parse("\"xyzzy\"")).contains(new EntityTag(false, "xyzzy"));
    assertThat(EntityTag.parse("W/\"xyzzy\"")).contains(new EntityTag(true, "xyzzy"));
    assertThat(EntityTag.parse("\"\"")).contains(new EntityTag(false, ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "xyzzy", "\"x", "x\"", "w/\"x\"", "\"a b\"", "\"a\"b", "\"a\", \"b\""})
  void parse_ofAnythingElse_isEmpty(String text) {
    assertThat(EntityTag.parse(text)).isEmpty();
  }

  // RFC 9110 §13.1.2
  @Test
  void parseList_ofTheExample_hasEveryTag() {
    assertThat(EntityTag.parseList("W/\"xyzzy\", W/\"r2d2xxxx\",, \"c3,io\" "))
        .containsExactly(
            new EntityTag(true, "xyzzy"),
            new EntityTag(true, "r2d2xxxx"),
            new EntityTag(false, "c3,io"));
    assertThat(EntityTag.parseList("\"a\", b")).isEmpty();
  }

  // RFC 9110 §8.8.3.2, the table
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "W/\"1\", W/\"1\", false, true",
        "W/\"1\", W/\"2\", false, false",
        "W/\"1\", \"1\", false, true",
        "\"1\", \"1\", true, true"
      })
  void matches_ofTwoTags_isAsTheTableSays(String a, String b, boolean strong, boolean weak) {
    EntityTag one = EntityTag.parse(a).orElseThrow();
    EntityTag two = EntityTag.parse(b).orElseThrow();
    assertThat(one.matchesStrongly(two)).isEqualTo(strong);
    assertThat(one.matchesWeakly(two)).isEqualTo(weak);
    assertThat(one).hasToString(a);
  }

  @Test
  void ofFile_withSizeAndTime_isStrong() {
    assertThat(EntityTag.ofFile(255, 16)).hasToString("\"ff-10\"");
  }
}
