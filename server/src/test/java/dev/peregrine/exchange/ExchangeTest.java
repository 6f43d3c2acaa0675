package dev.peregrine.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTest {
  private static final int LARGE = 8_000_000;

  @TempDir Path directory;

  private TestFront front(ScriptedApp.Script script) throws Exception {
    return front(true, 1, UnaryOperator.identity(), script);
  }

  private TestFront front(
      boolean isEpoll, int loops, UnaryOperator<ExchangeConfig> change, ScriptedApp.Script script)
      throws Exception {
    ExchangeConfig config = change.apply(TestFront.config(directory));
    return new TestFront(directory, config, isEpoll, loops, new ScriptedApp(directory, 1, script));
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String readAll(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  private static String head(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith("\r\n\r\n")) {
      int octet = socket.getInputStream().read();
      if (octet < 0) {
        throw new IOException("closed after: " + text);
      }
      text.append((char) octet);
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "true, 3", "false, 1", "false, 3"})
  void exchange_pipelinedRequests_areAnsweredInOrder(boolean isEpoll, int loops) throws Exception {
    try (TestFront front =
            front(
                isEpoll,
                loops,
                UnaryOperator.identity(),
                (request, out) -> ScriptedApp.ok(out, request.get("PATH_INFO") + "\n"));
        Socket one = front.connect();
        Socket two = front.connect();
        Socket three = front.connect()) {
      for (Socket socket : new Socket[] {one, two, three}) {
        send(
            socket,
            "GET /a HTTP/1.1\nHost: x\n\nGET /b HTTP/1.1\nHost: x\n\n"
                + "GET /c HTTP/1.1\nHost: x\nConnection: close\n\n");
      }
      for (Socket socket : new Socket[] {one, two, three}) {
        String answers = readAll(socket);
        assertThat(answers).containsSubsequence("/a\n", "/b\n", "/c\n");
        assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
      }
    }
  }

  @Test
  void exchange_contentLargerThanMemory_reachesTheWorkerWhole() throws Exception {
    byte[] content = new byte[3_000_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31);
    }
    try (TestFront front =
            front((request, out) ->
                ScriptedApp.ok(out, "same " + Arrays.equals(request.content(), content)));
        Socket socket = front.connect()) {
      send(
          socket,
          "POST / HTTP/1.1\nHost: x\nConnection: close\nContent-Length: "
              + content.length
              + "\n\n");
      socket.getOutputStream().write(content);
      assertThat(readAll(socket)).endsWith("same true");
      assertThat(directory.toFile().list((_, name) -> name.startsWith("spool"))).isEmpty();
    }
  }

  @Test
  void exchange_diskThatHangs_holdsNobodyElse() throws Exception {
    byte[] content = new byte[600_000];
    CountDownLatch disk = new CountDownLatch(1);
    try (TestFront front =
            front((request, out) -> ScriptedApp.ok(out, "got " + request.content().length));
        Socket upload = front.connect();
        Socket other = front.connect()) {
      front.delayDisk(disk);
      send(
          upload,
          "POST / HTTP/1.1\nHost: x\nConnection: close\nContent-Length: "
              + content.length
              + "\n\n");
      upload.getOutputStream().write(content);
      send(other, "GET / HTTP/1.1\nHost: x\nConnection: close\n\n");
      assertThat(readAll(other)).endsWith("got 0");
      disk.countDown();
      assertThat(readAll(upload)).endsWith("got 600000");
    }
  }

  @Test
  void exchange_slowReaderOfLargeResponse_getsItWholeAfterTheWorkerIsFree() throws Exception {
    try (TestFront front = front(ExchangeTest::answerLarge);
        Socket slow = front.connect();
        Socket other = front.connect()) {
      slow.setReceiveBufferSize(64 * 1024);
      send(slow, "GET /large HTTP/1.1\nHost: x\nConnection: close\n\n");
      head(slow);
      send(other, "GET / HTTP/1.1\nHost: x\nConnection: close\n\n");
      assertThat(readAll(other)).endsWith("next");
      assertIsLarge(slow.getInputStream().readAllBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void exchange_slowReaderWhileTheDiskFails_getsItWhole(int loops) throws Exception {
    try (TestFront front =
            front(
                true,
                loops,
                _ -> TestFront.config(directory.resolve("missing")),
                ExchangeTest::answerLarge);
        Socket slow = front.connect()) {
      slow.setReceiveBufferSize(64 * 1024);
      send(slow, "GET /large HTTP/1.1\nHost: x\nConnection: close\n\n");
      head(slow);
      assertIsLarge(slow.getInputStream().readAllBytes());
    }
  }

  /// `/large` gets blocks of 100,000 equal bytes.
  private static void answerLarge(ScriptedApp.Request request, OutputStream out)
      throws IOException {
    if (request.get("PATH_INFO").equals("/large")) {
      ScriptedApp.reply(out, "HTTP/1.1 200 OK\nContent-Length: " + LARGE + "\n\n");
      byte[] block = new byte[100_000];
      for (int sent = 0; sent < LARGE; sent += block.length) {
        Arrays.fill(block, (byte) (sent / block.length));
        out.write(block);
      }
    } else {
      ScriptedApp.ok(out, "next");
    }
  }

  private static void assertIsLarge(byte[] content) {
    assertThat(content).hasSize(LARGE);
    for (int i = 0; i < LARGE; i += 50_000) {
      assertThat(content[i]).isEqualTo((byte) (i / 100_000));
    }
  }

  /// Sizes around what is read from a worker at one go and what a client's buffer holds.
  @Test
  void exchange_largeResponsesOfManySizes_neverStall() throws Exception {
    try (TestFront front =
            front((request, out) -> {
              byte[] content = new byte[Integer.parseInt(request.get("QUERY_STRING"))];
              ScriptedApp.reply(out, "HTTP/1.1 200 OK\nContent-Length: " + content.length + "\n\n");
              out.write(content);
            });
        Socket socket = front.connect()) {
      for (int size = 200_000; size < 1_400_000; size += 3_001) {
        send(socket, "GET /?" + size + " HTTP/1.1\nHost: x\n\n");
        head(socket);
        assertThat(socket.getInputStream().readNBytes(size)).hasSize(size);
      }
    }
  }

  // RFC 9110 §9.2.2
  @Test
  void exchange_workerBreaksOffAGet_isTriedAgain() throws Exception {
    try (TestFront front =
            front((request, out) -> {
              if (request.number() == 1) {
                throw new IOException("break off");
              }
              ScriptedApp.ok(out, "try " + request.number());
            });
        Socket socket = front.connect()) {
      send(socket, "GET / HTTP/1.1\nHost: x\nConnection: close\n\n");
      assertThat(readAll(socket)).startsWith("HTTP/1.1 200 OK").endsWith("try 2");
    }
  }

  // RFC 9110 §9.2.2
  @Test
  void exchange_workerBreaksOffAPost_answers502AndNeverDoublesIt() throws Exception {
    ScriptedApp app =
        new ScriptedApp(
            directory,
            1,
            (request, out) -> {
              throw new IOException("break off");
            });
    try (TestFront front = new TestFront(directory, TestFront.config(directory), true, 1, app);
        Socket socket = front.connect()) {
      send(socket, "POST / HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 1\n\nx");
      assertThat(readAll(socket)).startsWith("HTTP/1.1 502 Bad Gateway");
      assertThat(app.requests()).isEqualTo(1);
    }
  }

  @Test
  void exchange_malformedResponse_answers502() throws Exception {
    try (TestFront front =
            front((request, out) ->
                ScriptedApp.reply(out, "HTTP/1.1 200 OK\nBad Name: 1\nContent-Length: 0\n\n"));
        Socket socket = front.connect()) {
      send(socket, "GET / HTTP/1.1\nHost: x\nConnection: close\n\n");
      assertThat(readAll(socket)).startsWith("HTTP/1.1 502 Bad Gateway");
    }
  }

  @Test
  void exchange_surplusContent_isCutAndTheNextRequestIsClean() throws Exception {
    try (TestFront front =
            front((request, out) ->
                ScriptedApp.reply(
                    out,
                    "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"
                        + "HTTP/1.1 200 OK\nContent-Length: 4\n\nevil"));
        Socket socket = front.connect()) {
      send(socket, "GET /1 HTTP/1.1\nHost: x\n\n");
      send(socket, "GET /2 HTTP/1.1\nHost: x\nConnection: close\n\n");
      assertThat(readAll(socket)).doesNotContain("evil").endsWith("ok");
    }
  }

  // RFC 9112 §7.1
  @Test
  void exchange_responseBrokenOffInChunks_neverEndsWell() throws Exception {
    try (TestFront front =
            front((request, out) -> {
              ScriptedApp.reply(out, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\nwiki\n");
              throw new IOException("break off");
            });
        Socket socket = front.connect()) {
      send(socket, "GET / HTTP/1.1\nHost: x\n\n");
      assertThat(readAll(socket)).contains("wiki").doesNotContain("\r\n0\r\n");
    }
  }

  // RFC 9110 §15.2
  @Test
  void exchange_earlyHints_areRelayedBeforeTheResponse() throws Exception {
    try (TestFront front =
            front((request, out) -> {
              ScriptedApp.reply(out, "HTTP/1.1 103 Early Hints\nLink: </a.css>; rel=preload\n\n");
              ScriptedApp.ok(out, "page");
            });
        Socket socket = front.connect()) {
      send(socket, "GET / HTTP/1.1\nHost: x\nConnection: close\n\n");
      assertThat(readAll(socket))
          .startsWith(
              "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200");
    }
  }

  // RFC 9110 §7.8
  @Test
  void exchange_upgrade_becomesATunnelBothWays() throws Exception {
    try (TestFront front =
            front((request, out) -> {
              ScriptedApp.reply(
                  out, "HTTP/1.1 101 Switching Protocols\nConnection: upgrade\nUpgrade: raw\n\n");
              InputStream in = request.in();
              byte[] buffer = new byte[1024];
              for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
              }
              throw new IOException("the tunnel has ended");
            });
        Socket socket = front.connect()) {
      send(socket, "GET / HTTP/1.1\nHost: x\nConnection: upgrade\nUpgrade: raw\n\n");
      assertThat(head(socket)).startsWith("HTTP/1.1 101").containsIgnoringCase("upgrade: raw");
      socket.getOutputStream().write("echo".getBytes(ISO_8859_1));
      assertThat(socket.getInputStream().readNBytes(4)).asString(ISO_8859_1).isEqualTo("echo");
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  // RFC 9110 §10.1.1
  @Test
  void exchange_expectContinue_getsOneInterimResponse() throws Exception {
    try (TestFront front =
            front(
                (request, out) -> ScriptedApp.ok(out, new String(request.content(), ISO_8859_1)));
        Socket socket = front.connect()) {
      send(
          socket,
          "POST / HTTP/1.1\nHost: x\nConnection: close\nExpect: 100-continue\n"
              + "Content-Length: 4\n\n");
      assertThat(head(socket)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      socket.getOutputStream().write("body".getBytes(ISO_8859_1));
      assertThat(readAll(socket)).startsWith("HTTP/1.1 200").endsWith("body");
    }
  }

  @Test
  void exchange_unbufferedContent_reachesTheWorkerInPieces() throws Exception {
    UnaryOperator<ExchangeConfig> unbuffered =
        config ->
            new ExchangeConfig(
                false,
                config.maxContentBytes(),
                config.bufferMemoryBytes(),
                config.responseHighWatermarkBytes(),
                config.bufferDirectory(),
                config.maxRequestTime(),
                config.trustedProxies(),
                config.via(),
                config.staticFiles(),
                config.sendfileRoots(),
                config.passUnderscores(),
                config.development(),
                config.customErrorPage(),
                TestFront.UNCOMPRESSED,
                TestFront.FRAGMENTS);
    try (TestFront front =
            front(
                true,
                1,
                unbuffered,
                (request, out) -> {
                  assertThat(request.get("HTTP_TRANSFER_ENCODING")).isEqualTo("chunked");
                  byte[] content = request.in().readNBytes("3\r\nabc\r\n0\r\n\r\n".length());
                  ScriptedApp.ok(out, new String(content, ISO_8859_1).replace("\r\n", "|"));
                });
        Socket socket = front.connect()) {
      send(
          socket,
          "POST / HTTP/1.1\nHost: x\nConnection: close\nTransfer-Encoding: chunked\n\n3\nabc\n");
      send(socket, "0\n\n");
      assertThat(readAll(socket)).endsWith("3|abc|0||");
    }
  }

  @Test
  void exchange_forgedForwardingFields_neverReachTheApp() throws Exception {
    try (TestFront front =
            front((request, out) -> ScriptedApp.ok(out, String.valueOf(request.variables())));
        Socket socket = front.connect()) {
      send(
          socket,
          "GET / HTTP/1.1\nHost: x\nConnection: close\nX-Forwarded-For: 6.6.6.6\n"
              + "X_Forwarded_For: 6.6.6.6\nProxy: http://6.6.6.6\nX-Real-Ip: 6.6.6.6\n\n");
      assertThat(readAll(socket))
          .doesNotContain("6.6.6.6")
          .contains("REMOTE_ADDR=127.0.0.1", "HTTP_X_FORWARDED_FOR=127.0.0.1");
    }
  }

  @Test
  void exchange_underscoresPassed_neverStandForAFieldOfTheServer() throws Exception {
    UnaryOperator<ExchangeConfig> passing =
        config ->
            new ExchangeConfig(
                config.requestBuffering(),
                config.maxContentBytes(),
                config.bufferMemoryBytes(),
                config.responseHighWatermarkBytes(),
                config.bufferDirectory(),
                config.maxRequestTime(),
                config.trustedProxies(),
                config.via(),
                config.staticFiles(),
                config.sendfileRoots(),
                true,
                config.development(),
                config.customErrorPage(),
                TestFront.UNCOMPRESSED,
                TestFront.FRAGMENTS);
    try (TestFront front =
            front(
                true,
                1,
                passing,
                (request, out) -> ScriptedApp.ok(out, String.valueOf(request.variables())));
        Socket socket = front.connect()) {
      send(
          socket,
          "GET / HTTP/1.1\nHost: x\nConnection: close\nTransfer_Encoding: chunked\n"
              + "X_Forwarded_For: 6.6.6.6\nX_Own: mine\n\n");
      assertThat(readAll(socket)).doesNotContain("chunked", "6.6.6.6").contains("HTTP_X_OWN=mine");
    }
  }

  @Test
  void exchange_publicFile_winsOverTheAppAndHonoursConditions() throws Exception {
    Path root = Files.createDirectory(directory.resolve("public"));
    Files.writeString(root.resolve("a.txt"), "static content");
    Files.writeString(directory.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(root.resolve("link.txt"), directory.resolve("secret.txt"));
    UnaryOperator<ExchangeConfig> withFiles = config -> withStaticFiles(config, root);
    try (TestFront front =
        front(true, 1, withFiles, (request, out) -> ScriptedApp.ok(out, "from the app"))) {
      String answer = get(front, "/a.txt", "");
      assertThat(answer).contains("Content-Type: text/plain").endsWith("static content");
      String tag = answer.replaceAll("(?s).*ETag: (\"[^\"]*\").*", "$1");
      assertThat(get(front, "/a.txt", "If-None-Match: " + tag + "\n")).startsWith("HTTP/1.1 304");
      assertThat(get(front, "/a.txt", "Range: bytes=0-5\n"))
          .startsWith("HTTP/1.1 206")
          .endsWith("\r\n\r\nstatic");
      assertThat(get(front, "/link.txt", "")).endsWith("from the app");
      assertThat(get(front, "/%2e%2e/secret.txt", "")).endsWith("from the app");
    }
  }

  private static ExchangeConfig withStaticFiles(ExchangeConfig config, Path root) {
    return new ExchangeConfig(
        config.requestBuffering(),
        config.maxContentBytes(),
        config.bufferMemoryBytes(),
        config.responseHighWatermarkBytes(),
        config.bufferDirectory(),
        config.maxRequestTime(),
        config.trustedProxies(),
        config.via(),
        java.util.Optional.of(root),
        config.sendfileRoots(),
        config.passUnderscores(),
        config.development(),
        config.customErrorPage(),
        TestFront.UNCOMPRESSED,
        TestFront.FRAGMENTS);
  }

  private static String get(TestFront front, String path, String fields) throws IOException {
    try (Socket socket = front.connect()) {
      send(socket, "GET " + path + " HTTP/1.1\nHost: x\nConnection: close\n" + fields + "\n");
      return readAll(socket);
    }
  }
}
