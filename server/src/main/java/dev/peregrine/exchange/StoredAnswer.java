package dev.peregrine.exchange;

import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.CacheStatus;
import dev.peregrine.cache.Selected;
import dev.peregrine.cache.StoredContent;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.http.ByteRanges.ByteRange;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.Framing;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.Decimal;
import dev.peregrine.listen.FieldLine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer from a stored response: as a whole, in parts, or 304; on the stream's event loop.
final class StoredAnswer {
  private static final byte[] AGE = ascii("Age: ");
  private static final byte[] NO_LINES = {};
  private static final byte[] CRLF = {'\r', '\n'};

  /// Room for `Age`, `Cache-Status` and `X-Request-Id`.
  private static final int ADDED_BYTES = 256;

  private final ClientStream stream;
  private final StoredHead head;
  private final @Nullable CacheStatus status;
  private final String requestId;
  private final long nowNanos = System.nanoTime();

  /// Without a status the answer is a hit.
  StoredAnswer(
      ClientStream stream, StoredHead head, @Nullable CacheStatus status, String requestId) {
    this.stream = stream;
    this.head = head;
    this.status = status;
    this.requestId = requestId;
  }

  /// Sends what the request asks for; `false`, and nothing is sent, if the content is gone.
  boolean send(CachePolicy policy, StoredContent content) {
    if (!content.tryRetain()) {
      return false;
    }
    int length = content.length();
    switch (policy.select(stream.head(), head, length, System.currentTimeMillis() / 1000)) {
      case Selected.Whole _ -> {
        whole(content);
        return true;
      }
      case Selected.NotModified _ -> notModified();
      case Selected.Parts(var ranges) -> parts(content, ranges);
      case Selected.Unsatisfiable _ -> {
        ByteBuf out = fields(416, "Range Not Satisfiable", head.notModifiedLines(), 0);
        ByteBufUtil.writeAscii(out, "Content-Range: bytes */" + length + "\r\n");
        finish(out, Framing.Length.of(0));
      }
    }
    content.release();
    return true;
  }

  /// Begins a whole response whose content is yet to come.
  void begin(Framing framing) {
    stream.commit(fields(head.status(), head.reason(), head.lines(), 0), framing, hasDate());
  }

  void notModified() {
    finish(fields(304, "Not Modified", head.notModifiedLines(), 0), Framing.NONE);
  }

  /// Takes over the caller's hold of the content.
  private void whole(StoredContent content) {
    int length = content.length();
    boolean isJoined = length <= ClientStream.JOINED_BYTES;
    ByteBuf out = fields(head.status(), head.reason(), head.lines(), isJoined ? length : 0);
    stream.commit(out, Framing.Length.of(length), hasDate());
    if (isJoined) {
      stream.write(length, buffer -> copy(content, 0, length, buffer));
      content.release();
    } else {
      stream.write(StoredBuf.over(content));
    }
    stream.end();
  }

  private void parts(StoredContent content, List<ByteRange> ranges) {
    if (ranges.size() == 1) {
      ByteRange range = ranges.getFirst();
      int length = (int) range.length();
      ByteBuf out = fields(206, "Partial Content", head.lines(), length);
      ByteBufUtil.writeAscii(
          out, "Content-Range: " + MultipartRanges.contentRange(range, content.length()) + "\r\n");
      stream.commit(out, Framing.Length.of(length), hasDate());
      stream.write(length, buffer -> copy(content, (int) range.first(), length, buffer));
      stream.end();
      return;
    }
    MultipartRanges multipart = new MultipartRanges(mediaType(), ranges, content.length());
    ByteBuf out = fields(206, "Partial Content", NO_LINES, head.lines().length);
    for (int i = 0; i < head.fields().size(); i++) {
      if (head.fields().known(i) != FieldName.CONTENT_TYPE) {
        FieldLine.write(out, head.fields(), i);
      }
    }
    ByteBufUtil.writeAscii(out, "Content-Type: " + multipart.mediaType() + "\r\n");
    stream.commit(out, Framing.Length.of(multipart.length()), hasDate());
    multipart.write(
        stream,
        range ->
            stream.write(
                (int) range.length(),
                buffer -> copy(content, (int) range.first(), (int) range.length(), buffer)));
    stream.end();
  }

  private ByteBuf fields(int code, String reason, byte[] lines, int room) {
    stream.servedBy("cache");
    ByteBuf out = stream.beginHead(code, reason, lines.length + ADDED_BYTES + room);
    out.writeBytes(lines).writeBytes(head.addedLines());
    if (status == null || head.ageSeconds(nowNanos) > 0) {
      out.writeBytes(AGE);
      Decimal.write(out, head.ageSeconds(nowNanos));
      out.writeBytes(CRLF);
    }
    if (status == null) {
      out.writeBytes(CacheStatus.hitLineStart());
      Decimal.write(out, head.ttlSeconds(nowNanos));
      out.writeBytes(CRLF);
    } else {
      ByteBufUtil.writeAscii(out, status.line());
    }
    RequestIds.line(out, requestId);
    return out;
  }

  private String mediaType() {
    String given = head.fields().first(FieldName.CONTENT_TYPE);
    return given == null ? "application/octet-stream" : given;
  }

  private void finish(ByteBuf out, Framing framing) {
    stream.commit(out, framing, hasDate());
    stream.end();
  }

  private boolean hasDate() {
    return head.fields().contains(FieldName.DATE);
  }

  private static void copy(StoredContent content, int from, int length, ByteBuf target) {
    target.ensureWritable(length);
    ByteBuffer room = target.internalNioBuffer(target.writerIndex(), length);
    content.copyTo(room, from, length);
    target.writerIndex(target.writerIndex() + length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
