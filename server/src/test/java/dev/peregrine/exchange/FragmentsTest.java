package dev.peregrine.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.CacheProbe;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pages put together of fragments, from the app to the client's socket.
class FragmentsTest {
  private static final String ESI = "Surrogate-Control: content=\"ESI/1.0\"\n";
  private static final String FRESH = "Cache-Control: max-age=100\n";

  @TempDir Path directory;

  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private final CountDownLatch both = new CountDownLatch(2);
  private final Semaphore gate = new Semaphore(0);

  @AfterEach
  void openGate() {
    gate.release(100);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '~',
      value = {
        "<p><esi:include src=\"/name\"/></p> ~ `<p>Ada</p>`",
        "<esi:include src=\"/gone\" onerror=\"continue\"/>! ~ !",
        "<esi:include src=\"/gone\" alt=\"/name\"/>! ~ Ada!",
        "<esi:try><esi:attempt>a<esi:include src=\"/gone\"/></esi:attempt><esi:except>b<esi:include src=\"/name\"/></esi:except></esi:try>! ~ bAda!",
        "<esi:try><esi:attempt>a<esi:include src=\"/name\"/></esi:attempt><esi:except><esi:include src=\"/gone\"/></esi:except></esi:try>! ~ aAda!",
        "<esi:try><esi:attempt><esi:try><esi:attempt><esi:include src=\"/gone\"/></esi:attempt><esi:except><esi:include src=\"/gone\"/></esi:except></esi:try></esi:attempt><esi:except>c</esi:except></esi:try>! ~ c!",
        "<esi:include src=\"/outer\"/>! ~ (Ada)!",
        "<esi:include src=\"http://other.org/x\" onerror=\"continue\"/>! ~ !",
        "<esi:include src=\"/deep\" onerror=\"continue\"/>! ~ ddd!",
        "<esi:include src=\"/large\" onerror=\"continue\"/>! ~ !",
        "<esi:include src=\"/coded\" onerror=\"continue\"/>! ~ !"
      })
  void page_withInstructions_isPutTogether(String page, String expected) throws Exception {
    for (String fields : List.of("", FRESH)) {
      try (TestFront front = front(page, fields)) {
        assertThat(body(get(front, "/"))).isEqualTo(expected);
        assertThat(body(get(front, "/"))).isEqualTo(expected);
      }
    }
  }

  @Test
  void page_stored_isPutTogetherForEachClient() throws Exception {
    try (TestFront front = front("Hello <esi:include src=\"/name\"/>", FRESH + "ETag: \"x\"\n")) {
      String first = get(front, "/", "Cookie: name=Grace\n");
      String second = get(front, "/", "Cookie: name=Alan\nIf-None-Match: \"x\"\n");
      assertThat(body(first)).isEqualTo("Hello Grace");
      assertThat(body(second)).isEqualTo("Hello Alan");
      assertThat(second)
          .contains("Cache-Status: Peregrine; hit")
          .doesNotContain("ETag")
          .doesNotContain("Content-Length")
          .doesNotContain("Surrogate-Control");
      assertThat(asked).containsEntry("/", 1).containsEntry("/name", 2);
    }
  }

  @Test
  void fragments_ofOnePage_areAskedForAtOnce() throws Exception {
    try (TestFront front =
        front("<esi:include src=\"/wait?1\"/>-<esi:include src=\"/wait?2\"/>", "")) {
      assertThat(body(get(front, "/"))).isEqualTo("1-2");
    }
  }

