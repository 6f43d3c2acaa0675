package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
  // RFC 9239 §6 for JavaScript; the registry of IANA for the others
  @ParameterizedTest
  @CsvSource({
    "index.html, text/html",
    "a/b/app.min.js, text/javascript",
    "STYLE.CSS, text/css",
    "logo.svg, image/svg+xml",
    "font.woff2, font/woff2",
    "app.wasm, application/wasm",
    "archive.tar.gz, application/gzip",
    "noextension, application/octet-stream",
    "a.b/noextension, application/octet-stream",
    "trailing., application/octet-stream",
    "x.unheard, application/octet-stream"
  })
  void of_fileName_isByExtension(String name, String type) {
    assertThat(MediaTypes.of(name)).isEqualTo(type);
  }
}
