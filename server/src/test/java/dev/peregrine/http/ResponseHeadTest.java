package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResponseHeadTest {
  @Test
  void statusLine_isTakenApart() {
    ResponseHead head = Heads.response("HTTP/1.0 404 Not Here");
    assertThat(head.status()).isEqualTo(404);
    assertThat(head.reason()).isEqualTo("Not Here");
    assertThat(head.minorVersion()).isZero();
    assertThat(Heads.response("HTTP/1.1 200 ").reason()).isEmpty();
    assertThat(Heads.response("HTTP/1.1 200").reason()).isEmpty();
  }

  // RFC 9112 §6.3, rule 1
  @Test
  void framing_withoutContentByStatusOrMethod_isNone() {
    for (int status : new int[] {100, 103, 204, 304}) {
      ResponseHead head = Heads.response("HTTP/1.1 " + status + " x\nContent-Length: 5");
      assertThat(head.framing(Method.GET)).isEqualTo(Framing.NONE);
    }
    assertThat(Heads.response("HTTP/1.1 200 OK\nContent-Length: 5").framing(Method.HEAD))
        .isEqualTo(Framing.NONE);
  }

  // RFC 9112 §6.3, rules 4, 6 and 8
  @Test
  void framing_withContent_followsTheFields() {
    assertThat(Heads.response("HTTP/1.1 200 OK\nContent-Length: 5").framing(Method.GET))
        .isEqualTo(new Framing.Length(5));
    assertThat(Heads.response("HTTP/1.1 200 OK\nTransfer-Encoding: Chunked").framing(Method.GET))
        .isEqualTo(Framing.CHUNKED);
    assertThat(Heads.response("HTTP/1.1 200 OK").framing(Method.GET))
        .isEqualTo(Framing.UNTIL_CLOSE);
  }

  // RFC 9110 §15.2
  @Test
  void isInterim_below200_isTrueBut101() {
    assertThat(Heads.response("HTTP/1.1 103 Early Hints").isInterim()).isTrue();
    assertThat(Heads.response("HTTP/1.1 101 Switching").isInterim()).isFalse();
    assertThat(Heads.response("HTTP/1.1 200 OK").isInterim()).isFalse();
  }

  // RFC 9110 §15.2.2
  @Test
  void upgrade_of101WithConnection_isTheProtocol() {
    assertThat(Heads.response("HTTP/1.1 101 S\nConnection: Upgrade\nUpgrade: WebSocket").upgrade())
        .isEqualTo("websocket");
    assertThat(Heads.response("HTTP/1.1 101 S\nUpgrade: websocket").upgrade()).isNull();
    assertThat(Heads.response("HTTP/1.1 200 S\nConnection: upgrade\nUpgrade: h2").upgrade())
        .isNull();
  }
}
