package dev.peregrine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.ContentCoding;
import dev.peregrine.log.EventLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EncodersTest {
  private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;
  private final List<String> lines = new ArrayList<>();
  private final EventLog log = EventLog.to(lines::add, EventLog.Format.TEXT, Clock.systemUTC());
  private final Encoders encoders = new Encoders(Runnable::run, log);

  @Test
  void forStreams_afterLoading_hasTheCheapestFirst() {
    encoders.forStreams();
    assertThat(encoders.forStreams())
        .containsExactly(ContentCoding.ZSTD, ContentCoding.BR, ContentCoding.GZIP);
    assertThat(encoders.forStorage())
        .containsExactly(ContentCoding.BR, ContentCoding.ZSTD, ContentCoding.GZIP);
    assertThat(lines).isEmpty();
  }

  @Test
  void forStreams_whileLoading_isGzip() {
    Encoders waiting = new Encoders(_ -> {}, log);
    assertThat(waiting.forStreams()).containsExactly(ContentCoding.GZIP);
    assertThat(waiting.forStorage()).containsExactly(ContentCoding.GZIP);
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void encode_splitAtEveryByte_decodesToTheSame(ContentCoding coding) throws IOException {
    byte[] content = text(300);
    for (int split = 0; split <= content.length; split++) {
      ByteArrayOutputStream coded = new ByteArrayOutputStream();
      StreamEncoder encoder = open(coding);
      take(coded, encoder.encode(buffer(content, 0, split)));
      take(coded, encoder.encode(buffer(content, split, content.length)));
      take(coded, encoder.finish());
      encoder.close();
      assertThat(decoded(coding, coded.toByteArray())).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void encode_tenMegabytes_decodesToTheSame(ContentCoding coding) throws IOException {
    byte[] content = text(10 << 20);
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    StreamEncoder encoder = open(coding);
    for (int i = 0; i < content.length; i += 64 << 10) {
      take(coded, encoder.encode(buffer(content, i, Math.min(content.length, i + (64 << 10)))));
    }
    take(coded, encoder.finish());
    encoder.close();
    assertThat(coded.size()).isLessThan(content.length / 2);
    assertThat(decoded(coding, coded.toByteArray())).isEqualTo(content);
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void encode_noise_decodesToTheSame(ContentCoding coding) throws IOException {
    byte[] content = new byte[200_000];
    new Random(7).nextBytes(content);
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    StreamEncoder encoder = open(coding);
    take(coded, encoder.encode(buffer(content, 0, content.length)));
    take(coded, encoder.finish());
    encoder.close();
    assertThat(decoded(coding, coded.toByteArray())).isEqualTo(content);
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void finish_ofNothing_decodesToNothing(ContentCoding coding) throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    StreamEncoder encoder = open(coding);
    take(coded, encoder.finish());
    encoder.close();
    assertThat(decoded(coding, coded.toByteArray())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void flush_afterAPiece_makesItReadable(ContentCoding coding) throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    StreamEncoder encoder = open(coding);
    assertThat(encoder.isPending()).isFalse();
    for (String piece : List.of("first ", "second ", "third ")) {
      take(
          coded, encoder.encode(buffer(piece.getBytes(StandardCharsets.UTF_8), 0, piece.length())));
      assertThat(encoder.isPending()).isTrue();
      take(coded, encoder.flush());
      assertThat(encoder.isPending()).isFalse();
      assertThat(readable(coding, coded.toByteArray())).endsWith(piece);
    }
    encoder.close();
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void open_afterAnAbandonedContent_knowsNothingOfIt(ContentCoding coding) throws IOException {
    StreamEncoder abandoned = open(coding);
    take(new ByteArrayOutputStream(), abandoned.encode(buffer(text(100_000), 0, 100_000)));
    abandoned.close();
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    StreamEncoder encoder = open(coding);
    take(coded, encoder.encode(buffer(text(500), 0, 500)));
    take(coded, encoder.finish());
    encoder.close();
    assertThat(decoded(coding, coded.toByteArray())).isEqualTo(text(500));
  }

  @Test
  void open_beyondTheMemoryOfAll_isNothingUntilOneIsClosed() {
    encoders.forStreams();
    List<StreamEncoder> open = new ArrayList<>();
    @Nullable StreamEncoder next = encoders.open(ContentCoding.BR, ALLOCATOR);
    while (next != null) {
      open.add(next);
      next = encoders.open(ContentCoding.BR, ALLOCATOR);
    }
    assertThat(open).hasSizeBetween(8, 200);
    open.removeLast().close();
    open(ContentCoding.BR).close();
    open.forEach(StreamEncoder::close);
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void compress_ofStoredContent_decodesToTheSame(ContentCoding coding) throws IOException {
    encoders.forStorage();
    for (int length : List.of(1, 2000, 70_000, 1 << 20)) {
      byte[] content = text(length);
      ByteArrayOutputStream coded = new ByteArrayOutputStream();
      boolean isSmaller =
          Encoders.compress(
              ByteBuffer.wrap(content), coding, ALLOCATOR, piece -> take(coded, piece));
      assertThat(isSmaller).isEqualTo(length > 1);
      if (isSmaller) {
        assertThat(coded.size()).isLessThan(length);
        assertThat(decoded(coding, coded.toByteArray())).isEqualTo(content);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void compress_ofNoise_isNoUse(ContentCoding coding) {
    encoders.forStorage();
    byte[] noise = new byte[100_000];
    new Random(3).nextBytes(noise);
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    assertThat(
            Encoders.compress(
                ByteBuffer.wrap(noise), coding, ALLOCATOR, piece -> take(coded, piece)))
        .isFalse();
    assertThat(coded.size()).isLessThan(noise.length);
  }

  private StreamEncoder open(ContentCoding coding) {
    encoders.forStreams();
    return Objects.requireNonNull(encoders.open(coding, ALLOCATOR));
  }

  private static byte[] text(int length) {
    StringBuilder text = new StringBuilder();
    Random random = new Random(length);
    while (text.length() < length) {
      text.append("<li class=\"item\">").append(random.nextInt(1000)).append("</li>\n");
    }
    return text.substring(0, length).getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuf buffer(byte[] content, int start, int end) {
    return ALLOCATOR.directBuffer().writeBytes(content, start, end - start);
  }

  private static void take(ByteArrayOutputStream to, ByteBuf piece) {
    take(to, piece.nioBuffer());
    piece.release();
  }

  private static void take(ByteArrayOutputStream to, ByteBuffer piece) {
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    to.writeBytes(bytes);
  }

  private static byte[] decoded(ContentCoding coding, byte[] coded) throws IOException {
    return Decoding.whole(coding, coded);
  }

  /// What a client can read before the content has ended.
  private static String readable(ContentCoding coding, byte[] coded) throws IOException {
    return new String(Decoding.begun(coding, coded), StandardCharsets.UTF_8);
  }
}
