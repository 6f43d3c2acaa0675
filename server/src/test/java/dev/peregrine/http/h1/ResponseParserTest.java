package dev.peregrine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.http.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseParserTest {
  private final ResponseParser parser = new ResponseParser(HeadLimits.DEFAULT);

  // RFC 9110 §15.2
  @Test
  void feed_interimAndFinal_areTwoHeads() {
    ByteBuffer in = buffer("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx");
    assertThat(head(in).status()).isEqualTo(103);
    assertThat(head(in).status()).isEqualTo(200);
    assertThat(in.remaining()).isEqualTo(1);
    assertThat(parser.isStarted()).isFalse();
  }

  @Test
  void feed_badName_namesTheField() {
    assertThat(rejected("HTTP/1.1 200 OK\r\nX A: b\r\n\r\n"))
        .isEqualTo(new ParseResult.Rejected<>(Violation.FIELD_NAME_MALFORMED, "X\\x20A"));
  }

  @Test
  void feed_badByteInValue_namesTheField() {
    assertThat(rejected("HTTP/1.1 200 OK\r\nServer: a\r\nX-Evil: b\nc\r\n\r\n"))
        .isEqualTo(new ParseResult.Rejected<>(Violation.BARE_LF, "X-Evil"));
  }

  @Test
  void feed_badLength_namesTheField() {
    assertThat(rejected("HTTP/1.1 200 OK\r\nContent-length: -1\r\n\r\n"))
        .isEqualTo(
            new ParseResult.Rejected<>(Violation.CONTENT_LENGTH_MALFORMED, "Content-length"));
  }

  @Test
  void isStarted_afterTheFirstByte_isTrue() {
    parser.feed(buffer("H"));
    assertThat(parser.isStarted()).isTrue();
  }

  private ResponseHead head(ByteBuffer in) {
    ParseResult<ResponseHead> result = parser.feed(in);
    assertThat(result).isInstanceOf(ParseResult.Parsed.class);
    return ((ParseResult.Parsed<ResponseHead>) result).head();
  }

  private ParseResult<ResponseHead> rejected(String text) {
    return parser.feed(buffer(text));
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