  @Test
  void fragment_thatFailsUnhandled_isNoWholePage() throws Exception {
    try (TestFront front = front("<esi:include src=\"/gone\"/> end", "")) {
      assertThat(get(front, "/")).startsWith("HTTP/1.1 502");
    }
    try (TestFront front = front("begin <esi:include src=\"/gone\"/> end", "")) {
      assertThat(get(front, "/"))
          .contains("begin ")
          .doesNotContain("end")
          .doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void page_givenUpInItsMiddle_leavesNoMemoryBehind() throws Exception {
    String page = "<esi:include src=\"http://other.org/\"/>" + "x".repeat(100_000);
    try (TestFront front = front(page, FRESH)) {
      for (int i = 0; i < 50; i++) {
        assertThat(get(front, "/")).startsWith("HTTP/1.1 502");
      }
      front.awaitLargeBuffers(25);
    }
  }

  @Test
  void probe_ofAPage_isNotOneOfItsFragments() throws Exception {
    try (TestFront front = front("<esi:include src=\"/name\"/>", FRESH)) {
      for (boolean isStored : new boolean[] {false, true}) {
        CacheProbe probe = new CacheProbe(CacheProbe.Route.ORDINARY);
        front.store().probes().add("probe", probe);
        assertThat(body(get(front, "/", "X-Request-Id: probe\n"))).isEqualTo("Ada");
        assertThat(Objects.requireNonNull(probe.arrived()).request().path()).isEqualTo("/");
        CacheProbe.Answer answer = probe.answer();
        assertThat(answer == null).isEqualTo(isStored);
        assertThat(answer == null || answer.response().fields().contains("cache-control")).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"``,``", "begin,``", "``,Cache-Control: max-age=100", "``,Cache-Control: no-store"})
  void fragment_thatFailsUnhandled_freesTheWorkerOfThePage(String text, String field)
      throws Exception {
    CountDownLatch isFree = new CountDownLatch(1);
    String fields = field.isEmpty() ? "" : field + "\n";
    try (TestFront front =
            front((request, out) -> {
              if (!request.get("PATH_INFO").equals("/")) {
                ScriptedApp.reply(out, "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n");
                return;
              }
              ScriptedApp.reply(out, "HTTP/1.0 200 OK\n" + ESI + fields + "\n" + text);
              try {
                ScriptedApp.reply(out, "<esi:include src=\"/gone\"/>");
                while (true) {
                  ScriptedApp.reply(out, "more");
                }
              } finally {
                isFree.countDown();
              }
            });
        Socket socket = front.connect()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(isFree.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void page_withoutTheField_isNotTouched() throws Exception {
    String page = "<esi:include src=\"/name\"/>";
    try (TestFront front = plain(page)) {
      assertThat(get(front, "/")).endsWith(page);
    }
  }

  @Test
  void page_toHead_hasNoContent() throws Exception {
    try (TestFront front = front("<esi:include src=\"/name\"/>", FRESH)) {
      get(front, "/");
      String answer = ask(front, "HEAD / HTTP/1.1\nHost: x\nConnection: close\n\n");
      assertThat(answer)
          .startsWith("HTTP/1.1 200")
          .endsWith("\r\n\r\n")
          .doesNotContain("Content-Length");
    }
  }

  @Test
  void fragments_beyondTheCountOfThePage_fail() throws Exception {
    String page = "<esi:include src=\"/name\" onerror=\"continue\"/>".repeat(17) + "!";
    try (TestFront front = front(page, "")) {
      assertThat(body(get(front, "/"))).isEqualTo("Ada".repeat(16) + "!");
      assertThat(asked).containsEntry("/name", 16);
    }
    try (TestFront front = front("<esi:include src=\"/name\"/>".repeat(17) + "!", "")) {
      assertThat(get(front, "/")).doesNotEndWith("!");
    }
  }

  /// 5 + 25 + 125 without a count.
  @Test
  void fragments_ofFragments_countForThePage() throws Exception {
    String page = "<esi:include src=\"/tree\" onerror=\"continue\"/>".repeat(5);
    for (String fields : List.of("", FRESH)) {
      asked.clear();
      try (TestFront front =
          front((request, out) -> {
            String path = request.get("PATH_INFO");
            asked.merge(path, 1, Integer::sum);
            reply(out, ESI + fields, path.equals("/") ? page : "x" + page);
          })) {
        assertThat(body(get(front, "/"))).isEqualTo("x".repeat(16));
        assertThat(body(get(front, "/"))).isEqualTo("x".repeat(16));
        assertThat(asked).containsEntry("/tree", fields.isEmpty() ? 32 : 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<esi:include src=\"/gate\" onerror=\"continue\"/>",
        "<esi:include src=\"/gate\" alt=\"/gate?2\" onerror=\"continue\"/>",
        "<esi:try><esi:attempt><esi:include src=\"/gate\"/></esi:attempt><esi:except><esi:include src=\"/gate?2\" onerror=\"continue\"/></esi:except></esi:try>",
        "<esi:include src=\"/nest\" onerror=\"continue\"/>",
      })
  void fragment_thatNeverComes_failsInTime(String page) throws Exception {
    try (TestFront front = impatient((_, out) -> reply(out, ESI, page + "!"))) {
      assertThat(body(get(front, "/"))).isEqualTo("!");
    }
  }

  @Test
  void fragment_thatNeverComesUnhandled_isNoWholePage() throws Exception {
    try (TestFront front =
        impatient((_, out) -> reply(out, ESI, "<esi:include src=\"/gate\"/>!"))) {
      assertThat(get(front, "/")).startsWith("HTTP/1.1 502");
    }
  }

  @Test
  void fragment_foundLate_hasTheSameTime() throws Exception {
    Semaphore isTimeOver = new Semaphore(0);
    String part = "<esi:include src=\"/gate\" onerror=\"continue\"/>!";
    try (TestFront front =
            impatient((_, out) -> {
              ScriptedApp.reply(
                  out, "HTTP/1.1 200 OK\n" + ESI + "Content-Length: " + 2 * part.length() + "\n\n");
              ScriptedApp.reply(out, part);
              isTimeOver.acquireUninterruptibly();
              ScriptedApp.reply(out, part);
            });
        Socket socket = front.connect()) {
      socket.getOutputStream().write("GET / HTTP/1.0\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
      while (socket.getInputStream().read() != '!') {}
      isTimeOver.release();
      assertThat(socket.getInputStream().readAllBytes()).containsExactly('!');
    }
  }

  @Test
  void page_behindASlowFragment_waitsAtItsSource() throws Exception {
    byte[] piece = "x".repeat(64 << 10).getBytes(ISO_8859_1);
    int pieces = 512;
    Semaphore sent = new Semaphore(0);
    ScriptedApp.Script script =
        (request, out) -> {
          if (request.get("PATH_INFO").equals("/")) {
            ScriptedApp.reply(out, "HTTP/1.0 200 OK\n" + ESI + "\n<esi:include src=\"/gate\"/>");
            for (int i = 0; i < pieces; i++) {
              out.write(piece);
              sent.release();
            }
            throw new EOFException("the end of the content");
          }
          gate.acquireUninterruptibly();
          reply(out, "", "Ada");
        };
    try (TestFront front =
        TestFront.assembling(
            directory, TestFront.FRAGMENTS, new ScriptedApp(directory, 4, script))) {
      try (Socket socket = front.connect()) {
        socket.getOutputStream().write("GET / HTTP/1.0\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
        // A machine that is slow for as long may let an error pass, and makes none.
        int count = 0;
        while (sent.tryAcquire(1, TimeUnit.SECONDS)) {
          count++;
        }
        assertThat(count).isLessThan(pieces / 2);
        gate.release();
        String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(body(answer)).startsWith("Adax").hasSize(3 + pieces * piece.length);
      }
    }
  }

  @Test
  void page_withATryThatIsTooLong_isGivenUp() throws Exception {
    String page = "<esi:try><esi:attempt>" + "x".repeat((int) TestFront.WATERMARK_BYTES);
    try (TestFront front = impatient((_, out) -> reply(out, ESI, page))) {
      assertThat(get(front, "/")).startsWith("HTTP/1.1 502");
    }
  }

  /// A front that waits a short time for fragments; all that are not scripted here never come.
  private TestFront impatient(ScriptedApp.Script page) throws Exception {
    FragmentConfig bounds = new FragmentConfig(true, 3, 16, 10_000, Duration.ofMillis(50));
    ScriptedApp.Script script =
        (request, out) -> {
          switch (request.get("PATH_INFO")) {
            case "/" -> page.answer(request, out);
            case "/nest" -> reply(out, ESI, "(<esi:include src=\"/gate\"/>)");
            default -> {
              gate.acquireUninterruptibly();
              throw new IOException("the test is over");
            }
          }
        };
    return TestFront.assembling(directory, bounds, new ScriptedApp(directory, 4, script));
  }

  private TestFront front(String page, String fields) throws Exception {
    return front((request, out) -> {
      String path = request.get("PATH_INFO");
      asked.merge(path, 1, Integer::sum);
      switch (path) {
        case "/" -> {
          assertThat(request.get("HTTP_SURROGATE_CAPABILITY")).isEqualTo("peregrine=\"ESI/1.0\"");
          reply(out, ESI + fields, page);
        }
        case "/name" -> reply(out, "", name(request.get("HTTP_COOKIE")));
        case "/outer" -> reply(out, ESI, "(<esi:include src=\"/name\"/>)");
        case "/deep" -> reply(out, ESI, "d<esi:include src=\"/deep\" onerror=\"continue\"/>");
        case "/large" -> reply(out, "", "x".repeat(10_001));
        case "/coded" -> reply(out, "Content-Encoding: br\n", "x");
        case "/wait" -> {
          both.countDown();
          try {
            both.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          reply(out, "", request.get("QUERY_STRING"));
        }
        default -> ScriptedApp.reply(out, "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n");
      }
    });
  }

  private TestFront plain(String page) throws Exception {
    return front((_, out) -> reply(out, "", page));
  }

  private TestFront front(ScriptedApp.Script script) throws Exception {
    Path own = Files.createTempDirectory(directory, "f");
    return TestFront.cached(own, 1, new ScriptedApp(own, 4, script), List.of());
  }

  private static String name(String cookie) {
    return cookie.startsWith("name=") ? cookie.substring(5) : "Ada";
  }

  private static void reply(OutputStream out, String fields, String body) throws IOException {
    ScriptedApp.reply(
        out,
        "HTTP/1.1 200 OK\nContent-Type: text/html\n"
            + fields
            + "Content-Length: "
            + body.length()
            + "\n\n"
            + body);
  }

  private static String get(TestFront front, String path) throws IOException {
    return get(front, path, "");
  }

  private static String get(TestFront front, String path, String fields) throws IOException {
    return ask(front, "GET " + path + " HTTP/1.0\nHost: x\n" + fields + "\n");
  }

  private static String ask(TestFront front, String request) throws IOException {
    try (Socket socket = front.connect()) {
      socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      StringBuilder answer = new StringBuilder();
      try {
        int octet = socket.getInputStream().read();
        while (octet >= 0) {
          answer.append((char) octet);
          octet = socket.getInputStream().read();
        }
      } catch (SocketException _) {
        // Broken off on purpose.
      }
      return answer.toString();
    }
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }
}
