package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Requests of every shape, as the app gets to see them.
interface RequestShapes {
  Peregrine server();

  /// Whether the app gets a CGI-like environment, and not HTTP.
  boolean isGateway();

  private JsonNode echoed(String message) {
    Answer answer = server().exchange(message);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.json();
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
  default void method_any_reachesTheApp(String method) {
    JsonNode echo = echoed(Messages.request(method, "/echo") + "Content-Length: 0\r\n\r\n");

    assertThat(echo.get("method").asString()).isEqualTo(method);
    assertThat(echo.get("bytes").asInt()).isZero();
  }

  @Test
  default void head_withContentInTheApp_hasFieldsButNoContent() {
    try (RawConnection connection = server().connect()) {
      Answer head = connection.send(Messages.request("HEAD", "/") + "\r\n").answerTo("HEAD");
      Answer next = connection.get("/");

      assertThat(head.status()).isEqualTo(200);
      assertThat(head.field("content-length")).isEqualTo("6");
      assertThat(next.text()).isEqualTo("hello\n");
    }
  }

  @Test
  default void target_withEscapesAndQuery_arrivesAsSent() {
    JsonNode echo = echoed(Messages.get("/echo/a%2Fb%20c/%C3%A9?x=%41&y=a+b&&z"));

    assertThat(echo.get("uri").asString()).isEqualTo("/echo/a%2Fb%20c/%C3%A9?x=%41&y=a+b&&z");
    assertThat(echo.get("query").asString()).isEqualTo("x=%41&y=a+b&&z");
    assertThat(echo.get("script").asString()).isEmpty();
  }

  @Test
  default void target_withoutQuery_givesEmptyQueryString() {
    assertThat(echoed(Messages.get("/echo")).get("query").asString()).isEmpty();
  }

  @Test
  default void target_withDotSegmentsAndDoubleSlash_isNotNormalisedForTheApp() {
    assertThat(echoed(Messages.get("/echo/../echo//x/./y")).get("uri").asString())
        .isEqualTo("/echo/../echo//x/./y");
  }

  @Test
  default void target_absoluteForm_winsOverHost() {
    JsonNode echo =
        echoed("GET http://Example.org:8080/echo?q HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(echo.get("uri").asString()).isEqualTo("/echo?q");
    assertThat(echo.get("fields").get("HTTP_HOST").asString()).isEqualTo("example.org:8080");
  }

  @Test
  default void fields_ofAnyName_areMappedToVariables() {
    JsonNode fields =
        echoed(Messages.get("/echo", "X-Custom: one", "aCCept: text/html", "X-Empty:", "X-9: n"))
            .get("fields");

    assertThat(fields.get("HTTP_X_CUSTOM").asString()).isEqualTo("one");
    assertThat(fields.get("HTTP_ACCEPT").asString()).isEqualTo("text/html");
    assertThat(fields.get("HTTP_X_9").asString()).isEqualTo("n");
    assertThat(fields.get("HTTP_HOST").asString()).isEqualTo("localhost");
  }

  @Test
  default void fields_repeated_areJoinedInOrder() {
    JsonNode fields = echoed(Messages.get("/echo", "X-Many: a", "X-Many: b")).get("fields");

    assertThat(fields.get("HTTP_X_MANY").asString()).isEqualTo("a, b");
  }

  @Test
  default void cookies_inSeveralFields_areJoinedWithSemicolon() {
    JsonNode fields = echoed(Messages.get("/echo", "Cookie: a=1", "Cookie: b=2")).get("fields");

    assertThat(fields.get("HTTP_COOKIE").asString()).isEqualTo("a=1; b=2");
  }

  @Test
  default void fields_withUnderscore_areDropped() {
    JsonNode fields =
        echoed(Messages.get("/echo", "X_Forwarded_For: 6.6.6.6", "X_Custom: evil", "X.Auth: evil"))
            .get("fields");

    assertThat(fields.toString()).doesNotContain("evil").doesNotContain("6.6.6.6");
  }

  @Test
  default void proxyField_fromTheClient_isDropped() {
    assertThat(echoed(Messages.get("/echo", "Proxy: http://evil")).get("fields").toString())
        .doesNotContain("evil");
  }

  @Test
  default void forwardedFor_fromAnUntrustedPeer_isReplacedByThePeersAddress() {
    JsonNode echo =
        echoed(Messages.get("/echo", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https"));

    assertThat(echo.toString()).doesNotContain("6.6.6.6");
    assertThat(echo.get("address").asString()).isEqualTo("127.0.0.1");
    assertThat(echo.get("scheme").asString()).isEqualTo("http");
    assertThat(echo.get("fields").get("HTTP_X_FORWARDED_FOR").asString()).isEqualTo("127.0.0.1");
    assertThat(echo.get("fields").get("HTTP_X_FORWARDED_PROTO").asString()).isEqualTo("http");
  }

  @Test
  default void requestId_saneFromTheClient_isKept() {
    JsonNode fields = echoed(Messages.get("/echo", "X-Request-Id: abc-123")).get("fields");

    assertThat(fields.get("HTTP_X_REQUEST_ID").asString()).isEqualTo("abc-123");
  }

  @Test
  default void requestId_absentOrWild_isMade() {
    JsonNode made = echoed(Messages.get("/echo")).get("fields");
    JsonNode replaced = echoed(Messages.get("/echo", "X-Request-Id: a b\"<>")).get("fields");

    assertThat(made.get("HTTP_X_REQUEST_ID").asString()).isNotBlank();
    assertThat(replaced.get("HTTP_X_REQUEST_ID").asString()).isNotBlank().doesNotContain("<");
  }

  @Test
  default void requestStart_always_isTold() {
    assertThat(echoed(Messages.get("/echo")).get("fields").get("HTTP_X_REQUEST_START").asString())
        .containsPattern("\\d{13,}");
  }

  @Test
  default void bigFields_withinTheLimits_arrive() {
    // Node.js itself takes 16 KiB at most.
    String value = "v".repeat(isGateway() ? 7000 : 4500);

    JsonNode fields =
        echoed(Messages.get("/echo", "X-A: " + value, "X-B: " + value, "X-C: " + value))
            .get("fields");

    assertThat(fields.get("HTTP_X_C").asString()).isEqualTo(value);
  }

  @Test
  default void hopByHopFields_ofTheClient_doNotReachTheApp() {
    JsonNode fields =
        echoed(
                Messages.get(
                    "/echo",
                    "Connection: keep-alive, X-Hop",
                    "X-Hop: 1",
                    "Keep-Alive: timeout=5",
                    "Proxy-Connection: keep-alive",
                    "TE: trailers"))
            .get("fields");

    assertThat(fields.has("HTTP_X_HOP")).isFalse();
    assertThat(fields.has("HTTP_KEEP_ALIVE")).isFalse();
    assertThat(fields.has("HTTP_PROXY_CONNECTION")).isFalse();
  }

  @Test
  default void form_posted_arrives() {
    JsonNode echo =
        echoed(
            Messages.post("/echo", "a=1&b=%20", "Content-Type: application/x-www-form-urlencoded"));

    assertThat(echo.get("content").asString()).isEqualTo("a=1&b=%20");
    assertThat(echo.get("type").asString()).isEqualTo("application/x-www-form-urlencoded");
    assertThat(echo.get("length").asString()).isEqualTo("9");
  }

  @Test
  default void multipart_posted_arrivesByteForByte() {
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < 300_000; i++) {
      bytes.append((char) (i * 31 % 256));
    }
    String content =
        "--limit\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n"
            + bytes
            + "\r\n--limit--\r\n";

    JsonNode echo =
        echoed(
            Messages.post("/echo", content, "Content-Type: multipart/form-data; boundary=limit"));

    assertThat(echo.get("digest").asString())
        .isEqualTo(digest(content.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  default void chunkedContent_small_arrivesWithLengthAndWithoutCoding() {
    byte[] chunks = Messages.chunks("chunked content".getBytes(StandardCharsets.US_ASCII), 4);
    JsonNode echo =
        echoed(
            Messages.request("POST", "/echo", "Transfer-Encoding: chunked")
                + "\r\n"
                + new String(chunks, StandardCharsets.ISO_8859_1));

    assertThat(echo.get("content").asString()).isEqualTo("chunked content");
    assertThat(echo.get("length").asString()).isEqualTo("15");
    assertThat(echo.get("fields").has("HTTP_TRANSFER_ENCODING")).isFalse();
  }

  @Test
  default void chunkedContent_withExtensionsAndTrailers_arrivesClean() {
    JsonNode echo =
        echoed(
            Messages.request("POST", "/echo", "Transfer-Encoding: chunked", "Trailer: X-Sum")
                + "\r\n5;name=value\r\nfirst\r\n6;q=\"a;b\"\r\nsecond\r\n0\r\nX-Sum: 1\r\n\r\n");

    assertThat(echo.get("content").asString()).isEqualTo("firstsecond");
    assertThat(echo.get("fields").has("HTTP_X_SUM")).isFalse();
  }

  @Test
  default void chunkedContent_beyondMemory_arrivesByteForByte() {
    byte[] content = new byte[700_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 7);
    }
    try (RawConnection connection = server().connect()) {
      connection.send(Messages.request("POST", "/echo", "Transfer-Encoding: chunked") + "\r\n");
      JsonNode echo = connection.send(Messages.chunks(content, 9999)).answer().json();

      assertThat(echo.get("bytes").asInt()).isEqualTo(content.length);
      assertThat(echo.get("digest").asString()).isEqualTo(digest(content));
    }
  }

  @Test
  default void expectation_ofContinue_isAnsweredBeforeTheContent() {
    try (RawConnection connection = server().connect()) {
      connection.send(
          Messages.request("POST", "/echo", "Expect: 100-continue", "Content-Length: 4") + "\r\n");
      Answer interim = connection.head();
      JsonNode echo = connection.send("late").answer().json();

      assertThat(interim.status()).isEqualTo(100);
      assertThat(interim.fields()).isEmpty();
      assertThat(echo.get("content").asString()).isEqualTo("late");
    }
  }

  @Test
  default void expectation_whenTheContentIsAlreadyThere_isMet() {
    JsonNode echo = echoed(Messages.post("/echo", "here", "Expect: 100-continue"));

    assertThat(echo.get("content").asString()).isEqualTo("here");
  }

  @Test
  default void http10_withoutKeepAlive_isAnsweredAndClosed() {
    try (RawConnection connection = server().connect()) {
      Answer answer = connection.send("GET / HTTP/1.0\r\n\r\n").answer();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.has("transfer-encoding")).isFalse();
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @Test
  default void http10_withKeepAlive_staysOpen() {
    try (RawConnection connection = server().connect()) {
      String request = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
      Answer first = connection.send(request).answer();
      Answer second = connection.send(request).answer();

      assertThat(first.field("connection")).isEqualToIgnoringCase("keep-alive");
      assertThat(second.text()).isEqualTo("hello\n");
    }
  }

  @Test
  default void http10_streamedResponse_endsWithTheConnection() {
    try (RawConnection connection = server().connect()) {
      Answer answer = connection.send("GET /no-length HTTP/1.0\r\n\r\n").answer();

      assertThat(answer.has("transfer-encoding")).isFalse();
      assertThat(answer.text()).isEqualTo("abc");
    }
  }

  @Test
  default void connection_keptAlive_carriesRequestsOfEveryKind() {
    try (RawConnection connection = server().connect()) {
      for (int i = 0; i < 20; i++) {
        assertThat(connection.get("/").text()).isEqualTo("hello\n");
        Answer echo = connection.send(Messages.post("/echo", "n" + i)).answer();
        assertThat(echo.json().get("content").asString()).isEqualTo("n" + i);
        assertThat(connection.get("/no-length").text()).isEqualTo("abc");
      }
    }
  }

  @Test
  default void connection_toldToClose_isClosedAfterTheAnswer() {
    try (RawConnection connection = server().connect()) {
      Answer answer = connection.send(Messages.get("/", "Connection: close")).answer();

      assertThat(answer.field("connection")).isEqualToIgnoringCase("close");
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @Test
  default void pipelinedRequests_ofDifferentSpeed_areAnsweredInOrder() {
    try (RawConnection connection = server().connect()) {
      connection.send(
          Messages.get("/sleep?ms=200")
              + Messages.post("/echo", "two")
              + Messages.get("/")
              + Messages.get("/no-length"));

      assertThat(connection.answer().text()).isEqualTo("slept\n");
      assertThat(connection.answer().json().get("content").asString()).isEqualTo("two");
      assertThat(connection.answer().text()).isEqualTo("hello\n");
      assertThat(connection.answer().text()).isEqualTo("abc");
    }
  }

  @Test
  default void request_byteByByte_isUnderstood() {
    try (RawConnection connection = server().connect()) {
      for (byte next : Messages.post("/echo", "slow").getBytes(StandardCharsets.US_ASCII)) {
        connection.send(new byte[] {next});
      }

      assertThat(connection.answer().json().get("content").asString()).isEqualTo("slow");
    }
  }

  @Test
  default void client_halfClosingAfterItsRequest_getsTheAnswer() {
    try (RawConnection connection = server().connect()) {
      Answer answer = connection.send(Messages.get("/sleep?ms=100")).halfClose().answer();

      assertThat(answer.text()).isEqualTo("slept\n");
    }
  }

  @Test
  default void environment_ofAGateway_hasNoSecretsOfThePool() {
    JsonNode echo = echoed(Messages.get("/echo"));

    assertThat(echo.has("environment")).isEqualTo(isGateway());
    assertThat(echo.toString()).doesNotContainIgnoringCase("PEREGRINE_TOKEN");
  }
}
