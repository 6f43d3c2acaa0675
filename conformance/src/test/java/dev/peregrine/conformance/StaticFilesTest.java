package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files below `public/` win over the app; files that the app names are sent in its place.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StaticFilesTest {
  private static final String FINGERPRINT = "/assets/app-908e25f4bf641868d8683022a5b62f54.css";

  private Path app;
  private Peregrine server;

  @BeforeAll
  void start() throws IOException {
    app = Apps.copy("ruby/kitchen");
    Apps.write(app, "public/a.txt", "0123456789");
    Apps.write(app, "public/with space.txt", "space");
    Apps.write(app, "public/é.txt", "accent");
    Apps.write(app, "public/ledger", "a file in the way of a dish");
    Apps.write(app, "public/.hidden", "hidden");
    Apps.write(app, "public/.git/config", "hidden");
    Apps.write(app, "public/sub/index.html", "<p>index</p>");
    Apps.write(app, "public/page.html", "<p>page</p>");
    Apps.write(app, "public" + FINGERPRINT, "p{}");
    Apps.write(app, "public/style.css", "plain");
    Apps.write(app, "public/style.css.gz", "gzip");
    Apps.write(app, "public/style.css.br", "brotli");
    Apps.write(app, "secret.txt", "secret");
    Apps.write(app, "private/report.txt", "0123456789 report");
    Apps.write(app, "public/big.bin", "B".repeat(3_000_000));
    Apps.write(app, "public/news.bin", "a".repeat(100_000));
    Files.createSymbolicLink(app.resolve("public/out.txt"), app.resolve("secret.txt"));
    Files.createSymbolicLink(app.resolve("public/outdir"), Path.of("/etc"));
    Files.createSymbolicLink(app.resolve("public/in.txt"), Path.of("a.txt"));
    Files.createSymbolicLink(app.resolve("private/out.txt"), Path.of("/etc/passwd"));
    server =
        Peregrine.of(app)
            .workers(1)
            .option("thread_count", 4)
            .option("sendfile_roots", app.resolve("private"))
            .ready();
  }

  @AfterAll
  void stop() {
    server.close();
    Apps.delete(app);
  }

  private Answer get(String target, String... fields) {
    return server.exchange(Messages.get(target, fields));
  }

  @Test
  void file_underPublic_winsOverTheApp() {
    Answer answer = get("/ledger");

    assertThat(answer.text()).isEqualTo("a file in the way of a dish");
    assertThat(answer.has("etag")).isTrue();
    assertThat(answer.has("last-modified")).isTrue();
    assertThat(answer.field("content-length")).isEqualTo("27");
  }

  @Test
  void file_askedForWithPost_isTheApps() {
    assertThat(server.exchange(Messages.post("/ledger?id=static", "x")).text())
        .isEqualTo("noted\n");
  }

  @Test
  void head_ofAFile_hasItsFieldsAndNoContent() {
    try (RawConnection connection = server.connect()) {
      Answer head = connection.send(Messages.request("HEAD", "/a.txt") + "\r\n").answerTo("HEAD");

      assertThat(head.field("content-length")).isEqualTo("10");
      assertThat(connection.get("/a.txt").text()).isEqualTo("0123456789");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/with%20space.txt,space",
    "/%C3%A9.txt,accent",
    "/%61.txt,0123456789",
    "/in.txt,0123456789"
  })
  void file_namedWithEscapesOrLinkedWithin_isFound(String target, String content) {
    assertThat(get(target).text()).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/sub%2f..%2f..%2fsecret.txt",
        "/..\\secret.txt",
        "//secret.txt",
        "/.hidden",
        "/.git/config",
        "/sub/../.hidden",
        "/out.txt",
        "/outdir/passwd",
        "/a.txt%00.html",
        "/a.txt/"
      })
  void file_outsideHiddenOrLinkedOut_isNotServed(String target) {
    Answer answer = get(target);

    // A path of no segments but empty ones is the app's root.
    if (!answer.text().equals("hello\n")) {
      assertThat(answer.status()).as(answer.toString()).isIn(400, 403, 404);
    }
    assertThat(answer.text())
        .doesNotContain("secret\n")
        .doesNotContain("root:")
        .doesNotContain("0123");
    assertThat(answer.text()).isNotEqualTo("hidden").isNotEqualTo("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "/a.txt,text/plain",
    "/style.css,text/css",
    "/page.html,text/html",
    "/big.bin,application/octet-stream"
  })
  void file_ofAKnownKind_hasItsMediaType(String target, String type) {
    assertThat(get(target).field("content-type")).startsWith(type);
  }

  @Test
  void file_validatedByItsTag_is304() {
    String tag = get("/a.txt").field("etag");
    Answer answer = get("/a.txt", "If-None-Match: \"other\", " + tag);

    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.field("etag")).isEqualTo(tag);
    assertThat(get("/a.txt", "If-None-Match: \"other\"").status()).isEqualTo(200);
    assertThat(get("/a.txt", "If-Match: \"other\"").status()).isEqualTo(412);
  }

  @Test
  void file_validatedByItsDate_is304() {
    String date = get("/a.txt").field("last-modified");

    assertThat(get("/a.txt", "If-Modified-Since: " + date).status()).isEqualTo(304);
    assertThat(get("/a.txt", "If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT").status())
        .isEqualTo(412);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-3,0123,bytes 0-3/10",
    "bytes=7-,789,bytes 7-9/10",
    "bytes=-2,89,bytes 8-9/10",
    "bytes=5-100,56789,bytes 5-9/10"
  })
  void range_single_isPartialContent(String range, String content, String contentRange) {
    Answer answer = get("/a.txt", "Range: " + range);

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.text()).isEqualTo(content);
    assertThat(answer.field("content-range")).isEqualTo(contentRange);
  }

  @Test
  void range_several_isMultipart() {
    Answer answer = get("/big.bin", "Range: bytes=0-1,100-102");

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.field("content-type")).startsWith("multipart/byteranges");
    assertThat(answer.text())
        .contains("bytes 0-1/3000000")
        .contains("bytes 100-102/3000000")
        .contains("BBB");
  }

  @Test
  void range_unsatisfiable_is416() {
    Answer answer = get("/a.txt", "Range: bytes=20-30");

    assertThat(answer.status()).isEqualTo(416);
    assertThat(answer.field("content-range")).isEqualTo("bytes */10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lines=0-1", "bytes=0-,0-,0-,0-,0-", "bytes=a-b", "bytes=3-1"})
  void range_abusiveOrUnknown_getsTheWhole(String range) {
    Answer answer = get("/a.txt", "Range: " + range);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("0123456789");
  }

  @Test
  void range_withChangedValidator_getsTheWhole() {
    assertThat(get("/a.txt", "Range: bytes=0-1", "If-Range: \"other\"").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "'gzip, br',br,brotli",
    "gzip,gzip,gzip",
    "'br;q=0, gzip',gzip,gzip",
    "'br;q=0.1, gzip;q=0.9',gzip,gzip"
  })
  void file_withCompressedSibling_isSentCompressed(String accepts, String coding, String content) {
    Answer answer = get("/style.css", "Accept-Encoding: " + accepts);

    assertThat(answer.field("content-encoding")).isEqualTo(coding);
    assertThat(answer.text()).isEqualTo(content);
    assertThat(answer.field("vary")).containsIgnoringCase("accept-encoding");
    assertThat(answer.field("content-type")).startsWith("text/css");
  }

  @Test
  void file_withCompressedSiblingNobodyAskedFor_isSentPlain() {
    Answer answer = get("/style.css");

    assertThat(answer.has("content-encoding")).isFalse();
    assertThat(answer.text()).isEqualTo("plain");
    assertThat(answer.field("vary")).containsIgnoringCase("accept-encoding");
  }

  @Test
  void file_withFingerprintInItsName_expiresFarAhead() {
    assertThat(get(FINGERPRINT).field("cache-control")).contains("max-age=31536000");
    assertThat(get("/a.txt").first("cache-control").orElse("")).doesNotContain("max-age=31536000");
  }

  @Test
  void file_big_arrivesWholeOnAKeptConnection() {
    try (RawConnection connection = server.connect()) {
      assertThat(connection.get("/big.bin").content()).hasSize(3_000_000);
      assertThat(connection.get("/").text()).isEqualTo("hello\n");
    }
  }

  @Test
  void files_sentOrLeftHalfWay_areClosed() {
    for (int i = 0; i < 20; i++) {
      assertThat(get("/big.bin").content()).hasSize(3_000_000);
      try (RawConnection connection = server.connect()) {
        connection.send(Messages.get("/big.bin"));
      }
    }

    Await.until(
        "no descriptor of a sent file",
        () -> Procs.openFiles(server.pid()).noneMatch(name -> name.endsWith("/big.bin")));
  }

  @Test
  void file_bigAndChangedAtOnce_isNeverSentUnderTheOldTag() throws IOException {
    Path file = app.resolve("public/news.bin");
    Answer old = get("/news.bin");
    Files.writeString(file, "b".repeat(100_000));
    Answer replaced = get("/news.bin", "If-None-Match: " + old.field("etag"));
    Files.writeString(file, "c".repeat(200_000));
    Answer longer = get("/news.bin");
    Files.delete(file);

    assertThat(old.text()).startsWith("aaa");
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.text()).startsWith("bbb");
    assertThat(longer.content()).hasSize(200_000);
    assertThat(get("/news.bin").status()).isEqualTo(404);
  }

  @Test
  void files_pipelined_comeInOrder() {
    try (RawConnection connection = server.connect()) {
      connection.send(Messages.get("/big.bin") + Messages.get("/a.txt") + Messages.get("/"));

      assertThat(connection.answer().content()).hasSize(3_000_000);
      assertThat(connection.answer().text()).isEqualTo("0123456789");
      assertThat(connection.answer().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void xSendfile_withinItsRoots_sendsTheFile() {
    Answer answer = get("/sendfile?by=X-Sendfile&path=" + app.resolve("private/report.txt"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("0123456789 report");
    assertThat(answer.has("x-sendfile")).isFalse();
  }

  @Test
  void xSendfile_withARange_sendsThePart() {
    String target = "/sendfile?by=X-Sendfile&path=" + app.resolve("private/report.txt");

    assertThat(get(target, "Range: bytes=0-3").text()).isEqualTo("0123");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "private/../secret.txt", "private/out.txt", "secret.txt"})
  void xSendfile_outsideItsRoots_sendsNothingOfTheFile(String path) {
    Answer answer = get("/sendfile?by=X-Sendfile&path=" + app.resolve(path));

    assertThat(answer.status()).as(answer.toString()).isIn(403, 404, 500, 502);
    assertThat(answer.text()).doesNotContain("root:").doesNotContain("secret\n");
    assertThat(answer.has("x-sendfile")).isFalse();
  }

  @Test
  void xAccelRedirect_withinItsRoots_sendsTheFile() {
    Answer byName = get("/sendfile?by=X-Accel-Redirect&path=/report.txt");

    assertThat(byName.text()).isEqualTo("0123456789 report");
    assertThat(byName.has("x-accel-redirect")).isFalse();
  }
}
