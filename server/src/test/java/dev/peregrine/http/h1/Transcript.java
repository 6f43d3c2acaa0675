package dev.peregrine.http.h1;

import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a parser made of a run of bytes: whole messages, and how the run ended.
///
/// @param messages those that are complete
/// @param verdict `ok`, `incomplete` or the reason of a violation
record Transcript(List<Message> messages, String verdict) {
  /// One message, as strings.
  ///
  /// @param start method and target, or status
  /// @param minorVersion 0 or 1
  /// @param fields `name: value` with the name in lower case
  /// @param content ISO 8859-1
  /// @param trailers like the fields
  record Message(
      String start, int minorVersion, List<String> fields, String content, List<String> trailers) {
    private Message lowered() {
      List<String> low = fields.stream().map(line -> line.toLowerCase(Locale.ROOT)).toList();
      return new Message(start, minorVersion, low, content, trailers);
    }
  }

  boolean isRejected() {
    return !verdict.equals("ok") && !verdict.equals("incomplete");
  }

  /// The same with field values in lower case: Jetty gives well-known lines from a cache.
  Transcript lowered() {
    return new Transcript(messages.stream().map(Message::lowered).toList(), verdict);
  }

  static Transcript ofRequests(List<byte[]> pieces) {
    return new Reader(true).read(pieces);
  }

  static Transcript ofResponses(List<byte[]> pieces) {
    return new Reader(false).read(pieces);
  }

  /// Feeds the parsers of this package, direct and heap buffers by turns.
  private static final class Reader {
    private final boolean requests;
    private final RequestParser requestParser = new RequestParser(HeadLimits.DEFAULT);
    private final ResponseParser responseParser = new ResponseParser(HeadLimits.DEFAULT);
    private final List<Message> messages = new ArrayList<>();
    private final StringBuilder content = new StringBuilder();
    private String start = "";
    private int minorVersion;
    private List<String> fields = List.of();
    private boolean inContent;
    private long left;
    private ChunkedDecoder decoder = new ChunkedDecoder(HeadLimits.DEFAULT);
    private boolean chunked;
    private String verdict = "";

    Reader(boolean requests) {
      this.requests = requests;
    }

    Transcript read(List<byte[]> pieces) {
      boolean direct = false;
      for (byte[] piece : pieces) {
        ByteBuffer in = buffer(piece, direct);
        direct = !direct;
        boolean goesOn = true;
        while (verdict.isEmpty() && goesOn) {
          goesOn = inContent ? content(in) : head(in);
        }
      }
      if (verdict.isEmpty()) {
        boolean started = requestParser.isStarted() || responseParser.isStarted() || inContent;
        verdict = started ? "incomplete" : "ok";
      }
      return new Transcript(messages, verdict);
    }

    /// A buffer whose data stands neither at its start nor at its end.
    private static ByteBuffer buffer(byte[] piece, boolean direct) {
      int size = piece.length + 7;
      ByteBuffer in = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
      in.position(3).put(piece).flip().position(3);
      return in;
    }

    private boolean head(ByteBuffer in) {
      ParseResult<?> result = requests ? requestParser.feed(in) : responseParser.feed(in);
      return switch (result) {
        case ParseResult.NeedMore<?>() -> false;
        case ParseResult.Rejected<?>(var violation, var detail) -> {
          verdict = violation.reason();
          yield false;
        }
        case ParseResult.Parsed<?>(RequestHead head) -> {
          start = head.methodName() + " " + head.target();
          minorVersion = head.minorVersion();
          begin(head.fields(), head.framing());
          yield true;
        }
        case ParseResult.Parsed<?>(ResponseHead head) -> {
          start = String.valueOf(head.status());
          minorVersion = head.minorVersion();
          begin(head.fields(), head.framing(Method.GET));
          yield true;
        }
        case ParseResult.Parsed<?>(Object head) -> throw new AssertionError(head);
      };
    }

    private void begin(FieldSection section, Framing framing) {
      fields = lines(section);
      content.setLength(0);
      chunked = framing instanceof Framing.Chunked;
      decoder = new ChunkedDecoder(HeadLimits.DEFAULT);
      left =
          switch (framing) {
            case Framing.Length(long bytes) -> bytes;
            case Framing.None() -> 0;
            case Framing.Chunked() -> 0;
            case Framing.UntilClose() -> Long.MAX_VALUE;
          };
      inContent = true;
      if (left == 0 && !chunked) {
        end(List.of());
      }
    }

    private boolean content(ByteBuffer in) {
      if (chunked) {
        return chunk(in);
      }
      int count = (int) Math.min(left, in.remaining());
      append(in, in.position(), count);
      in.position(in.position() + count);
      left -= count;
      if (left == 0) {
        end(List.of());
      }
      return !inContent;
    }

    private boolean chunk(ByteBuffer in) {
      return switch (decoder.next(in)) {
        case NEED_MORE -> false;
        case DATA -> {
          append(in, decoder.dataStart(), decoder.dataLength());
          yield true;
        }
        case END -> {
          end(lines(decoder.trailers()));
          yield true;
        }
        case REJECTED -> {
          verdict = decoder.violation().reason();
          yield false;
        }
      };
    }

    private void append(ByteBuffer in, int at, int count) {
      byte[] bytes = new byte[count];
      in.get(at, bytes);
      content.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private void end(List<String> trailers) {
      messages.add(new Message(start, minorVersion, fields, content.toString(), trailers));
      inContent = false;
    }

    private static List<String> lines(FieldSection section) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < section.size(); i++) {
        lines.add(section.name(i).toLowerCase(Locale.ROOT) + ": " + section.value(i));
      }
      return lines;
    }
  }
}
