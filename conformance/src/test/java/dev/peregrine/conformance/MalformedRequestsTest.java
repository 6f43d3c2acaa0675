package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Malformed and excessive requests over the wire: refused with the right status, closed, no echo.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedRequestsTest {
  private static final String MARK = "zqxmark";

  private Peregrine server;

  @BeforeAll
  void start() {
    server = Peregrine.of("ruby/kitchen").workers(1).option("max_content_size", 1_000_000).ready();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /// A message and the status it must get.
  record Case(String name, int status, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case head(String name, int status, String... lines) {
    return new Case(name, status, String.join("\r\n", lines) + "\r\n\r\n");
  }

  private static Case fields(String name, int status, String... fields) {
    return head(
        name,
        status,
        Stream.concat(Stream.of("POST /" + MARK + " HTTP/1.1", "Host: a"), Stream.of(fields))
            .toArray(String[]::new));
  }

  private static Case chunked(String name, String content) {
    return new Case(
        name, 400, "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + content);
  }

  static Stream<Case> framing() {
    return Stream.of(
        fields("length and coding", 400, "Content-Length: 3", "Transfer-Encoding: chunked"),
        fields("coding and length", 400, "Transfer-Encoding: chunked", "Content-Length: 3"),
        fields("two lengths", 400, "Content-Length: 3", "Content-Length: 4"),
        fields("length list", 400, "Content-Length: 3, 4"),
        fields("signed length", 400, "Content-Length: +3"),
        fields("negative length", 400, "Content-Length: -3"),
        fields("hex length", 400, "Content-Length: 0x3"),
        fields("empty length", 400, "Content-Length:"),
        fields("length with space", 400, "Content-Length: 3 4"),
        fields("overflowing length", 400, "Content-Length: 18446744073709551621"),
        fields("unknown coding", 501, "Transfer-Encoding: " + MARK),
        fields("chunked not last", 400, "Transfer-Encoding: chunked, gzip"),
        fields("chunked twice", 400, "Transfer-Encoding: chunked, chunked"),
        fields(
            "chunked twice in two fields",
            400,
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: chunked"),
        fields("empty coding before", 400, "Transfer-Encoding: ,chunked"),
        fields("coding misspelt", 501, "Transfer-Encoding: xchunked"),
        fields("coding with vertical tab", 400, "Transfer-Encoding: \u000bchunked"),
        head(
            "coding in HTTP/1.0", 400, "POST /x HTTP/1.0", "Host: a", "Transfer-Encoding: chunked"),
        chunked("chunk size negative", "-1\r\n\r\n"),
        chunked("chunk size with sign", "+3\r\nabc\r\n0\r\n\r\n"),
        chunked("chunk size with prefix", "0x3\r\nabc\r\n0\r\n\r\n"),
        chunked("chunk size empty", "\r\nabc\r\n0\r\n\r\n"),
        chunked("chunk size with letters", "5xyz\r\nabcde\r\n0\r\n\r\n"),
        chunked("chunk size overflowing", "ffffffffffffffff1\r\nabc"),
        chunked("chunk size ended by bare LF", "3\nabc\r\n0\r\n\r\n"),
        chunked("chunk data too long", "3\r\nabcde\r\n0\r\n\r\n"),
        chunked("chunk extension with bare LF", "3;a\nb\r\nabc\r\n0\r\n\r\n"));
  }

  static Stream<Case> lines() {
    return Stream.of(
        head("no version", 400, "GET /" + MARK, "Host: a"),
        head("version 2.0", 505, "GET / HTTP/2.0", "Host: a"),
        head("version 1.2", 505, "GET / HTTP/1.2", "Host: a"),
        head("version in lower case", 400, "GET / http/1.1", "Host: a"),
        head("version not a number", 400, "GET / HTTP/1.x", "Host: a"),
        head("two spaces", 400, "GET  / HTTP/1.1", "Host: a"),
        head("tab between", 400, "GET\t/ HTTP/1.1", "Host: a"),
        head("leading space", 400, " GET / HTTP/1.1", "Host: a"),
        head("bad method", 400, "GE(T / HTTP/1.1", "Host: a"),
        head("control byte in target", 400, "GET /a\u0001b HTTP/1.1", "Host: a"),
        head("fragment in target", 400, "GET /a#b HTTP/1.1", "Host: a"),
        head("target without slash", 400, "GET a HTTP/1.1", "Host: a"),
        head("raw eight-bit target", 400, "GET /\u00e9 HTTP/1.1", "Host: a"),
        new Case("bare LF", 400, "GET / HTTP/1.1\nHost: a\n\n"),
        new Case("bare LF after a field", 400, "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
        new Case("bare CR in a value", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
        new Case("TLS hello", 400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n"),
        fields("NUL in a value", 400, "X: a\u0000b"),
        fields("folded line", 400, "X: a", " " + MARK),
        fields("space before the colon", 400, "X : a"),
        fields("space before the colon of a length", 400, "Content-Length : 3"),
        fields("no colon", 400, MARK),
        fields("empty name", 400, ": a"),
        fields("name with quotes", 400, "\"X\": a"),
        fields("name with eight bits", 400, "X\u00e9: a"));
  }

  static Stream<Case> hosts() {
    return Stream.of(
        head("no host", 400, "GET / HTTP/1.1"),
        head("two hosts", 400, "GET / HTTP/1.1", "Host: a", "Host: b"),
        head("host twice the same", 400, "GET / HTTP/1.1", "Host: a", "Host: a"),
        head("host with path", 400, "GET / HTTP/1.1", "Host: a/" + MARK),
        head("host with user", 400, "GET / HTTP/1.1", "Host: u@a"),
        head("host with bad port", 400, "GET / HTTP/1.1", "Host: a:8x"),
        head("host with space", 400, "GET / HTTP/1.1", "Host: a b"),
        head("absolute form with user", 400, "GET http://u@a/ HTTP/1.1", "Host: a"));
  }

  static Stream<Case> sizes() {
    return Stream.of(
        head("long request line", 414, "GET /" + MARK.repeat(2000) + " HTTP/1.1", "Host: a"),
        fields("long header section", 431, fieldsOf(8000, 5)),
        fields("long field", 431, "X: " + "v".repeat(17_000)),
        fields("many fields", 431, fieldsOf(1, 120)),
        fields("content too long", 413, "Content-Length: 1000001"),
        new Case(
            "chunks too long in sum",
            413,
            "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + ("10000\r\n" + "c".repeat(65_536) + "\r\n").repeat(16)),
        new Case(
            "extensions too long in sum",
            431,
            chunked("", "1;" + "e".repeat(5000) + "\r\na\r\n0\r\n\r\n").message()),
        new Case(
            "trailers too long",
            431,
            "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                + ("T: " + "t".repeat(4000) + "\r\n").repeat(3)
                + "\r\n"));
  }

  private static String[] fieldsOf(int length, int count) {
    return Stream.iterate(0, i -> i < count, i -> i + 1)
        .map(i -> "X-" + i + ": " + "v".repeat(length))
        .toArray(String[]::new);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"framing", "lines", "hosts", "sizes"})
  void request_malformed_isRefusedAndClosed(Case malformed) {
    try (RawConnection connection = server.connect()) {
      Answer answer = connection.send(malformed.message()).answer();

      assertThat(answer.status()).as(answer.toString()).isEqualTo(malformed.status());
      assertThat(answer.field("connection")).isEqualToIgnoringCase("close");
      assertThat(answer.content().length).isLessThan(600);
      assertThat(answer.toString()).doesNotContain(MARK);
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"framing", "lines", "hosts"})
  void request_malformedAfterAGoodOne_isRefusedInOrder(Case malformed) {
    try (RawConnection connection = server.connect()) {
      connection.send(Messages.get("/") + malformed.message());

      assertThat(connection.answer().text()).isEqualTo("hello\n");
      assertThat(connection.answer().status()).isEqualTo(malformed.status());
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void request_refused_isLoggedInOneLineWithItsReason() {
    try (RawConnection connection = server.connect()) {
      connection.send(
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
      connection.answer();
    }

    Await.until(
        "reason in the log",
        () -> server.output().contains("request.rejected status=400 reason=content-length"));
    assertThat(server.output()).doesNotContain("\tat ").doesNotContain("Exception");
  }

  @Test
  void emptyLine_beforeARequest_isSkipped() {
    try (RawConnection connection = server.connect()) {
      assertThat(connection.send("\r\n" + Messages.get("/")).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void server_afterAllThat_serves() {
    assertThat(server.get("/").text()).isEqualTo("hello\n");
  }
}
