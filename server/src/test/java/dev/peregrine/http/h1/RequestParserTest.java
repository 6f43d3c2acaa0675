package dev.peregrine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.Framing;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a verdict of the corpus does not show: state, buffers, details, limits.
class RequestParserTest {
  private static final HeadLimits SMALL = new HeadLimits(30, 60, 3, 40, 10, 16, 32);
  private final RequestParser parser = new RequestParser(HeadLimits.DEFAULT);

  @Test
  void feed_headAndContent_leavesTheContent() {
    ByteBuffer in = buffer("POST /a HTTP/1.1\r\nHost: X\r\nContent-Length: 4\r\n\r\nrest");
    RequestHead head = parsed(parser.feed(in));
    assertThat(head.method()).isEqualTo(Method.POST);
    assertThat(head.framing()).isEqualTo(new Framing.Length(4));
    assertThat(in.remaining()).isEqualTo(4);
    assertThat(head.length()).isEqualTo(in.position());
    assertThat(head.bytes()).hasSize(head.length());
  }

  @Test
  void feed_bufferReusedAfterwards_doesNotChangeTheHead() {
    ByteBuffer in = buffer("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    RequestHead head = parsed(parser.feed(in));
    in.clear().put("!".repeat(in.capacity()).getBytes(StandardCharsets.ISO_8859_1));
    assertThat(head.target()).isEqualTo("/a");
  }

  @Test
  void feed_largeHeadInOnePiece_isParsedAndLeavesTheRest() {
    String field = "X: " + "y".repeat(4000) + "\r\n";
    ByteBuffer in = buffer("GET / HTTP/1.1\r\nHost: x\r\n" + field.repeat(5) + "\r\n" + field);
    RequestHead head = parsed(parser.feed(in));
    assertThat(head.fields().size()).isEqualTo(6);
    assertThat(head.fields().value(5)).hasSize(4000);
    assertThat(in.remaining()).isEqualTo(field.length());
  }

  @Test
  void isStarted_betweenRequests_isFalse() {
    assertThat(parser.isStarted()).isFalse();
    parser.feed(buffer("\r\n"));
    assertThat(parser.isStarted()).as("after an empty line").isFalse();
    parser.feed(buffer("G"));
    assertThat(parser.isStarted()).isTrue();
    parser.feed(buffer("ET / HTTP/1.0\r\n\r\n"));
    assertThat(parser.isStarted()).isFalse();
  }

  @Test
  void feed_afterRejection_staysRejectedUntilReset() {
    ByteBuffer good = buffer("GET / HTTP/1.0\r\n\r\n");
    ParseResult<RequestHead> first = parser.feed(buffer("GET /\n"));
    assertThat(parser.feed(good)).isSameAs(first);
    parser.reset();
    assertThat(parser.feed(good)).isInstanceOf(ParseResult.Parsed.class);
  }

  // The detail goes to a log: it names the field and never echoes a value
  @Test
  void feed_badField_isRejectedWithItsEscapedName() {
    assertThat(parser.feed(buffer("GET / HTTP/1.1\r\nHost: a\r\nX\"\u00e9 : secret\r\n\r\n")))
        .isEqualTo(
            new ParseResult.Rejected<RequestHead>(
                Violation.FIELD_NAME_MALFORMED, "X\\x22\\xe9\\x20"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 64})
  void feed_controlByteAtAnyOffset_isFound(int offset) {
    for (String bad : new String[] {"\0", "\u0001", "\u001f", "\u007f"}) {
      parser.reset();
      String value = "v".repeat(offset) + bad + "w".repeat(20);
      assertThat(violation("GET / HTTP/1.1\r\nX: " + value + "\r\n\r\n"))
          .isEqualTo(Violation.CONTROL_BYTE);
    }
    parser.reset();
    String good = "v".repeat(offset) + "\t\u0080\u00a0\u00ff~" + "w".repeat(20);
    assertThat(parsed(parser.feed(buffer("GET / HTTP/1.0\r\nX: " + good + "\r\n\r\n"))))
        .extracting(head -> head.fields().value(0))
        .isEqualTo(good);
  }

  // RFC 9112 §3, RFC 6585 §5
  @Test
  void feed_atAndBeyondEachLimit_isJudgedByTheByte() {
    assertThat(smallViolation("GET /" + "a".repeat(16) + " HTTP/1.0\r\n\r\n")).isNull();
    assertThat(smallViolation("GET /" + "a".repeat(17) + " HTTP/1.0\r\n\r\n"))
        .isEqualTo(Violation.REQUEST_LINE_TOO_LONG);
    assertThat(smallViolation("GET / HTTP/1.0\r\nX:" + "a".repeat(38) + "\r\n\r\n")).isNull();
    assertThat(smallViolation("GET / HTTP/1.0\r\nX:" + "a".repeat(39)))
        .isEqualTo(Violation.FIELD_LINE_TOO_LONG);
    assertThat(smallViolation("GET / HTTP/1.0\r\nX:" + "a".repeat(30) + "\r\nY:" + "a".repeat(25)))
        .isEqualTo(Violation.FIELD_SECTION_TOO_LONG);
    assertThat(smallViolation("GET / HTTP/1.0\r\nA:\r\nB:\r\nC:\r\n\r\n")).isNull();
    assertThat(smallViolation("GET / HTTP/1.0\r\nA:\r\nB:\r\nC:\r\nD:\r\n"))
        .isEqualTo(Violation.FIELDS_TOO_MANY);
    assertThat(smallViolation("GET / HTTP/1.0\r\nCookie: 0123456789\r\n\r\n")).isNull();
    assertThat(smallViolation("GET / HTTP/1.0\r\nCookie: 01234567890\r\n"))
        .isEqualTo(Violation.COOKIE_TOO_LONG);
  }

  // RFC 9112 §3: a line too long is refused before it ends, and nothing more is kept of it
  @Test
  void feed_endlessLine_isRefusedAtTheLimit() {
    ByteBuffer in = buffer("A".repeat(1_000_000));
    assertThat(parser.feed(in)).isInstanceOf(ParseResult.Rejected.class);
    assertThat(in.position()).isLessThan(10_000);
  }

  @Test
  void violations_haveStatusSourceAndReason() {
    assertThat(Violation.REQUEST_LINE_TOO_LONG.status()).isEqualTo(414);
    assertThat(Violation.FIELDS_TOO_MANY.status()).isEqualTo(431);
    assertThat(Violation.TRANSFER_ENCODING_UNKNOWN.status()).isEqualTo(501);
    assertThat(Violation.METHOD_CONNECT.status()).isEqualTo(501);
    assertThat(Violation.VERSION_UNSUPPORTED.status()).isEqualTo(505);
    assertThat(Violation.TRANSFER_ENCODING_IN_HTTP_1_0.status()).isEqualTo(400);
    assertThat(Violation.BARE_LF.reason()).isEqualTo("bare-lf");
    for (Violation violation : Violation.values()) {
      assertThat(violation.source()).matches("RFC \\d+ §[\\d.]+");
    }
  }

  private static RequestHead parsed(ParseResult<RequestHead> result) {
    assertThat(result).isInstanceOf(ParseResult.Parsed.class);
    return ((ParseResult.Parsed<RequestHead>) result).head();
  }

  private Violation violation(String text) {
    ParseResult<RequestHead> result = parser.feed(buffer(text));
    assertThat(result).isInstanceOf(ParseResult.Rejected.class);
    return ((ParseResult.Rejected<RequestHead>) result).violation();
  }

  private static @Nullable Violation smallViolation(String text) {
    return new RequestParser(SMALL).feed(buffer(text))
            instanceof ParseResult.Rejected<RequestHead>(Violation violation, var detail)
        ? violation
        : null;
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
