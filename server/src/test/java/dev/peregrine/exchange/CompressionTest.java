package dev.peregrine.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.ContentCoding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compressed responses from the app to the client's socket.
class CompressionTest {
  private static final String PAGE = "<p>some words that come again</p>".repeat(200);
  private static final String HTML = "HTTP/1.1 200 OK\nContent-Type: text/html\n";

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void response_asked_isCoded(ContentCoding coding) throws Exception {
    try (TestFront front = front(page("ETag: \"v1\"\nAccept-Ranges: bytes\n"));
        Socket socket = front.connect()) {
      Answer answer = loaded(socket, coding);
      assertThat(answer.head())
          .contains("content-encoding: " + coding.lowerCase())
          .contains("vary: accept-encoding")
          .contains("etag: \"v1~" + coding.lowerCase() + "\"")
          .contains("transfer-encoding: chunked")
          .doesNotContain("content-length")
          .doesNotContain("accept-ranges");
      assertThat(new String(Decoding.whole(coding, answer.content()), ISO_8859_1)).isEqualTo(PAGE);
    }
  }

  @Test
  void response_notAsked_isPlainAndVaries() throws Exception {
    try (TestFront front = front(page("ETag: \"v1\"\nVary: Accept\n"));
        Socket socket = front.connect()) {
      Answer answer = ask(socket, "GET", "");
      assertThat(answer.head())
          .contains("vary: accept\r\n")
          .contains("vary: accept-encoding")
          .contains("etag: \"v1\"")
          .contains("content-length: " + PAGE.length());
      assertThat(new String(answer.content(), ISO_8859_1)).isEqualTo(PAGE);
    }
  }

  @Test
  void response_varyingByEncodingAlready_saysSoOnce() throws Exception {
    try (TestFront front = front(page("Vary: Cookie, Accept-Encoding\n"));
        Socket socket = front.connect()) {
      assertThat(ask(socket, "GET", "Accept-Encoding: gzip\n").head())
          .containsOnlyOnce("vary:")
          .contains("content-encoding: gzip");
    }
  }

  @Test
  void response_toHead_hasTheFieldsOfGet() throws Exception {
    try (TestFront front = front(page(""));
        Socket socket = front.connect()) {
      Answer answer = ask(socket, "HEAD", "Accept-Encoding: gzip\n");
      assertThat(answer.head())
          .contains("content-encoding: gzip")
          .contains("vary: accept-encoding")
          .doesNotContain("content-length");
      assertThat(ask(socket, "GET", "Accept-Encoding: gzip\n").head()).contains("200 ok");
    }
  }

