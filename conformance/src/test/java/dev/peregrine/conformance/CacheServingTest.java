package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers from the cache as HTTP messages: framing, persistence, pipelining, ranges, conditions
/// and the fields that Peregrine adds.
class CacheServingTest {
  private static final String HOUR = "Cache-Control: max-age=3600";
  private static final String DIGITS = "0123456789";

  @AutoClose private static ScriptedServer app;

  @BeforeAll
  static void start() {
    app =
        ScriptedServer.raw(setup ->
            setup
                .option("vary_turbocache_by_cookie", "level,lang")
                .option("turbocache_bypass_cookie", "session"));
    app.answer("digits", Reply.ok(HOUR, "ETag: \"d\"", "X-Kept: yes").content(DIGITS));
    app.get("digits/");
  }

  private static String digits(String method, String... fields) {
    return Messages.request(method, "/digits/", fields) + "\r\n";
  }

  @Test
  void answers_ofAllKinds_followEachOtherOnOneConnection() {
    int asked = app.count("digits");
    try (RawConnection connection = app.connect()) {
      for (int round = 0; round < 3; round++) {
        assertThat(connection.send(digits("GET")).answer().text()).isEqualTo(DIGITS);
        Answer head = connection.send(digits("HEAD")).answerTo("HEAD");
        assertThat(head.field("Content-Length")).isEqualTo("10");
        Answer same = connection.send(digits("GET", "If-None-Match: \"d\"")).answer();
        assertThat(same.status()).isEqualTo(304);
        Answer part = connection.send(digits("GET", "Range: bytes=2-4")).answer();
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("234");
        Answer beyond = connection.send(digits("GET", "Range: bytes=20-")).answer();
        assertThat(beyond.status()).isEqualTo(416);
        // RFC 9111 §4.3.2: If-Match is none of a cache's business.
        Answer match = connection.send(digits("GET", "If-Match: \"other\"")).answer();
        assertThat(match.status()).isEqualTo(200);
      }
    }
    assertThat(app.count("digits")).isEqualTo(asked);
  }

  @Test
  void requests_pipelined_areAnsweredInTheirOrder() {
    app.answer("pipe", Reply.ok(HOUR), Reply.ok("Cache-Control: no-store"));
    app.get("pipe/");
    String mixed =
        Messages.get("/pipe/")
            + digits("HEAD")
            + Messages.get("/pipe/other")
            + digits("GET", "Range: bytes=0-0")
            + Messages.get("/pipe/")
            + Messages.get("/pipe/other");
    try (RawConnection connection = app.connect().send(mixed)) {
      assertThat(connection.answer().text()).isEqualTo("response 1 of pipe");
      assertThat(connection.answerTo("HEAD").field("Content-Length")).isEqualTo("10");
      assertThat(connection.answer().text()).isEqualTo("response 2 of pipe");
      assertThat(connection.answer().text()).isEqualTo("0");
      assertThat(connection.answer().text()).isEqualTo("response 1 of pipe");
      assertThat(connection.answer().text()).isEqualTo("response 3 of pipe");
    }
  }

  @Test
  void manyHits_pipelined_areAllAnswered() {
    String many =
        IntStream.range(0, 500).mapToObj(_ -> digits("GET")).collect(Collectors.joining());
    try (RawConnection connection = app.connect().send(many)) {
      for (int i = 0; i < 500; i++) {
        assertThat(connection.answer().text()).isEqualTo(DIGITS);
      }
    }
  }

  @Test
  void request_inSmallPieces_isAnsweredFromTheCache() {
    int asked = app.count("digits");
    try (RawConnection connection = app.connect()) {
      for (char character : digits("GET").toCharArray()) {
        connection.send(String.valueOf(character));
      }
      assertThat(connection.answer().text()).isEqualTo(DIGITS);
    }
    assertThat(app.count("digits")).isEqualTo(asked);
  }

