package dev.peregrine.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurbocacheTest {
  private static final String FRESH = "Cache-Control: max-age=100\n";

  @TempDir Path directory;

  private TestFront front(ScriptedApp.Script script) throws Exception {
    return front(1, 4, script);
  }

  private TestFront front(int loops, int slots, ScriptedApp.Script script) throws Exception {
    return TestFront.cached(directory, loops, new ScriptedApp(directory, slots, script), List.of());
  }

  private static void reply(java.io.OutputStream out, String fields, String body)
      throws IOException {
    ScriptedApp.reply(
        out, "HTTP/1.1 200 OK\n" + fields + "Content-Length: " + body.length() + "\n\n");
    out.write(body.getBytes(ISO_8859_1));
  }

  private static String get(TestFront front, String path) throws IOException {
    return ask(front, "GET " + path + " HTTP/1.1\nHost: x\n");
  }

  private static String ask(TestFront front, String head) throws IOException {
    try (Socket socket = front.connect()) {
      send(socket, head + "Connection: close\n\n");
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  @Test
  void handle_storedFreshResponse_answersWithoutTheApp() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front((request, out) -> reply(out, FRESH, "answer " + asked.incrementAndGet()))) {
      String first = get(front, "/a");
      String second = get(front, "/a");
      assertThat(first)
          .endsWith("answer 1")
          .contains("Cache-Status: Peregrine; fwd=uri-miss; stored");
      assertThat(second)
          .endsWith("answer 1")
          .contains("Cache-Status: Peregrine; hit; ttl=")
          .contains("\r\nAge: ");
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void handle_responseWithoutExplicitFreshness_isNeverStored() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front((request, out) -> reply(out, "", "answer " + asked.incrementAndGet()))) {
      assertThat(get(front, "/a"))
          .endsWith("answer 1")
          .contains("fwd=uri-miss")
          .doesNotContain("stored");
      assertThat(get(front, "/a")).endsWith("answer 2");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 8192, 8193, 500_000})
  void handle_storedContentOfAnyLength_comesBackTheSame(int length) throws Exception {
    String body = "x".repeat(length);
    try (TestFront front = front((request, out) -> reply(out, FRESH, body))) {
      get(front, "/a");
      String second = get(front, "/a");
      assertThat(second).contains("; hit;").endsWith("\r\n\r\n" + body);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void handle_manyAskForOneColdKey_theAppIsAskedOnce(int loops) throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front(
            loops,
            4,
            (request, out) -> {
              asked.incrementAndGet();
              await(mayAnswer);
              reply(out, FRESH, "shared");
            })) {
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Socket client = front.connect();
        clients.add(client);
        send(client, "GET /cold HTTP/1.1\nHost: x\nConnection: close\n\n");
      }
      front.awaitRequests(20);
      mayAnswer.countDown();
      for (Socket client : clients) {
        assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1))
            .endsWith("shared");
        client.close();
      }
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void handle_responseIsStoredAfterItWasLookedFor_theAppIsAskedOnce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean isLate = new AtomicBoolean();
    try (TestFront front =
        front(2, 4, (request, out) -> reply(out, FRESH, "answer " + asked.incrementAndGet()))) {
      front.beforeReceiving(() -> {
        if (isLate.compareAndSet(false, true)) {
          front.awaitAnswer();
        }
      });
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Socket client = front.connect();
        clients.add(client);
        send(client, "GET /cold HTTP/1.1\nHost: x\nConnection: close\n\n");
      }
      for (Socket client : clients) {
        assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1))
            .endsWith("answer 1");
        client.close();
      }
      assertThat(isLate).isTrue();
      assertThat(asked).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2 << 20})
  void handle_clientLeavesWhatIsTooLongToStore_freesTheWorker(int taken) throws Exception {
    CountDownLatch isFree = new CountDownLatch(1);
    String chunk = "1000\n" + "x".repeat(0x1000) + "\n";
    try (TestFront front =
        front((request, out) -> {
          try {
            ScriptedApp.reply(out, "HTTP/1.1 200 OK\n" + FRESH + "Transfer-Encoding: chunked\n\n");
            while (true) {
              ScriptedApp.reply(out, chunk);
            }
          } finally {
            isFree.countDown();
          }
        })) {
      try (Socket client = front.connect()) {
        send(client, "GET /endless HTTP/1.1\nHost: x\n\n");
        client.getInputStream().readNBytes(1 + taken);
      }
      assertThat(isFree.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void handle_collapsedResponseIsNotStorable_everybodyGetsAnOwnOne(int loops) throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front(
            loops,
            4,
            (request, out) -> {
              int number = asked.incrementAndGet();
              await(mayAnswer);
              reply(out, "Cache-Control: private\n", "own " + number);
            })) {
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Socket client = front.connect();
        clients.add(client);
        send(client, "GET /mine HTTP/1.1\nHost: x\nConnection: close\n\n");
      }
      front.awaitRequests(8);
      mayAnswer.countDown();
      List<String> answers = new ArrayList<>();
      for (Socket client : clients) {
        String answer = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        answers.add(answer.substring(answer.lastIndexOf('\n') + 1));
        client.close();
      }
      assertThat(answers).doesNotHaveDuplicates().allMatch(body -> body.startsWith("own "));
    }
  }

  @Test
  void handle_clientOfTheOnlyFlightLeaves_othersAreServed() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
            front((request, out) -> {
              asked.incrementAndGet();
              await(mayAnswer);
              reply(out, FRESH, "still here");
            });
        Socket follower = front.connect()) {
      Socket leader = front.connect();
      send(leader, "GET /x HTTP/1.1\nHost: x\n\n");
      front.awaitRequests(1);
      send(follower, "GET /x HTTP/1.1\nHost: x\nConnection: close\n\n");
      front.awaitRequests(2);
      leader.close();
      mayAnswer.countDown();
      assertThat(new String(follower.getInputStream().readAllBytes(), ISO_8859_1))
          .endsWith("still here");
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void handle_workerDiesUnderTheLeader_followersAreServedByAnother() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front((request, out) -> {
          if (asked.incrementAndGet() <= 3) {
            await(mayAnswer);
            throw new IOException("dies");
          }
          reply(out, FRESH, "second trip");
        })) {
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Socket client = front.connect();
        clients.add(client);
        send(client, "GET /x HTTP/1.1\nHost: x\nConnection: close\n\n");
      }
      front.awaitRequests(5);
      mayAnswer.countDown();
      int served = 0;
      for (Socket client : clients) {
        String answer = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        served += answer.endsWith("second trip") ? 1 : 0;
        client.close();
      }
      // Three tries of the first trip fail; it fails for its leader alone.
      assertThat(served).isEqualTo(4);
    }
  }

  @Test
  void handle_staleWithEntityTag_isValidatedAndAnswersWhole() throws Exception {
    List<String> conditions = new ArrayList<>();
    try (TestFront front =
        front((request, out) -> {
          conditions.add(request.get("HTTP_IF_NONE_MATCH"));
          if (request.get("HTTP_IF_NONE_MATCH").equals("\"v1\"")) {
            ScriptedApp.reply(
                out, "HTTP/1.1 304 Not Modified\nETag: \"v1\"\nCache-Control: max-age=50\n\n");
          } else {
            reply(out, "ETag: \"v1\"\nCache-Control: public, max-age=0\n", "content");
          }
        })) {
      assertThat(get(front, "/v")).endsWith("content");
      assertThat(get(front, "/v"))
          .startsWith("HTTP/1.1 200")
          .endsWith("content")
          .contains("fwd=stale; fwd-status=304");
      assertThat(get(front, "/v")).contains("; hit; ttl=");
      assertThat(conditions).containsExactly("", "\"v1\"");
    }
  }

  @Test
  void handle_conditionOfAClientOnColdKey_appIsAskedForTheWholeAndClientGets304() throws Exception {
    List<String> conditions = new ArrayList<>();
    try (TestFront front =
        front((request, out) -> {
          conditions.add(request.get("HTTP_IF_NONE_MATCH"));
          reply(out, "ETag: \"v1\"\n" + FRESH, "content");
        })) {
      assertThat(ask(front, "GET /c HTTP/1.1\nHost: x\nIf-None-Match: \"v1\"\n"))
          .startsWith("HTTP/1.1 304");
      assertThat(get(front, "/c")).endsWith("content").contains("; hit;");
      assertThat(conditions).containsExactly("");
    }
  }

  @Test
  void handle_conditionMetByResponseThatIsNotStored_clientGets304() throws Exception {
    try (TestFront front =
        front((request, out) -> reply(out, "ETag: \"v1\"\nCache-Control: private\n", "content"))) {
      assertThat(ask(front, "GET /c HTTP/1.1\nHost: x\nIf-None-Match: \"v1\"\n"))
          .startsWith("HTTP/1.1 304")
          .endsWith("\r\n\r\n");
      assertThat(get(front, "/c")).endsWith("content");
    }
  }

  @Test
  void handle_rangesOfStoredResponse_areCutOutOfIt() throws Exception {
    try (TestFront front = front((request, out) -> reply(out, FRESH, "0123456789"))) {
      get(front, "/r");
      String one = ask(front, "GET /r HTTP/1.1\nHost: x\nRange: bytes=2-4\n");
      assertThat(one)
          .startsWith("HTTP/1.1 206")
          .contains("Content-Range: bytes 2-4/10\r\n")
          .endsWith("\r\n\r\n234");
      String two = ask(front, "GET /r HTTP/1.1\nHost: x\nRange: bytes=99-\n");
      assertThat(two).startsWith("HTTP/1.1 416").contains("Content-Range: bytes */10\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void handle_joinedInTheMiddle_getsWhatHasComeAtOnceAndTheRest(int loops) throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
            front(
                loops,
                4,
                (request, out) -> {
                  asked.incrementAndGet();
                  ScriptedApp.reply(
                      out, "HTTP/1.1 200 OK\n" + FRESH + "Content-Length: 12\n\nbegun ");
                  await(mayEnd);
                  ScriptedApp.reply(out, "ended.");
                });
        Socket first = front.connect();
        Socket second = front.connect()) {
      send(first, "GET /m HTTP/1.1\nHost: x\nConnection: close\n\n");
      readUntil(first, "begun ");
      send(second, "GET /m HTTP/1.1\nHost: x\nConnection: close\n\n");
      assertThat(readUntil(second, "begun ")).contains("; collapsed");
      mayEnd.countDown();
      assertThat(readUntil(first, "ended.")).isEqualTo("ended.");
      assertThat(readUntil(second, "ended.")).isEqualTo("ended.");
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void handle_postThatRepresentsItself_isUsedForGet() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front((request, out) -> {
          asked.incrementAndGet();
          reply(out, "Content-Location: /p\n" + FRESH, "by " + request.get("REQUEST_METHOD"));
        })) {
      ask(front, "POST /p HTTP/1.1\nHost: x\nContent-Length: 0\n");
      assertThat(get(front, "/p")).endsWith("by POST");
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void handle_onlyIfCachedOfTrustedClient_isAnswered504WithoutTheApp() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        TestFront.cached(
            directory,
            1,
            new ScriptedApp(
                directory,
                1,
                (request, out) -> {
                  asked.incrementAndGet();
                  reply(out, FRESH, "x");
                }),
            List.of("127.0.0.0/8"))) {
      assertThat(ask(front, "GET /o HTTP/1.1\nHost: x\nCache-Control: only-if-cached\n"))
          .startsWith("HTTP/1.1 504");
      assertThat(asked).hasValue(0);
    }
  }

  @Test
  void handle_headOfStoredResponse_isAnsweredWithoutContent() throws Exception {
    try (TestFront front = front((request, out) -> reply(out, FRESH, "content"))) {
      get(front, "/h");
      String answer = ask(front, "HEAD /h HTTP/1.1\nHost: x\n");
      assertThat(answer).contains("Content-Length: 7\r\n").contains("; hit;").endsWith("\r\n\r\n");
    }
  }

  @Test
  void handle_unsafeMethodSucceeds_storedResponseIsGone() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front((request, out) -> reply(out, FRESH, "answer " + asked.incrementAndGet()))) {
      get(front, "/a");
      ask(front, "POST /a HTTP/1.1\nHost: x\nContent-Length: 0\n");
      assertThat(get(front, "/a")).endsWith("answer 3");
    }
  }

  @Test
  void handle_appFailsWhenStale_staleResponseServesIfAllowed() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front((request, out) -> {
          if (asked.incrementAndGet() > 1) {
            ScriptedApp.reply(out, "HTTP/1.1 503 Service Unavailable\nContent-Length: 0\n\n");
          } else {
            reply(out, "Age: 200\nCache-Control: max-age=100, stale-if-error=1000\n", "old");
          }
        })) {
      get(front, "/s");
      assertThat(get(front, "/s")).startsWith("HTTP/1.1 200").endsWith("old");
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void handle_staleWhileRevalidate_answersAtOnceAndRefreshesOnce() throws Exception {
    CountDownLatch mayRefresh = new CountDownLatch(1);
    CountDownLatch refreshed = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front((request, out) -> {
          if (asked.incrementAndGet() > 1) {
            await(mayRefresh);
            reply(out, FRESH, "new");
            refreshed.countDown();
          } else {
            reply(out, "Age: 200\nCache-Control: max-age=100, stale-while-revalidate=900\n", "old");
          }
        })) {
      get(front, "/s");
      for (int i = 0; i < 5; i++) {
        assertThat(get(front, "/s")).endsWith("old");
      }
      mayRefresh.countDown();
      await(refreshed);
      String answer = get(front, "/s");
      while (answer.endsWith("old")) {
        answer = get(front, "/s");
      }
      assertThat(answer).endsWith("new");
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void handle_varyingResponses_liveSideBySide() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestFront front =
        front((request, out) -> {
          asked.incrementAndGet();
          reply(out, "Vary: Foo\n" + FRESH, "for " + request.get("HTTP_FOO"));
        })) {
      for (String foo : List.of("1", "2", "1", "2")) {
        assertThat(ask(front, "GET /v HTTP/1.1\nHost: x\nFoo: " + foo + "\n"))
            .endsWith("for " + foo);
      }
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void handle_chunkedContentLargerThanAnEntry_passesWholeAndIsNotStored() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    String piece = "y".repeat(100_000);
    try (TestFront front =
        TestFront.cached(
            directory,
            1,
            new ScriptedApp(
                directory,
                1,
                (request, out) -> {
                  asked.incrementAndGet();
                  ScriptedApp.reply(
                      out, "HTTP/1.1 200 OK\n" + FRESH + "Transfer-Encoding: chunked\n\n");
                  for (int i = 0; i < 30; i++) {
                    ScriptedApp.reply(
                        out, Integer.toHexString(piece.length()) + "\n" + piece + "\n");
                  }
                  ScriptedApp.reply(out, "0\n\n");
                }),
            List.of())) {
      for (int i = 0; i < 2; i++) {
        assertThat(ask(front, "GET /big HTTP/1.0\nHost: x\n").length()).isGreaterThan(3_000_000);
      }
      assertThat(asked).hasValue(2);
    }
  }

  private static String readUntil(Socket socket, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith(end)) {
      int octet = socket.getInputStream().read();
      if (octet < 0) {
        throw new IOException("closed after: " + text);
      }
      text.append((char) octet);
    }
    return text.toString();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
