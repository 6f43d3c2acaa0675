package dev.peregrine.http.h1;

import static dev.peregrine.http.h1.ChunkedDecoder.Event.DATA;
import static dev.peregrine.http.h1.ChunkedDecoder.Event.END;
import static dev.peregrine.http.h1.ChunkedDecoder.Event.NEED_MORE;
import static dev.peregrine.http.h1.ChunkedDecoder.Event.REJECTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChunkedDecoderTest {
  private final ChunkedDecoder decoder = new ChunkedDecoder(HeadLimits.DEFAULT);

  // RFC 9112 §7.1
  @Test
  void next_ofWholeContent_passesOverItsData() {
    ByteBuffer in = buffer("xx5\r\nhello\r\n0\r\n\r\nGET");
    in.position(2);
    assertThat(decoder.next(in)).isEqualTo(DATA);
    assertThat(decoder.dataStart()).isEqualTo(5);
    assertThat(decoder.dataLength()).isEqualTo(5);
    assertThat(decoder.next(in)).isEqualTo(END);
    assertThat(in.remaining()).isEqualTo(3);
    assertThat(decoder.trailers().size()).isZero();
    assertThat(decoder.next(in)).isEqualTo(END);
  }

  @Test
  void next_ofChunkInPieces_givesEachAsData() {
    assertThat(decoder.next(buffer("5\r"))).isEqualTo(NEED_MORE);
    ByteBuffer in = buffer("\nhel");
    assertThat(decoder.next(in)).isEqualTo(DATA);
    assertThat(decoder.dataLength()).isEqualTo(3);
    assertThat(decoder.next(in)).isEqualTo(NEED_MORE);
    assertThat(decoder.next(buffer("lo\r"))).isEqualTo(DATA);
    assertThat(decoder.dataLength()).isEqualTo(2);
  }

  // RFC 9112 §7.1.2
  @Test
  void trailers_atTheEnd_areAsSent() {
    ByteBuffer in = buffer("0\r\nX-A: 1\r\nX-B:2\r\n\r\nrest");
    assertThat(decoder.next(in)).isEqualTo(END);
    assertThat(decoder.trailers().size()).isEqualTo(2);
    assertThat(decoder.trailers().first("x-b")).isEqualTo("2");
    assertThat(in.remaining()).isEqualTo(4);
  }

  @Test
  void next_afterRejection_staysRejected() {
    ByteBuffer in = buffer("z\r\n5\r\nhello\r\n");
    assertThat(decoder.next(in)).isEqualTo(REJECTED);
    assertThat(decoder.violation()).isEqualTo(Violation.CHUNK_SIZE_MALFORMED);
    assertThat(decoder.next(in)).isEqualTo(REJECTED);
  }

  // RFC 9112 §7.1: "recipients MUST anticipate potentially large hexadecimal numerals"
  @Test
  void next_ofHugeChunk_isData() {
    assertThat(decoder.next(buffer("7fffffffffffffff\r\nx"))).isEqualTo(DATA);
    assertThat(new ChunkedDecoder(HeadLimits.DEFAULT).next(buffer("8000000000000000\r\nx")))
        .isEqualTo(REJECTED);
  }

  // RFC 9112 §7.1.1
  @Test
  void next_ofExtensionsInTheirGrammar_ignoresThem() {
    for (String extension :
        new String[] {
          ";a", " ; a", ";a=b", ";a = b", "; a=\"\"", ";a=\"b;c\\\"\t\u00e9\"", ";a;b=c ;d"
        }) {
      ByteBuffer in = buffer("1" + extension + "\r\nx");
      assertThat(new ChunkedDecoder(HeadLimits.DEFAULT).next(in)).as(extension).isEqualTo(DATA);
    }
  }

  @Test
  void next_ofExtensionsOutsideTheirGrammar_isRejected() {
    for (String extension :
        new String[] {
          " ", ";", ";a=", ";=b", ";a b", ";a=\"b", ";a=\"b\"c", ";a,b", ";\"a\"", "g"
        }) {
      ByteBuffer in = buffer("1" + extension + "\r\nx");
      assertThat(new ChunkedDecoder(HeadLimits.DEFAULT).next(in)).as(extension).isEqualTo(REJECTED);
    }
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
