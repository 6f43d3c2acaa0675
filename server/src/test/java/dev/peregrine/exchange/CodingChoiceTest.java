package dev.peregrine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.exchange.CodingChoice.Negotiated;
import dev.peregrine.exchange.CodingChoice.Untouched;
import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.Heads;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodingChoiceTest {
  private static final CompressionConfig ON = new CompressionConfig(true, 1000);
  private static final String HTML = "Content-Type: text/html; charset=utf-8";

  @Test
  void of_compressibleContent_isTheBestCodingThatIsAccepted() {
    assertThat(chosen("Accept-Encoding: gzip, br", HTML)).isEqualTo(coded(ContentCoding.BR));
    assertThat(chosen("Accept-Encoding: gzip", HTML)).isEqualTo(coded(ContentCoding.GZIP));
  }

  @Test
  void of_clientThatAcceptsNone_isIdentityAndNegotiated() {
    assertThat(chosen("X: y", HTML)).isEqualTo(coded(ContentCoding.IDENTITY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "application/wasm",
        "font/ttf",
        "TEXT/CSS"
      })
  void of_typeThatGetsSmaller_isCoded(String type) {
    assertThat(chosen("Accept-Encoding: br", "Content-Type: " + type))
        .isEqualTo(coded(ContentCoding.BR));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"image/png", "application/zip", "font/woff2", "text/event-stream", "video/mp4"})
  void of_typeThatDoesNot_isUntouched(String type) {
    assertThat(chosen("Accept-Encoding: br", "Content-Type: " + type))
        .isInstanceOf(Untouched.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Encoding: gzip",
        "Content-Encoding: identity",
        // RFC 9111 §5.2.2.6
        "Cache-Control: max-age=5, No-Transform",
        "Content-Range: bytes 0-1/2",
        // RFC 9530 §2, §3
        "Content-Digest: sha-256=:AAAA:",
        "Repr-Digest: sha-256=:AAAA:",
        "Digest: sha-256=AAAA",
        "Content-MD5: AAAA"
      })
  void of_fieldThatSpeaksAgainst_isUntouched(String line) {
    assertThat(chosen("Accept-Encoding: br", HTML + "\n" + line)).isInstanceOf(Untouched.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 205, 206, 304})
  void of_statusWithoutWholeContent_isUntouched(int status) {
    assertThat(of(ON, "Accept-Encoding: br", status, HTML)).isInstanceOf(Untouched.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 404, 500})
  void of_statusWithContent_isCoded(int status) {
    assertThat(of(ON, "Accept-Encoding: br", status, HTML)).isEqualTo(coded(ContentCoding.BR));
  }

  @Test
  void of_contentOfLeastLength_isCoded() {
    assertThat(of(ON, "Accept-Encoding: br", 200, HTML, 1000)).isEqualTo(coded(ContentCoding.BR));
    assertThat(of(ON, "Accept-Encoding: br", 200, HTML, 999)).isInstanceOf(Untouched.class);
  }

  @Test
  void of_switchedOff_isUntouched() {
    assertThat(of(new CompressionConfig(false, 0), "Accept-Encoding: br", 200, HTML))
        .isInstanceOf(Untouched.class);
  }

  @Test
  void of_clientThatRefusesIdentity_isCodedWhateverTheType() {
    // RFC 9110 §12.5.3
    assertThat(chosen("Accept-Encoding: identity;q=0, gzip", "Content-Type: image/png"))
        .isEqualTo(coded(ContentCoding.GZIP));
  }

  @Test
  void of_requestFromAnotherSiteWithCookies_isIdentity() {
    String asked = "Accept-Encoding: br\nSec-Fetch-Site: cross-site";
    assertThat(chosen(asked + "\nCookie: a=b", HTML)).isEqualTo(coded(ContentCoding.IDENTITY));
    assertThat(chosen(asked, HTML)).isEqualTo(coded(ContentCoding.BR));
  }

  private static CodingChoice chosen(String request, String response) {
    return of(ON, request, 200, response);
  }

  private static CodingChoice of(
      CompressionConfig config, String request, int status, String response) {
    return of(config, request, status, response, Long.MAX_VALUE);
  }

  private static CodingChoice of(
      CompressionConfig config, String request, int status, String response, long length) {
    return CodingChoice.of(
        config,
        Heads.request("GET / HTTP/1.1\nHost: a\n" + request),
        new CodingChoice.Subject(status, Heads.fields(response), length),
        () -> List.of(ContentCoding.ZSTD, ContentCoding.BR, ContentCoding.GZIP));
  }

  private static CodingChoice coded(ContentCoding coding) {
    return new Negotiated(coding);
  }
}