  @Test
  void request_withTagOfACoding_reachesTheAppWithItsOwn() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    try (TestFront front =
            front((request, out) -> {
              seen.set(request.get("HTTP_IF_NONE_MATCH"));
              ScriptedApp.reply(out, "HTTP/1.1 304 Not Modified\nETag: \"v1\"\n\n");
            });
        Socket socket = front.connect()) {
      Answer answer =
          ask(
              socket,
              "GET",
              "Accept-Encoding: gzip\nIf-None-Match: \"v0\"\nIf-None-Match: \"v1~gzip\"\n");
      assertThat(seen.get()).isEqualTo("\"v0\", \"v1\"");
      assertThat(answer.head())
          .startsWith("http/1.1 304")
          .contains("etag: \"v1~gzip\"")
          .contains("vary: accept-encoding");
    }
  }

  @Test
  void request_toChange_reachesTheAppWithItsOwnTag() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    try (TestFront front =
            front((request, out) -> {
              seen.set(request.get("HTTP_IF_MATCH"));
              ScriptedApp.ok(out, "done");
            });
        Socket socket = front.connect()) {
      ask(socket, "DELETE", "If-Match: \"v1~br\"\n");
      assertThat(seen.get()).isEqualTo("\"v1\"");
    }
  }

  @Test
  void request_forARange_keepsTheTagOfTheCoding() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    try (TestFront front =
            front((request, out) -> {
              seen.set(request.get("HTTP_IF_RANGE"));
              ScriptedApp.ok(out, "all");
            });
        Socket socket = front.connect()) {
      ask(socket, "GET", "Range: bytes=0-1\nIf-Range: \"v1~br\"\nAccept-Encoding: br\n");
      assertThat(seen.get()).isEqualTo("\"v1~br\"");
    }
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void response_inPieces_arrivesPieceByPiece(ContentCoding coding) throws Exception {
    Semaphore permits = new Semaphore(1_000_000);
    try (TestFront front =
            front((_, out) -> {
              ScriptedApp.reply(out, HTML + "Transfer-Encoding: chunked\n\n");
              ScriptedApp.reply(out, "6\nfirst \n");
              try {
                permits.acquire();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              ScriptedApp.reply(out, "4\nlast\n0\n\n");
            });
        Socket socket = front.connect()) {
      loaded(socket, coding);
      permits.drainPermits();
      send(socket, "GET", "Accept-Encoding: " + coding.lowerCase() + "\n");
      InputStream in = socket.getInputStream();
      head(in);
      ByteArrayOutputStream coded = new ByteArrayOutputStream();
      while (!new String(Decoding.begun(coding, coded.toByteArray()), ISO_8859_1)
          .equals("first ")) {
        coded.writeBytes(chunk(in));
      }
      permits.release();
      coded.writeBytes(chunks(in));
      assertThat(new String(Decoding.whole(coding, coded.toByteArray()), ISO_8859_1))
          .isEqualTo("first last");
    }
  }

  @Test
  void response_toAClientThatCatchesUp_staysCoded() throws Exception {
    byte[] noise = new byte[8 << 20];
    new Random(5).nextBytes(noise);
    CountDownLatch isSent = new CountDownLatch(1);
    Semaphore hasCaughtUp = new Semaphore(0);
    try (TestFront front =
            front((_, out) -> {
              ScriptedApp.reply(out, HTML + "Content-Length: " + (noise.length + 4) + "\n\n");
              out.write(noise);
              isSent.countDown();
              hasCaughtUp.acquireUninterruptibly();
              ScriptedApp.reply(out, "last");
            });
        Socket socket = front.connect()) {
      socket.setReceiveBufferSize(64 * 1024);
      send(socket, "GET", "Accept-Encoding: gzip\n");
      isSent.await();
      head(socket.getInputStream());
      try (InputStream in = new GZIPInputStream(new Chunks(socket.getInputStream()))) {
        assertThat(in.readNBytes(noise.length)).isEqualTo(noise);
        hasCaughtUp.release();
        assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo("last");
      }
    }
  }

  @Test
  void response_breaksOff_isBrokenOffForTheClient() throws Exception {
    try (TestFront front =
            front((_, out) -> {
              ScriptedApp.reply(out, HTML + "Content-Length: 100000\n\n" + PAGE);
              throw new IOException("enough");
            });
        Socket socket = front.connect()) {
      send(socket, "GET", "Accept-Encoding: gzip\n");
      String all = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(all).contains("chunked").doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void response_toOldClient_endsWithTheConnection() throws Exception {
    // RFC 9112 §6.3
    try (TestFront front = front(page(""));
        Socket socket = front.connect()) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n".getBytes(ISO_8859_1));
      InputStream in = socket.getInputStream();
      assertThat(head(in)).contains("content-encoding: gzip").doesNotContain("chunked");
      assertThat(new String(Decoding.whole(ContentCoding.GZIP, in.readAllBytes()), ISO_8859_1))
          .isEqualTo(PAGE);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void storedResponse_onceItPays_isSentFromItsCoding(ContentCoding coding) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
            cached((request, out) -> {
              asked.incrementAndGet();
              page("ETag: \"v1\"\nCache-Control: max-age=100\n").answer(request, out);
            });
        Socket socket = front.connect()) {
      String fields = "Accept-Encoding: " + coding.lowerCase() + "\n";
      Answer answer = ask(socket, "GET", fields);
      while (!answer.head().contains("content-encoding") || answer.head().contains("chunked")) {
        answer = ask(socket, "GET", fields);
      }
      assertThat(answer.head())
          .contains("cache-status: peregrine; hit")
          .contains("etag: \"v1~" + coding.lowerCase() + "\"")
          .containsOnlyOnce("vary: accept-encoding")
          .contains("content-length: " + answer.content().length);
      assertThat(new String(Decoding.whole(coding, answer.content()), ISO_8859_1)).isEqualTo(PAGE);
      Answer plain = ask(socket, "GET", "");
      assertThat(plain.head())
          .contains("etag: \"v1\"")
          .contains("vary: accept-encoding")
          .contains("content-length: " + PAGE.length());
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  @Timeout(60)
  void storedResponses_moreThanCanWait_areCodedInTheEnd() throws Exception {
    CountDownLatch mayCode = new CountDownLatch(1);
    try (TestFront front = cached(page("Cache-Control: max-age=100\n"));
        Socket socket = front.connect()) {
      front.delayDisk(mayCode);
      for (int i = 0; i < 300; i++) {
        ask(socket, "GET", "/" + i % 100, "Accept-Encoding: gzip\n");
      }
      mayCode.countDown();
      for (int i = 0; i < 100; i++) {
        String head = "";
        while (!head.contains("content-encoding: gzip") || !head.contains("content-length")) {
          try (Socket next = front.connect()) {
            head = ask(next, "GET", "/" + i, "Accept-Encoding: gzip\n").head();
          }
        }
      }
    }
  }

  @Test
  void storedResponse_withConditionOnAnotherCoding_isNotModified() throws Exception {
    try (TestFront front = cached(page("ETag: \"v1\"\nCache-Control: max-age=100\n"));
        Socket socket = front.connect()) {
      ask(socket, "GET", "");
      String both = "Accept-Encoding: br, zstd\n";
      assertThat(ask(socket, "GET", both + "If-None-Match: \"v1~zstd\"\n").head())
          .startsWith("http/1.1 304")
          .contains("etag: \"v1~zstd\"");
      assertThat(ask(socket, "GET", both + "If-None-Match: \"v1~gzip\"\n").head())
          .startsWith("http/1.1 200");
      assertThat(ask(socket, "GET", "If-None-Match: \"v1\"\n").head())
          .startsWith("http/1.1 304")
          .contains("etag: \"v1\"\r\n");
    }
  }

  @Test
  void storedResponse_validatedByTheApp_isAskedForByItsOwnTag() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    try (TestFront front =
            cached((request, out) -> {
              String condition = request.get("HTTP_IF_NONE_MATCH");
              if (condition.isEmpty()) {
                page("ETag: \"v1\"\nCache-Control: max-age=100, no-cache\n").answer(request, out);
              } else {
                seen.set(condition);
                ScriptedApp.reply(out, "HTTP/1.1 304 Not Modified\nETag: \"v1\"\n\n");
              }
            });
        Socket socket = front.connect()) {
      Answer answer = ask(socket, "GET", "Accept-Encoding: gzip\n");
      while (!answer.head().contains("content-length")
          || !answer.head().contains("content-encoding: gzip")) {
        answer = ask(socket, "GET", "Accept-Encoding: gzip\n");
      }
      assertThat(seen.get()).isEqualTo("\"v1\"");
      assertThat(new String(Decoding.whole(ContentCoding.GZIP, answer.content()), ISO_8859_1))
          .isEqualTo(PAGE);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Answer(String head, byte[] content) {}

  private TestFront front(ScriptedApp.Script script) throws Exception {
    return new TestFront(
        directory,
        TestFront.config(directory, new CompressionConfig(true, 1000)),
        true,
        1,
        new ScriptedApp(directory, 1, script));
  }

  private TestFront cached(ScriptedApp.Script script) throws Exception {
    return TestFront.compressing(directory, new ScriptedApp(directory, 1, script));
  }

  private static ScriptedApp.Script page(String fields) {
    return (request, out) ->
        ScriptedApp.reply(
            out,
            HTML
                + fields
                + "Content-Length: "
                + PAGE.length()
                + "\n\n"
                + (request.get("REQUEST_METHOD").equals("HEAD") ? "" : PAGE));
  }

  /// Asks until the libraries have been loaded and the coding is at hand.
  private static Answer loaded(Socket socket, ContentCoding coding) throws IOException {
    while (true) {
      Answer answer = ask(socket, "GET", "Accept-Encoding: " + coding.lowerCase() + "\n");
      if (answer.head().contains("content-encoding: " + coding.lowerCase())) {
        return answer;
      }
    }
  }

  private static Answer ask(Socket socket, String method, String fields) throws IOException {
    return ask(socket, method, "/", fields);
  }

  private static Answer ask(Socket socket, String method, String path, String fields)
      throws IOException {
    send(socket, method, path, fields);
    InputStream in = socket.getInputStream();
    String head = head(in);
    byte[] content = new byte[0];
    int length = head.indexOf("content-length: ");
    if (head.contains("chunked") && !method.equals("HEAD")) {
      content = chunks(in);
    } else if (length >= 0 && !method.equals("HEAD")) {
      int from = length + "content-length: ".length();
      content = in.readNBytes(Integer.parseInt(head.substring(from, head.indexOf('\r', from))));
    }
    return new Answer(head, content);
  }

  private static void send(Socket socket, String method, String fields) throws IOException {
    send(socket, method, "/", fields);
  }

  private static void send(Socket socket, String method, String path, String fields)
      throws IOException {
    String request = method + " " + path + " HTTP/1.1\nHost: x\n" + fields + "\n";
    socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith("\r\n\r\n")) {
      int octet = in.read();
      if (octet < 0) {
        throw new IOException("closed after: " + text);
      }
      text.append((char) octet);
    }
    return text.toString().toLowerCase(Locale.ROOT);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    byte[] chunk = chunk(in);
    while (chunk.length > 0) {
      content.writeBytes(chunk);
      chunk = chunk(in);
    }
    return content.toByteArray();
  }

  private static byte[] chunk(InputStream in) throws IOException {
    StringBuilder size = new StringBuilder();
    while (!size.toString().endsWith("\r\n")) {
      size.append((char) in.read());
    }
    byte[] content = in.readNBytes(Integer.parseInt(size.toString().strip(), 16));
    in.readNBytes(2);
    return content;
  }

  /// The content of a chunked message, as it comes.
  private static final class Chunks extends InputStream {
    private final InputStream in;
    private ByteArrayInputStream chunk = new ByteArrayInputStream(new byte[0]);

    Chunks(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      if (chunk.available() == 0) {
        chunk = new ByteArrayInputStream(chunk(in));
      }
      return chunk.read(to, offset, length);
    }
  }
}
