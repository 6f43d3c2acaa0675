package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Responses in br, zstd and gzip, decoded by the tools that everybody has.
class CompressionTest {
  private static final String HOUR = "Cache-Control: max-age=3600";
  private static final String HTML = "Content-Type: text/html";
  private static final String PAGE =
      IntStream.range(0, 400)
          .mapToObj(i -> "<p>paragraph number " + i * 7919 + " of the page</p>\n")
          .collect(Collectors.joining());

  @AutoClose private static ScriptedServer app = ScriptedServer.raw();

  private static String decoded(Answer answer) {
    String coding = answer.first("Content-Encoding").orElse("identity");
    try {
      return switch (coding) {
        case "identity" -> answer.text();
        case "gzip" ->
            new String(
                new GZIPInputStream(new ByteArrayInputStream(answer.content())).readAllBytes(),
                StandardCharsets.UTF_8);
        case "br" -> decodedBy("brotli", answer.content());
        case "zstd" -> decodedBy("zstd", answer.content());
        default -> throw new AssertionError("coding " + coding);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String decodedBy(String tool, byte[] content) throws IOException {
    Path coded = Files.write(Files.createTempFile("conform", ".coded"), content);
    Commands.Outcome outcome = Commands.run(tool, "-d", "-c", coded.toString());
    Files.delete(coded);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return outcome.output();
  }

  private static boolean variesByCoding(Answer answer) {
    return answer.all("Vary").stream()
        .anyMatch(vary -> vary.toLowerCase(Locale.ROOT).contains("accept-encoding"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | gzip",
        "br | br",
        "zstd | zstd",
        "gzip;q=0.9, br;q=0.1 | gzip",
        "zstd;q=0, br;q=0.5, gzip;q=0.4 | br",
        "GZIP | gzip",
        "x-gzip | gzip",
        "identity | identity",
        "gzip;q=0 | identity",
        "deflate | identity",
        "identity;q=1, gzip;q=0.5 | identity"
      })
  void response_uncached_isInTheCodingThatTheClientPrefers(String accepted, String coding) {
    app.answer("plain", Reply.ok(HTML).content(PAGE));

    Answer answer = app.get("plain/", "Accept-Encoding: " + accepted);

    assertThat(answer.first("Content-Encoding").orElse("identity")).isEqualTo(coding);
    assertThat(decoded(answer)).isEqualTo(PAGE);
    assertThat(variesByCoding(answer)).isTrue();
    assertThat(answer.content().length)
        .matches(length -> coding.equals("identity") || length < PAGE.length() / 2);
  }

  @Test
  void response_toAClientThatAcceptsNothing_isAsItIs() {
    app.answer("bare", Reply.ok(HTML).content(PAGE));

    Answer answer = app.get("bare/");

    assertThat(answer.has("Content-Encoding")).isFalse();
    assertThat(answer.text()).isEqualTo(PAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: no-transform",
        "Content-Encoding: foo",
        "Content-Type: image/png",
        "Content-Type: application/zip",
        "Content-Range: bytes 0-1/2"
      })
  void response_thatMustNotBeTouched_isNot(String field) {
    String script = "untouched-" + Integer.toHexString(field.hashCode());
    Reply reply =
        field.startsWith("Content-Type")
            ? Reply.ok(field)
            : Reply.of(field.startsWith("Content-Range") ? 206 : 200, HTML, field);
    app.answer(script, reply.content(PAGE));

    Answer answer = app.get(script + "/", "Accept-Encoding: br, gzip, zstd");

    assertThat(answer.text()).isEqualTo(PAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "gzip"})
  void response_stored_isSoonServedInEachCoding(String coding) {
    String script = "stored-" + coding;
    app.answer(script, Reply.ok(HTML, HOUR, "ETag: \"e\"").content(PAGE));
    app.get(script + "/", "Accept-Encoding: " + coding);
    Answer[] hit = new Answer[1];
    Await.until(
        "stored in " + coding,
        () -> {
          hit[0] = app.get(script + "/", "Accept-Encoding: " + coding);
          assertThat(decoded(hit[0])).isEqualTo(PAGE);
          return hit[0].first("Content-Encoding").filter(coding::equals).isPresent()
              && hit[0].has("Content-Length");
        });
    Answer identity = app.get(script + "/");

    assertThat(identity.text()).isEqualTo(PAGE);
    assertThat(hit[0].has("Age")).isTrue();
    assertThat(variesByCoding(hit[0]) && variesByCoding(identity)).isTrue();
    assertThat(hit[0].field("ETag")).isNotEqualTo(identity.field("ETag"));
    assertThat(app.count(script)).isEqualTo(1);
  }

  @Test
  void entityTags_ofAllCodings_differAndEachIsAnsweredNotModified() {
    app.answer("tags", Reply.ok(HTML, HOUR, "ETag: \"e\"").content(PAGE));
    app.get("tags/");
    Set<String> tags = new HashSet<>();
    for (String coding : new String[] {"br", "zstd", "gzip", "identity"}) {
      String accepts = "Accept-Encoding: " + coding;
      Await.until(
          "stored in " + coding,
          () ->
              app.get("tags/", accepts)
                  .first("Content-Encoding")
                  .orElse("identity")
                  .equals(coding));
      String tag = app.get("tags/", accepts).field("ETag");
      Answer same = app.get("tags/", accepts, "If-None-Match: " + tag);

      assertThat(tags.add(tag)).as("a tag of its own: " + tag).isTrue();
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.field("ETag")).isEqualTo(tag);
    }
    assertThat(app.count("tags")).isEqualTo(1);
  }

  @Test
  void range_ofAStoredResponse_isOfTheRepresentationThatItNames() {
    app.answer("ranged", Reply.ok(HTML, HOUR, "ETag: \"e\"").content(PAGE));
    String accepts = "Accept-Encoding: gzip";
    app.get("ranged/", accepts);
    awaitStoredInGzip("ranged/");
    Answer whole = app.get("ranged/", accepts);
    Answer part = app.get("ranged/", accepts, "Range: bytes=0-99");

    assertThat(part.status()).isIn(200, 206);
    if (part.status() == 206) {
      byte[] of =
          part.has("Content-Encoding") ? whole.content() : PAGE.getBytes(StandardCharsets.US_ASCII);
      assertThat(part.content()).isEqualTo(Arrays.copyOf(of, 100));
      assertThat(part.field("Content-Range")).endsWith("/" + of.length);
    } else {
      assertThat(decoded(part)).isEqualTo(PAGE);
    }
  }

  private static void awaitStoredInGzip(String path) {
    Await.until(
        "stored in gzip",
        () -> {
          Answer hit = app.get(path, "Accept-Encoding: gzip");
          return hit.has("Content-Encoding") && hit.has("Content-Length");
        });
  }

  @Test
  void head_hasTheFieldsOfTheGet() {
    app.answer("head", Reply.ok(HTML, HOUR).content(PAGE));
    String accepts = "Accept-Encoding: gzip";
    app.get("head/", accepts);
    awaitStoredInGzip("head/");
    Answer get = app.get("head/", accepts);
    try (RawConnection connection = app.connect()) {
      Answer head =
          connection.send(Messages.request("HEAD", "/head/", accepts) + "\r\n").answerTo("HEAD");

      for (String name : new String[] {"Content-Encoding", "Content-Length", "Vary"}) {
        assertThat(head.all(name)).isEqualTo(get.all(name));
      }
    }
  }

  @Test
  void appThatCodesItself_isLeftToDoSo() {
    String vary = "Vary: Accept-Encoding";
    Reply coded = Reply.ok(HTML, HOUR, vary, "Content-Encoding: foo").content("coded by the app");
    app.answer("own", coded, Reply.ok(HTML, HOUR, vary).content(PAGE));

    app.get("own/", "Accept-Encoding: foo");
    app.get("own/");

    Answer foo = app.get("own/", "Accept-Encoding: foo");
    assertThat(foo.text()).isEqualTo("coded by the app");
    assertThat(foo.field("Content-Encoding")).isEqualTo("foo");
    assertThat(app.get("own/").text()).isEqualTo(PAGE);
  }

  @Test
  void eventStream_compressed_comesEventByEvent() throws DataFormatException {
    Path gate = app.gate("events");
    String content = "data: first\n\n" + "data: second\n\n";
    String[] fields = {"Content-Type: text/event-stream", "Cache-Control: no-cache"};
    app.answer("events", Reply.ok(fields).content(content).begunBehind(gate, 13));
    try (RawConnection connection = app.connect()) {
      Answer head = connection.send(Messages.get("/events/", "Accept-Encoding: gzip")).head();
      String first =
          head.has("Content-Encoding")
              ? inflatedFrom(connection)
              : new String(connection.bytes(13), StandardCharsets.US_ASCII);

      assertThat(first).isEqualTo("data: first\n\n");
      ScriptedServer.open(gate);
    }
  }

  private static String inflatedFrom(RawConnection connection) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    byte[] text = new byte[100];
    int headLeft = 10;
    int length = 0;
    while (length < 13) {
      byte[] chunk = connection.chunk();
      assertThat(chunk).isNotEmpty();
      int skipped = Math.min(headLeft, chunk.length);
      headLeft -= skipped;
      inflater.setInput(chunk, skipped, chunk.length - skipped);
      length += inflater.inflate(text, length, text.length - length);
    }
    inflater.end();
    return new String(text, 0, length, StandardCharsets.US_ASCII);
  }
}