  @Test
  void clientOfHttp10_getsAHitItUnderstands() {
    try (RawConnection connection = app.connect()) {
      Answer answer = connection.send("GET /digits/ HTTP/1.0\r\nHost: localhost\r\n\r\n").answer();

      assertThat(answer.text()).isEqualTo(DIGITS);
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void connection_askedToClose_closesAfterAHit() {
    try (RawConnection connection = app.connect()) {
      Answer answer = connection.send(digits("GET", "Connection: close")).answer();

      assertThat(answer.text()).isEqualTo(DIGITS);
      assertThat(answer.isClosing()).isTrue();
      assertThat(connection.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void ranges_several_areOneMultipartAnswer() {
    app.answer("long", Reply.ok(HOUR).content(DIGITS.repeat(1000)));
    app.get("long/");
    Answer answer = app.get("long/", "Range: bytes=0-1,8008-8009");

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.field("Content-Type")).startsWith("multipart/byteranges; boundary=");
    assertThat(answer.text())
        .contains("Content-Range: bytes 0-1/10000\r\n\r\n01\r\n")
        .contains("Content-Range: bytes 8008-8009/10000\r\n\r\n89\r\n");
  }

  @Test
  void ifRange_decidesBetweenPartAndWhole() {
    // RFC 9110 §13.1.5
    assertThat(app.exchange(digits("GET", "Range: bytes=0-1", "If-Range: \"d\"")).status())
        .isEqualTo(206);
    assertThat(app.exchange(digits("GET", "Range: bytes=0-1", "If-Range: \"x\"")).status())
        .isEqualTo(200);
    assertThat(app.exchange(digits("GET", "Range: bytes=0-1", "If-Range: W/\"d\"")).status())
        .isEqualTo(200);
  }

  @Test
  void notModified_hasTheFieldsOfTheWhole() {
    // RFC 9110 §15.4.5
    Answer answer = app.exchange(digits("GET", "If-None-Match: \"d\""));

    assertThat(answer.field("ETag")).isEqualTo("\"d\"");
    assertThat(answer.field("Cache-Control")).isEqualTo("max-age=3600");
    assertThat(answer.has("Date")).isTrue();
    assertThat(answer.content()).isEmpty();
  }

  @Test
  void hit_saysSo() {
    // RFC 9211 §2.1, RFC 9111 §5.1
    Answer answer = app.exchange(digits("GET"));

    assertThat(answer.field("Cache-Status")).matches("Peregrine; ?hit(; ?ttl=\\d+)?");
    assertThat(answer.all("Age")).hasSize(1);
    assertThat(Long.parseLong(answer.field("Age"))).isNotNegative();
    assertThat(answer.all("Date")).hasSize(1);
    assertThat(answer.all("Content-Length")).containsExactly("10");
  }

  @Test
  void miss_saysWhy() {
    app.answer("missed", Reply.ok(HOUR)).answer("never", Reply.ok());

    Answer first = app.get("missed/");
    Answer never = app.get("never/");
    Answer post = app.exchange(Messages.post("/never/", "x"));

    assertThat(first.field("Cache-Status")).contains("fwd=uri-miss").contains("stored");
    assertThat(never.field("Cache-Status")).contains("fwd=").doesNotContain("stored");
    assertThat(post.field("Cache-Status")).contains("fwd=method");
  }

  @Test
  void requestIds_ofHits_areOfEachItsOwn() {
    app.answer("ids", Reply.ok(HOUR));
    app.get("ids/");

    List<String> ids =
        IntStream.range(0, 3)
            .mapToObj(_ -> app.get("ids/").all("X-Request-Id").toString())
            .toList();

    assertThat(ids).allMatch(id -> id.equals("[]") || ids.stream().distinct().count() == 3);
  }

  @Test
  void responseInChunks_isStoredAndGivenWithItsLength() {
    app.answer(
        "chunked",
        Reply.raw(
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"));

    assertThat(app.get("chunked/").text()).isEqualTo("abcdef");
    Answer hit = app.get("chunked/");

    assertThat(hit.text()).isEqualTo("abcdef");
    assertThat(hit.field("Content-Length")).isEqualTo("6");
    assertThat(hit.has("Transfer-Encoding")).isFalse();
    assertThat(app.count("chunked")).isEqualTo(1);
  }

  @Test
  void responseWithoutContent_isStored() {
    app.answer("empty", Reply.ok(HOUR).content(""));
    app.get("empty/");
    try (RawConnection connection = app.connect()) {
      assertThat(connection.get("/empty/").content()).isEmpty();
      assertThat(connection.get("/digits/").text()).isEqualTo(DIGITS);
    }
    assertThat(app.count("empty")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 65_536, 200_000, 1_000_000})
  void content_ofAnySize_comesBackWhole(int size) {
    String script = "size-" + size;
    app.answer(script, Reply.ok(HOUR).content("z".repeat(size)));
    app.get(script + "/");

    for (Answer answer : app.crowd(5, script + "/")) {
      assertThat(answer.text()).isEqualTo("z".repeat(size));
    }
    assertThat(app.count(script)).isEqualTo(1);
  }

  @Test
  void content_overTheLimitOfAnEntry_isServedAndNotStored() {
    app.answer("large", Reply.ok(HOUR).content("z".repeat(1_200_000)));

    assertThat(app.get("large/").content()).hasSize(1_200_000);
    assertThat(app.get("large/").content()).hasSize(1_200_000);
    assertThat(app.count("large")).isEqualTo(2);
  }

  @Test
  void slowReader_ofAHit_getsAllOfIt() {
    app.answer("sipped", Reply.ok(HOUR).content("z".repeat(1_000_000)));
    app.get("sipped/");
    try (RawConnection slow = RawConnection.toWithSmallWindow(app.server().port())) {
      slow.send(Messages.get("/sipped/"));
      assertThat(app.get("digits/").text()).isEqualTo(DIGITS);
      assertThat(slow.answer().content()).hasSize(1_000_000);
    }
  }

  @Test
  void cookies_namedForTheKey_areAllOfThemThatCounts() {
    app.answer("levels", Reply.ok(HOUR));
    String path = "levels/";

    assertThat(app.get(path, "Cookie: level=1; other=a").text()).startsWith("response 1");
    assertThat(app.get(path, "Cookie: x=y; level=1").text()).startsWith("response 1");
    assertThat(app.get(path, "Cookie: level=2").text()).startsWith("response 2");
    assertThat(app.get(path).text()).startsWith("response 3");
    assertThat(app.get(path, "Cookie: other=b").text()).startsWith("response 3");
    assertThat(app.get(path, "Cookie: level=1; lang=de").text()).startsWith("response 4");
    assertThat(app.get(path, "Cookie: lang=de; level=1").text()).startsWith("response 4");
    assertThat(app.get(path, "Cookie: xlevel=1").text()).startsWith("response 3");
  }

  @Test
  void cookie_thatBypasses_isAskedOfTheAppAndNeverStored() {
    app.answer("session", Reply.ok(HOUR));

    assertThat(app.get("session/", "Cookie: session=a").text()).startsWith("response 1");
    assertThat(app.get("session/").text()).startsWith("response 2");
    assertThat(app.get("session/", "Cookie: session=a").text()).startsWith("response 3");
    assertThat(app.get("session/").text()).startsWith("response 2");
  }

  @Test
  void variants_moreThanTheLimit_neverMixUp() {
    app.answer("crowded", Reply.ok(HOUR, "Vary: Foo"));
    for (int i = 0; i < 100; i++) {
      app.get("crowded/", "Foo: " + i);
    }
    for (int i = 0; i < 100; i++) {
      String first = app.get("crowded/", "Foo: " + i).text();
      assertThat(first).isNotEqualTo(app.get("crowded/", "Foo: other-" + i).text());
    }
  }

  @Test
  void fileSentForTheApp_isReadAnewEachTime() throws IOException {
    Path directory = Apps.empty();
    Path file = Files.writeString(directory.resolve("report.txt"), "first");
    try (ScriptedServer own =
        ScriptedServer.raw(setup -> setup.option("sendfile_roots", directory))) {
      own.answer("file", Reply.ok(HOUR, "X-Sendfile: " + file));
      assertThat(own.get("file/").text()).isEqualTo("first");
      Files.writeString(file, "second one");

      assertThat(own.get("file/").text()).isEqualTo("second one");
    }
  }

  @Test
  void serverTurnedOff_storesNothing() {
    try (ScriptedServer off = ScriptedServer.raw(setup -> setup.option("turbocache", false))) {
      off.answer("off", Reply.ok(HOUR));

      assertThat(off.get("off/").text()).isEqualTo("response 1 of off");
      assertThat(off.get("off/").text()).isEqualTo("response 2 of off");
    }
  }
}
