package dev.peregrine.exchange;

import dev.peregrine.http.AcceptEncoding;
import dev.peregrine.http.ByteRanges;
import dev.peregrine.http.ByteRanges.ByteRange;
import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Method;
import dev.peregrine.http.Preconditions;
import dev.peregrine.http.RequestHead;
import dev.peregrine.listen.ClientStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A response whose content is a file: conditional requests (RFC 9110 §13), ranges (§14) and
/// content codings. On the stream's event loop, but for opening the file.
final class FileResponse {
  private final ClientStream stream;
  private final RequestHead head;
  private final StaticFile file;
  private final StaticFile.Variant variant;

  /// Appends the field lines that are not the file's own.
  private final Consumer<ByteBuf> furtherFields;

  FileResponse(ClientStream stream, StaticFile file, Consumer<ByteBuf> furtherFields) {
    this.stream = stream;
    this.head = stream.head();
    this.file = file;
    this.variant = choose(file, head);
    this.furtherFields = furtherFields;
  }

  /// Sends the response; `changed` is run on the loop if what is on disk cannot be opened, or is no
  /// longer the file that is described.
  void send(FileAccess access, Executor executor, Runnable changed) {
    boolean isInMemory = variant.content() != null;
    if (isInMemory || head.method() == Method.HEAD) {
      answer(null);
      return;
    }
    executor.execute(() -> {
      FileParts opened;
      try {
        opened = FileParts.of(access, variant, executor);
      } catch (IOException _) {
        stream.loop().execute(changed);
        return;
      }
      stream
          .loop()
          .execute(() -> {
            answer(opened);
            opened.release();
          });
    });
  }

  private void answer(@Nullable FileParts opened) {
    long now = System.currentTimeMillis() / 1000;
    Preconditions preconditions =
        new Preconditions(Optional.of(variant.tag()), OptionalLong.of(file.modifiedSeconds()));
    switch (preconditions.judge(head.method(), head.fields(), now)) {
      case NOT_MODIFIED -> finish(begin(304, "Not Modified"), Framing.NONE);
      case FAILED -> finish(begin(412, "Precondition Failed"), Framing.Length.of(0));
      case PERFORM -> whole(opened);
      case PERFORM_RANGE -> ranges(opened);
    }
  }

  private void whole(@Nullable FileParts opened) {
    ByteBuf out = represent(begin(200, "OK"));
    stream.commit(out, Framing.Length.of(variant.size()), false);
    part(opened, 0, variant.size());
    stream.end();
  }

  private void ranges(@Nullable FileParts opened) {
    String asked = String.valueOf(head.fields().first(FieldName.RANGE));
    switch (ByteRanges.of(asked, variant.size())) {
      case ByteRanges.Whole _ -> whole(opened);
      case ByteRanges.Unsatisfiable _ -> {
        ByteBuf out = begin(416, "Range Not Satisfiable");
        line(out, "Content-Range: bytes */", Long.toString(variant.size()));
        finish(out, Framing.Length.of(0));
      }
      case ByteRanges.Parts(var parts) -> {
        if (parts.size() == 1) {
          single(opened, parts.getFirst());
        } else {
          several(opened, parts);
        }
      }
    }
  }

  private void single(@Nullable FileParts opened, ByteRange range) {
    ByteBuf out = represent(begin(206, "Partial Content"));
    line(out, "Content-Range: ", MultipartRanges.contentRange(range, variant.size()));
    stream.commit(out, Framing.Length.of(range.length()), false);
    part(opened, range.first(), range.length());
    stream.end();
  }

  private void several(@Nullable FileParts opened, List<ByteRange> ranges) {
    MultipartRanges multipart = new MultipartRanges(file.mediaType(), ranges, variant.size());
    ByteBuf out = begin(206, "Partial Content");
    line(out, "Content-Type: ", multipart.mediaType());
    stream.commit(out, Framing.Length.of(multipart.length()), false);
    multipart.write(stream, range -> part(opened, range.first(), range.length()));
    stream.end();
  }

  private void part(@Nullable FileParts opened, long position, long length) {
    ByteBuf content = variant.content();
    if (content != null) {
      stream.write(content.slice((int) position, (int) length));
    } else if (opened != null && length > 0) {
      stream.write(opened.region(position, length));
    }
  }

  private ByteBuf begin(int status, String reason) {
    ByteBuf out = stream.beginHead(status, reason);
    furtherFields.accept(out);
    line(out, "ETag: ", variant.tag().toString());
    ByteBufUtil.writeAscii(out, file.fieldLines());
    return out;
  }

  private ByteBuf represent(ByteBuf out) {
    line(out, "Content-Type: ", file.mediaType());
    line(out, "Accept-Ranges: ", "bytes");
    if (variant.coding() != ContentCoding.IDENTITY) {
      line(out, "Content-Encoding: ", variant.coding().lowerCase());
    }
    return out;
  }

  private void finish(ByteBuf out, Framing framing) {
    stream.commit(out, framing, false);
    stream.end();
  }

  private static StaticFile.Variant choose(StaticFile file, RequestHead head) {
    List<StaticFile.Variant> variants = file.variants();
    if (variants.size() > 1 && head.fields().contains(FieldName.ACCEPT_ENCODING)) {
      List<StaticFile.Variant> coded = variants.subList(1, variants.size());
      ContentCoding best =
          AcceptEncoding.of(head.fields())
              .best(coded.stream().map(StaticFile.Variant::coding).toList());
      for (StaticFile.Variant candidate : coded) {
        if (candidate.coding() == best) {
          return candidate;
        }
      }
    }
    return variants.getFirst();
  }

  private static void line(ByteBuf out, String name, String value) {
    ByteBufUtil.writeAscii(out, name);
    ByteBufUtil.writeAscii(out, value);
    out.writeByte('\r').writeByte('\n');
  }
}
