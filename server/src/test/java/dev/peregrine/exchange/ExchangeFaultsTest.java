package dev.peregrine.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeFaultsTest {
  @TempDir Path directory;

  private TestFront front(boolean isBuffered, Optional<Duration> maxTime, ScriptedApp.Script script)
      throws Exception {
    ExchangeConfig config = TestFront.config(directory);
    ExchangeConfig changed =
        new ExchangeConfig(
            isBuffered,
            config.maxContentBytes(),
            config.bufferMemoryBytes(),
            config.responseHighWatermarkBytes(),
            config.bufferDirectory(),
            maxTime,
            config.trustedProxies(),
            config.via(),
            config.staticFiles(),
            config.sendfileRoots(),
            config.passUnderscores(),
            config.development(),
            config.customErrorPage(),
            TestFront.UNCOMPRESSED,
            TestFront.FRAGMENTS);
    return new TestFront(directory, changed, true, 1, new ScriptedApp(directory, 1, script));
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String next(TestFront front) throws IOException {
    try (Socket socket = front.connect()) {
      send(socket, "GET /next HTTP/1.1\nHost: x\nConnection: close\n\n");
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static void hangUp(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Test
  void exchange_clientGoneInTheMiddleOfUnbufferedContent_freesTheSlot() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    try (TestFront front =
        front(
            false,
            Optional.empty(),
            (request, out) -> {
              if (request.get("PATH_INFO").equals("/upload")) {
                started.countDown();
                request.in().readAllBytes();
                throw new IOException("the content was cut");
              }
              ScriptedApp.ok(out, "next");
            })) {
      try (Socket socket = front.connect()) {
        send(socket, "POST /upload HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n3\nabc\n");
        started.await();
        hangUp(socket);
      }
      assertThat(next(front)).endsWith("next");
    }
  }

  @Test
  void exchange_clientGoneFromAStuckRequest_stillEndsAtTheLimit() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    try (TestFront front =
        front(
            true,
            Optional.of(Duration.ofSeconds(1)),
            (request, out) -> {
              if (request.get("PATH_INFO").equals("/stuck")) {
                started.countDown();
                request.in().readAllBytes();
                throw new IOException("let go");
              }
              ScriptedApp.ok(out, "next");
            })) {
      try (Socket socket = front.connect()) {
        send(socket, "GET /stuck HTTP/1.1\nHost: x\n\n");
        started.await();
        hangUp(socket);
      }
      assertThat(next(front)).endsWith("next");
    }
  }
}
