package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compression of what real apps answer.
class CompressedResponsesTest {
  private static final String TEXT = "words ".repeat(1000);

  enum TinyApp {
    RUBY(
        "config.ru",
        """
        run(lambda { |_| [200, { "content-type" => "text/plain", "etag" => '"v1"' }, ["words " * 1000]] })
        """),
    PYTHON(
        "wsgi.py",
        """
        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain"), ("ETag", '"v1"')])
            return [b"words " * 1000]
        """),
    NODE(
        "app.js",
        """
        require("node:http").createServer((request, response) => {
          response.setHeader("Content-Type", "text/plain");
          response.setHeader("ETag", '"v1"');
          response.end("words ".repeat(1000));
        }).listen(3000);
        """);

    final String file;
    final String code;

    TinyApp(String file, String code) {
      this.file = file;
      this.code = code;
    }

    Path app() {
      return Apps.of(file, code);
    }
  }

  @ParameterizedTest
  @EnumSource
  void response_ofAnApp_isCodedAsTheClientAccepts(TinyApp tiny) throws IOException {
    try (Peregrine server = Peregrine.of(tiny.app()).workers(1).ready()) {
      Answer plain = get(server, "");
      Answer coded = get(server, "Accept-Encoding: gzip\r\n");

      assertThat(plain.text()).isEqualTo(TEXT);
      assertThat(plain.field("Vary")).isEqualTo("Accept-Encoding");
      assertThat(plain.field("ETag")).isEqualTo("\"v1\"");
      assertThat(coded.field("Content-Encoding")).isEqualTo("gzip");
      assertThat(coded.field("ETag")).isEqualTo("\"v1~gzip\"");
      assertThat(decoded(coded)).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void response_withCompressionOff_isPlain(TinyApp tiny) {
    try (Peregrine server =
        Peregrine.of(tiny.app()).workers(1).option("compression", false).ready()) {
      Answer answer = get(server, "Accept-Encoding: gzip, br, zstd\r\n");

      assertThat(answer.text()).isEqualTo(TEXT);
      assertThat(answer.has("Vary")).isFalse();
    }
  }

  /// The other codings are at hand once their libraries are loaded.
  @ParameterizedTest
  @EnumSource(names = "RUBY")
  void codings_ofTheProduct_areAllThere(TinyApp tiny) {
    try (Peregrine server = Peregrine.of(tiny.app()).workers(1).ready()) {
      for (String coding : new String[] {"zstd", "br"}) {
        Await.until(
            "a response coded with " + coding,
            () ->
                get(server, "Accept-Encoding: " + coding + "\r\n")
                    .first("Content-Encoding")
                    .filter(coding::equals)
                    .isPresent());
      }
      assertThat(server.output()).doesNotContain("compression.unavailable");
    }
  }

  @ParameterizedTest
  @EnumSource(names = "PYTHON")
  void codings_whoseLibrariesAreMissing_giveWayToGzip(TinyApp tiny) throws IOException {
    try (Peregrine server =
        Peregrine.of(tiny.app())
            .workers(1)
            .variable(
                "PEREGRINE_JAVA_OPTIONS",
                "-Dbrotli4j.library.path=/nowhere/libbrotli.so"
                    + " -DZstdNativePath=/nowhere/libzstd-jni.so")
            .ready()) {
      assertThat(decoded(get(server, "Accept-Encoding: br, zstd, gzip;q=0.5\r\n"))).isEqualTo(TEXT);
      for (String coding : List.of("br", "zstd")) {
        String line = "compression.unavailable coding=" + coding;
        Await.until(line, () -> server.output().contains(line));
      }

      Answer coded = get(server, "Accept-Encoding: br, zstd, gzip;q=0.5\r\n");
      Answer plain = get(server, "Accept-Encoding: br, zstd\r\n");

      assertThat(coded.field("Content-Encoding")).isEqualTo("gzip");
      assertThat(decoded(coded)).isEqualTo(TEXT);
      assertThat(plain.has("Content-Encoding")).isFalse();
      assertThat(plain.text()).isEqualTo(TEXT);
      assertThat(server.output())
          .containsOnlyOnce("compression.unavailable coding=br")
          .containsOnlyOnce("compression.unavailable coding=zstd")
          .doesNotContain("compression.failed");
    }
  }

  private static Answer get(Peregrine server, String fields) {
    return server.exchange("GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
  }

  private static String decoded(Answer answer) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(answer.content()))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
