package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestHeadTest {
  @Test
  void target_withQuery_isSplitAtTheFirstQuestionMark() {
    RequestHead head = Heads.request("GET /a/b?c=d?e HTTP/1.1\nHost: x");
    assertThat(head.target()).isEqualTo("/a/b?c=d?e");
    assertThat(head.path()).isEqualTo("/a/b");
    assertThat(head.query()).isEqualTo("c=d?e");
    assertThat(raw(head, head.queryStart(), head.targetEnd())).isEqualTo("?c=d?e");
  }

  @Test
  void query_absentOrEmpty_isToldApart() {
    RequestHead without = Heads.request("GET /a HTTP/1.1\nHost: x");
    RequestHead empty = Heads.request("GET /a? HTTP/1.1\nHost: x");
    assertThat(without.hasQuery()).isFalse();
    assertThat(without.queryStart()).isEqualTo(-1);
    assertThat(empty.hasQuery()).isTrue();
    assertThat(empty.query()).isEmpty();
  }

  // RFC 9112 §3.2.2
  @Test
  void host_ofAbsoluteForm_winsOverTheField() {
    RequestHead head = Heads.request("GET http://Real.example:81/p HTTP/1.1\nHost: other");
    assertThat(head.host()).isEqualTo("real.example:81");
    assertThat(head.target()).isEqualTo("/p");
  }

  // RFC 9112 §3.2.1
  @Test
  void target_ofAbsoluteFormWithoutPath_isSlash() {
    assertThat(Heads.request("GET http://a HTTP/1.1\nHost: a").target()).isEqualTo("/");
    RequestHead query = Heads.request("GET http://abc?q HTTP/1.1\nHost: a");
    assertThat(query.target()).isEqualTo("/?q");
    assertThat(query.host()).isEqualTo("abc");
    assertThat(raw(query, query.targetStart(), query.targetEnd())).isEqualTo("/?q");
  }

  // RFC 9112 §3.2.4
  @Test
  void isAsterisk_ofOptionsInEitherForm_isTrue() {
    assertThat(Heads.request("OPTIONS * HTTP/1.1\nHost: a").isAsterisk()).isTrue();
    assertThat(Heads.request("OPTIONS http://a HTTP/1.1\nHost: a").isAsterisk()).isTrue();
    assertThat(Heads.request("OPTIONS / HTTP/1.1\nHost: a").isAsterisk()).isFalse();
  }

  @Test
  void host_ofHttp10WithoutField_isEmpty() {
    assertThat(Heads.request("GET / HTTP/1.0").host()).isEmpty();
  }

  @Test
  void host_inCapitals_isLowered() {
    assertThat(Heads.request("GET / HTTP/1.1\nHost: EXAMPLE.com").host()).isEqualTo("example.com");
  }

  // RFC 9112 §9.3
  @Test
  void isKeepAlive_byVersionAndConnection_followsTheRules() {
    assertThat(Heads.request("GET / HTTP/1.1\nHost: a").isKeepAlive()).isTrue();
    assertThat(Heads.request("GET / HTTP/1.1\nHost: a\nConnection: Close").isKeepAlive()).isFalse();
    assertThat(Heads.request("GET / HTTP/1.0").isKeepAlive()).isFalse();
    assertThat(Heads.request("GET / HTTP/1.0\nConnection: Keep-Alive").isKeepAlive()).isTrue();
    assertThat(Heads.request("GET / HTTP/1.0\nConnection: keep-alive\nConnection: close"))
        .matches(head -> !head.isKeepAlive());
  }

  // RFC 9110 §10.1.1
  @Test
  void expectsContinue_onlyWithContentAndHttp11_isTrue() {
    String expect = "Host: a\nExpect: 100-continue";
    assertThat(Heads.request("POST / HTTP/1.1\n" + expect + "\nContent-Length: 1"))
        .matches(RequestHead::expectsContinue);
    assertThat(Heads.request("POST / HTTP/1.1\n" + expect))
        .matches(head -> !head.expectsContinue());
    assertThat(Heads.request("POST / HTTP/1.0\n" + expect + "\nContent-Length: 1"))
        .matches(head -> !head.expectsContinue());
  }

  // RFC 9110 §7.8
  @Test
  void upgrade_ofWebSocket_isTheProtocol() {
    assertThat(upgrade("GET / HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: WebSocket"))
        .isEqualTo("websocket");
    assertThat(upgrade("GET / HTTP/1.1\nHost: a\nConnection: keep-alive, upgrade\nUpgrade: x"))
        .isEqualTo("x");
  }

  // RFC 9110 §7.8
  @Test
  void upgrade_notAskedForProperly_isNull() {
    assertThat(upgrade("GET / HTTP/1.1\nHost: a\nUpgrade: websocket")).isNull();
    assertThat(upgrade("GET / HTTP/1.1\nHost: a\nConnection: upgrade")).isNull();
    assertThat(upgrade("GET / HTTP/1.0\nConnection: upgrade\nUpgrade: websocket")).isNull();
    assertThat(
            upgrade("POST / HTTP/1.1\nHost: a\nConnection: upgrade\nUpgrade: x\nContent-Length: 1"))
        .isNull();
    assertThat(
            upgrade(
                "GET / HTTP/1.1\nHost: a\nConnection: upgrade\nUpgrade: x\n"
                    + "Transfer-Encoding: chunked"))
        .isNull();
    assertThat(upgrade("GET / HTTP/1.1\nHost: a\nConnection: upgrade, X\nUpgrade: h2c")).isNull();
  }

  // RFC 9110 §7.6.1
  @Test
  void isConnectionField_ofFixedAndNamedOnes_isTrue() {
    RequestHead head =
        Heads.request(
            """
            GET / HTTP/1.1
            Host: a
            Connection: close, X-Hop, Host, Cookie
            X-Hop: 1
            Cookie: a=b
            TE: trailers
            Keep-Alive: 5
            Proxy-Connection: x
            X-End: 1\
            """);
    assertThat(head.isConnectionField(0)).as("host").isFalse();
    assertThat(head.isConnectionField(1)).as("connection").isTrue();
    assertThat(head.isConnectionField(2)).as("named").isTrue();
    assertThat(head.isConnectionField(3)).as("cookie, though named").isFalse();
    assertThat(head.isConnectionField(4)).as("te").isTrue();
    assertThat(head.isConnectionField(5)).as("keep-alive").isTrue();
    assertThat(head.isConnectionField(6)).as("proxy-connection").isTrue();
    assertThat(head.isConnectionField(7)).as("another").isFalse();
  }

  @Test
  void fields_byName_ignoreLetterCase() {
    FieldSection fields = Heads.fields("X-A: 1", "x-a: 2", "User-Agent: u", "X-B:");
    assertThat(fields.size()).isEqualTo(5);
    assertThat(fields.first("x-a")).isEqualTo("1");
    assertThat(fields.all("x-a")).containsExactly("1", "2");
    assertThat(fields.first("x-b")).isEmpty();
    assertThat(fields.first("x-c")).isNull();
    assertThat(fields.contains("x-b")).isTrue();
    assertThat(fields.known(3)).isEqualTo(FieldName.USER_AGENT);
    assertThat(fields.known(1)).isEqualTo(FieldName.OTHER);
    assertThat(fields.name(2)).isEqualTo("x-a");
    assertThat(fields.nameIs(1, "x-a")).isTrue();
  }

  @Test
  void known_forEveryName_isFoundInAnyLetterCase() {
    for (FieldName name : FieldName.values()) {
      if (name != FieldName.OTHER && !isFraming(name)) {
        String spelt = name.lowerCase().toUpperCase(Locale.ROOT);
        assertThat(Heads.fields(spelt + ": 100-continue").known(1)).isEqualTo(name);
      }
    }
    assertThat(Heads.fields("cookiE_: a", "sErver: b").known(2)).isEqualTo(FieldName.SERVER);
    assertThat(Heads.fields("cookiE_: a").known(1)).isEqualTo(FieldName.OTHER);
  }

  @Test
  void methodName_ofUnknownMethod_isAsSent() {
    RequestHead head = Heads.request("get / HTTP/1.1\nHost: a");
    assertThat(head.method()).isEqualTo(Method.OTHER);
    assertThat(head.methodName()).isEqualTo("get");
  }

  // RFC 9110 §9.2
  @Test
  void methods_areSafeAndIdempotent_asTheTableSays() {
    assertThat(Method.GET.isSafe()).isTrue();
    assertThat(Method.DELETE.isSafe()).isFalse();
    assertThat(Method.DELETE.isIdempotent()).isTrue();
    assertThat(Method.PUT.isIdempotent()).isTrue();
    assertThat(Method.POST.isIdempotent()).isFalse();
    assertThat(Method.PATCH.isIdempotent()).isFalse();
  }

  private static boolean isFraming(FieldName name) {
    return name == FieldName.HOST
        || name == FieldName.CONTENT_LENGTH
        || name == FieldName.TRANSFER_ENCODING;
  }

  private static @Nullable String upgrade(String text) {
    return Heads.request(text).upgrade();
  }

  private static String raw(RequestHead head, int start, int end) {
    return new String(head.bytes(), start, end - start, StandardCharsets.ISO_8859_1);
  }
}
