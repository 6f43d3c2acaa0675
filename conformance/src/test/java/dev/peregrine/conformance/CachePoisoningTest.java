package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No client changes what another one gets, and nobody is lured into storing what is his own.
class CachePoisoningTest {
  private static final String HOUR = "Cache-Control: max-age=3600";

  @AutoClose
  private static ScriptedServer app =
      ScriptedServer.raw(setup -> setup.option("trusted_proxies", "127.0.0.2"));

  private static void assertContent(Answer answer, int number, String script) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("response " + number + " of " + script);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Port: 666",
        "X-Forwarded-Server: evil.example",
        "X-Forwarded-Scheme: nothttps",
        "X-Forwarded-For: 6.6.6.6",
        "Forwarded: host=evil.example;proto=https",
        "X-Real-IP: 6.6.6.6",
        "X_Forwarded_Host: evil.example",
        "Proxy: http://evil.example"
      })
  void fieldOfAProxy_sentByAStranger_changesNothingForOthers(String field) {
    String name = field.substring(0, field.indexOf(':'));
    String value = field.substring(field.indexOf(' ') + 1);
    String script = "forged-" + name.toLowerCase(Locale.ROOT).replace('_', '.');
    app.answer(script, Reply.ok(HOUR));

    app.get(script + "/", field);

    boolean isSeenByTheApp = app.askedField(script, name).equals(value);
    Answer other = app.get(script + "/");
    assertThat(other.text()).endsWith("of " + script);
    if (isSeenByTheApp) {
      assertContent(other, 2, script);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Original-URL: /admin",
        "X-Rewrite-URL: /admin",
        "X-HTTP-Method-Override: POST",
        "X-Method-Override: DELETE",
        "X-HTTP-Method: PUT"
      })
  void fieldThatMakesAnotherRequestOfIt_isNeverPartOfASharedResponse(String field) {
    String script = "override-" + field.substring(0, field.indexOf(':'));
    app.answer(script, Reply.ok(HOUR));

    app.get(script + "/", field);

    assertContent(app.get(script + "/"), 2, script);
  }

  @Test
  void get_withContent_isNeitherStoredNorAnsweredFromTheCache() {
    app.answer("fat", Reply.ok(HOUR));
    String fat = Messages.request("GET", "/fat/", "Content-Length: 4") + "\r\nevil";

    app.exchange(fat);

    assertContent(app.get("fat/"), 2, "fat");
    assertContent(app.exchange(fat), 3, "fat");
    assertContent(app.get("fat/"), 2, "fat");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 410, 500, 502, 503})
  void error_withoutFreshness_isNotStored(int status) {
    String script = "error-" + status;
    app.answer(script, Reply.of(status), Reply.ok(HOUR));

    app.get(script + "/");

    assertContent(app.get(script + "/"), 2, script);
  }

  @Test
  void error_thatAClientProvokes_isNotStored() {
    app.answer("provoked", Reply.ok(HOUR));
    String path = "/provoked/";

    assertThat(app.exchange(Messages.get(path, "X-Long: " + "x".repeat(20_000))).status())
        .isEqualTo(431);
    assertThat(app.exchange(Messages.get(path, "X-Bad: a\u0001b")).status()).isEqualTo(400);
    assertThat(app.exchange(Messages.get(path, "Bad Name: a")).status()).isEqualTo(400);
    assertThat(app.exchange(Messages.get(path, "Host: second.example")).status()).isEqualTo(400);
    assertThat(app.exchange(Messages.get(path, "Transfer-Encoding: odd")).status()).isIn(400, 501);

    assertThat(app.count("provoked")).isZero();
    assertContent(app.get("provoked/"), 1, "provoked");
    assertContent(app.get("provoked/"), 1, "provoked");
  }

  @Test
  void response_cutOff_isNotStored() {
    app.answer("cut", Reply.ok(HOUR).content("0123456789").cutOff(), Reply.ok(HOUR));
    app.crowd(1, "cut/");

    Answer answer = app.get("cut/");

    assertThat(answer.text()).endsWith("of cut").doesNotContain("01234");
  }

  @Test
  void response_thatIsAPart_isNeverGivenAsTheWhole() {
    Reply part = Reply.of(206, HOUR, "Content-Range: bytes 0-3/10").content("0123");
    app.answer("part", part, Reply.ok(HOUR));

    app.get("part/", "Range: bytes=0-3");

    assertContent(app.get("part/"), 2, "part");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "account.php/x.css",
        "account;.js",
        "account%2f..%2fstatic/x.png",
        "account%00.css",
        "account/%2e%2e/robots.txt",
        "account.jpg"
      })
  void path_thatLooksStatic_isStoredOnlyIfTheAppSaysSo(String path) {
    String silent = "silent-" + Integer.toHexString(path.hashCode());
    String said = "said-" + Integer.toHexString(path.hashCode());
    app.answer(silent, Reply.ok("Content-Type: text/css")).answer(said, Reply.ok(HOUR));

    assertContent(app.get(silent + "/" + path), 1, silent);
    assertContent(app.get(silent + "/" + path), 2, silent);
    assertContent(app.get(said + "/" + path), 1, said);
    assertContent(app.get(said + "/" + path), 1, said);
  }

  @Test
  void paths_thatAnAppMightTakeForTheSame_areDifferentKeys() {
    app.answer("paths", Reply.ok(HOUR));
    List<String> paths = List.of("a", "a/", "A", "%61", "a?", "a%3F", "a?b", "a%3Fb", "/a", "./a");
    for (int i = 0; i < paths.size(); i++) {
      assertContent(app.get("paths/" + paths.get(i)), i + 1, "paths");
    }
    for (int i = 0; i < paths.size(); i++) {
      assertContent(app.get("paths/" + paths.get(i)), i + 1, "paths");
    }
  }

  @Test
  void head_askedFirst_neverMakesAnEmptyGet() {
    app.answer("head", Reply.ok(HOUR));
    try (RawConnection connection = app.connect()) {
      connection.send(Messages.request("HEAD", "/head/") + "\r\n").answerTo("HEAD");
      Answer answer = connection.get("/head/");
      assertThat(answer.text()).endsWith("of head");
      int count = app.count("head");
      Answer head = connection.send(Messages.request("HEAD", "/head/") + "\r\n").answerTo("HEAD");

      assertThat(head.field("Content-Length")).isEqualTo(answer.field("Content-Length"));
      assertThat(app.count("head")).isEqualTo(count);
      assertThat(connection.get("/head/").text()).isEqualTo(answer.text());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"})
  void response_toAnotherMethod_isNeverGivenToAGet(String method) {
    String script = "method-" + method;
    app.answer(script, Reply.ok(HOUR));

    app.exchange(Messages.request(method, "/" + script + "/", "Content-Length: 0") + "\r\n");

    assertContent(app.get(script + "/"), 2, script);
  }

  private static String withHost(String host, String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
  }

  @Test
  void hosts_ofAnyCaseWithTheDefaultPort_areOneKey() {
    app.answer("same-host", Reply.ok(HOUR));

    for (String host : List.of("a.example", "A.Example", "a.example:80", "A.EXAMPLE:80")) {
      assertContent(app.exchange(withHost(host, "/same-host/")), 1, "same-host");
    }
    assertContent(
        app.exchange(withHost("b.example", "http://a.example/same-host/")), 1, "same-host");
  }

  @Test
  void hosts_thatDiffer_areDifferentKeys() {
    app.answer("hosts", Reply.ok(HOUR));
    List<String> hosts =
        List.of("a.example", "b.example", "a.example:8080", "a.example.", "xa.example", "[::1]");
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < hosts.size(); i++) {
        assertContent(app.exchange(withHost(hosts.get(i), "/hosts/")), i + 1, "hosts");
      }
    }
  }

  @Test
  void authorization_withoutPermission_neverFeedsTheCache() {
    app.answer("auth", Reply.ok(HOUR));

    app.get("auth/", "Authorization: Basic YTpi");

    assertContent(app.get("auth/"), 2, "auth");
  }

  @Test
  void setCookie_byDefault_isGivenToNobodyElse() {
    app.answer("cookie", Reply.ok("Cache-Control: public, max-age=3600", "Set-Cookie: user=a"));

    assertThat(app.get("cookie/").field("Set-Cookie")).isEqualTo("user=a");

    assertContent(app.get("cookie/"), 2, "cookie");
  }

  @Test
  void clientDirectives_ofAStranger_askNothingOfTheApp() {
    app.answer("pushed", Reply.ok("Cache-Control: max-age=3600", "ETag: \"a\""));
    app.get("pushed/");

    for (String field :
        List.of(
            "Cache-Control: no-cache",
            "Cache-Control: max-age=0",
            "Cache-Control: no-store",
            "Cache-Control: min-fresh=100000",
            "Pragma: no-cache",
            "If-None-Match: \"other\"",
            "If-Match: \"other\"",
            "Range: bytes=0-1",
            "If-Range: \"other\"")) {
      app.get("pushed/", field);
    }

    assertThat(app.count("pushed")).isEqualTo(1);
  }

  @Test
  void schemes_ofATrustedProxy_areDifferentKeys() {
    try (ScriptedServer proxied =
        ScriptedServer.raw(setup -> setup.option("trusted_proxies", "127.0.0.0/8"))) {
      proxied.answer("scheme", Reply.ok(HOUR));
      String https = "X-Forwarded-Proto: https";

      assertContent(proxied.get("scheme/"), 1, "scheme");
      assertContent(proxied.get("scheme/", https), 2, "scheme");
      assertContent(proxied.get("scheme/", "X-Forwarded-Proto: http"), 1, "scheme");
      assertContent(proxied.get("scheme/", https), 2, "scheme");
    }
  }

  @Test
  void hosts_ofATrustedProxy_areDifferentKeys() {
    try (ScriptedServer proxied =
        ScriptedServer.raw(setup -> setup.option("trusted_proxies", "127.0.0.0/8"))) {
      proxied.answer("forwarded", Reply.ok(HOUR));

      assertContent(proxied.get("forwarded/"), 1, "forwarded");
      Answer other = proxied.get("forwarded/", "X-Forwarded-Host: other.example");

      assertContent(other, 2, "forwarded");
      assertContent(proxied.get("forwarded/"), 1, "forwarded");
    }
  }
}
