package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

// RFC 9110 §8.8.3.3
class CodedTagTest {
  private static final AcceptEncoding BR_ONLY =
      AcceptEncoding.of(Heads.fields("Accept-Encoding: br"));

  @Test
  void of_strongTag_differsByCoding() {
    assertThat(CodedTag.of("\"v7\"", ContentCoding.BR)).isEqualTo("\"v7~br\"");
    assertThat(CodedTag.of("\"v7\"", ContentCoding.GZIP)).isEqualTo("\"v7~gzip\"");
    assertThat(CodedTag.of("\"v7\"", ContentCoding.IDENTITY)).isEqualTo("\"v7\"");
  }

  @Test
  void of_weakTag_stays() {
    assertThat(CodedTag.of("W/\"v7\"", ContentCoding.BR)).isEqualTo("W/\"v7\"");
  }

  @Test
  void of_malformedTag_differsByCodingToo() {
    assertThat(CodedTag.of("v7", ContentCoding.BR)).isEqualTo("v7~br");
    assertThat(CodedTag.of("\"", ContentCoding.BR)).isEqualTo("\"~br");
  }

  @Test
  void known_ofCodedTags_isWhatTheOriginServerSent() {
    assertThat(CodedTag.known("\"a~br\", W/\"b~gzip\",\"c\"")).isEqualTo("\"a\", W/\"b\",\"c\"");
    assertThat(CodedTag.known("v7~zstd")).isEqualTo("v7");
    assertThat(CodedTag.known("*")).isEqualTo("*");
  }

  @Test
  void known_ofCodingThatIsNotAccepted_stays() {
    assertThat(CodedTag.known("\"a~br\", \"b~gzip\"", BR_ONLY)).isEqualTo("\"a\", \"b~gzip\"");
  }

  @Test
  void held_isTheCodingThatTheClientNamed() {
    assertThat(CodedTag.held("\"a\"", "\"x\", \"a~br\"", BR_ONLY)).isEqualTo(ContentCoding.BR);
    assertThat(CodedTag.held("\"a\"", "\"a\"", BR_ONLY)).isEqualTo(ContentCoding.IDENTITY);
    assertThat(CodedTag.held("\"a\"", "\"a~gzip\"", BR_ONLY)).isEqualTo(ContentCoding.IDENTITY);
    assertThat(CodedTag.held("W/\"a\"", "W/\"a\"", BR_ONLY)).isEqualTo(ContentCoding.IDENTITY);
  }
}
