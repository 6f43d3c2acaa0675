package dev.peregrine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestParserTest {
  @Test
  void feed_plainGet_isParsed() {
    ByteBuffer in =
        ByteBuffer.wrap(
            "GET /a?b=c HTTP/1.1\r\nHost: X:80\r\nAccept: */*\r\n\r\nrest"
                .getBytes(StandardCharsets.ISO_8859_1));
    ParseResult<RequestHead> result = new RequestParser(HeadLimits.DEFAULT).feed(in);
    assertThat(result).isInstanceOf(ParseResult.Parsed.class);
    RequestHead head = ((ParseResult.Parsed<RequestHead>) result).head();
    assertThat(head.method()).isEqualTo(Method.GET);
    assertThat(head.target()).isEqualTo("/a?b=c");
    assertThat(head.path()).isEqualTo("/a");
    assertThat(head.query()).isEqualTo("b=c");
    assertThat(head.host()).isEqualTo("x:80");
    assertThat(head.fields().value(1)).isEqualTo("*/*");
    assertThat(in.remaining()).isEqualTo(4);
  }
}
