package dev.peregrine.http.h1;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Grammar;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Violation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Finds the data in content of chunked coding, one content a decoder, without copying it. Belongs
/// to an event loop; never blocks. Source: RFC 9112 §7.1.
///
/// ```
/// SIZE --';'--> EXTENSION --CR--> SIZE_LF --LF, size > 0--> DATA --all of it--> DATA_CR --> DATA_LF --> SIZE
///   SIZE --CR--> SIZE_LF --LF, size = 0--> TRAILERS --empty line--> END
/// ```
public final class ChunkedDecoder {
  /// What a call found.
  public enum Event {
    NEED_MORE,
    DATA,
    END,
    REJECTED
  }

  private enum State {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILERS,
    END,
    REJECTED
  }

  private static final int MAX_SIZE_DIGITS = 16;

  private final HeadLimits limits;
  private final ChunkExtension extension = new ChunkExtension();
  private State state = State.SIZE;
  private int digits;
  private long left;
  private int extensionBytes;
  private int dataStart;
  private int dataLength;
  private @Nullable LineScanner lines;
  private @Nullable FieldCollector found;
  private FieldSection trailers = FieldSection.EMPTY;
  private @Nullable Violation violation;

  /// A decoder that holds the sender to those limits.
  public ChunkedDecoder(HeadLimits limits) {
    this.limits = limits;
  }

  /// Goes on to the next event. `DATA` passes over a run of data in `in`; `END` leaves `in` at the
  /// first byte after the content.
  public Event next(ByteBuffer in) {
    while (true) {
      switch (state) {
        case DATA -> {
          return in.hasRemaining() ? data(in) : Event.NEED_MORE;
        }
        case TRAILERS -> {
          return trailers(in);
        }
        case END -> {
          return Event.END;
        }
        case REJECTED -> {
          return Event.REJECTED;
        }
        case SIZE, EXTENSION, SIZE_LF, DATA_CR, DATA_LF -> {
          if (!in.hasRemaining()) {
            return Event.NEED_MORE;
          }
          step(in.get());
        }
      }
    }
  }

  /// Absolute index in the buffer of the first byte of the data just passed over.
  public int dataStart() {
    return dataStart;
  }

  /// Number of bytes of the data just passed over, at least 1.
  public int dataLength() {
    return dataLength;
  }

  /// The trailer section, once the end was found.
  public FieldSection trailers() {
    return trailers;
  }

  /// The rule that was broken; only after `REJECTED`.
  public Violation violation() {
    if (violation == null) {
      throw new IllegalStateException("nothing was rejected");
    }
    return violation;
  }

  private void step(byte octet) {
    switch (state) {
      case SIZE -> size(octet);
      case EXTENSION -> extension(octet);
      case SIZE_LF -> {
        if (octet == '\n') {
          state = left > 0 ? State.DATA : State.TRAILERS;
        } else {
          reject(Violation.BARE_CR);
        }
      }
      case DATA_CR -> {
        if (octet == '\r') {
          state = State.DATA_LF;
        } else {
          reject(octet == '\n' ? Violation.BARE_LF : Violation.CHUNK_END_MISSING);
        }
      }
      case DATA_LF -> {
        if (octet == '\n') {
          state = State.SIZE;
          digits = 0;
          left = 0;
        } else {
          reject(Violation.BARE_CR);
        }
      }
      case DATA, TRAILERS, END, REJECTED -> throw new IllegalStateException(state.name());
    }
  }

  private void size(byte octet) {
    int digit = Grammar.hexValue(octet);
    if (digit >= 0) {
      digits++;
      left = left << 4 | digit;
      if (digits > MAX_SIZE_DIGITS || left < 0) {
        reject(Violation.CHUNK_SIZE_TOO_LARGE);
      }
    } else if (digits == 0) {
      reject(Violation.CHUNK_SIZE_MALFORMED);
    } else if (octet == '\r') {
      state = State.SIZE_LF;
    } else if (octet == ';' || Grammar.isWhitespace(octet)) {
      extension.begin();
      state = State.EXTENSION;
      extension(octet);
    } else {
      reject(octet == '\n' ? Violation.BARE_LF : Violation.CHUNK_SIZE_MALFORMED);
    }
  }

  private void extension(byte octet) {
    if (octet == '\r') {
      if (extension.isComplete()) {
        state = State.SIZE_LF;
      } else {
        reject(Violation.CHUNK_EXTENSION_MALFORMED);
      }
    } else if (octet == '\n') {
      reject(Violation.BARE_LF);
    } else if (++extensionBytes > limits.chunkExtensions()) {
      reject(Violation.CHUNK_EXTENSIONS_TOO_LONG);
    } else if (!extension.accept(octet)) {
      reject(Violation.CHUNK_EXTENSION_MALFORMED);
    }
  }

  private Event data(ByteBuffer in) {
    dataStart = in.position();
    dataLength = (int) Math.min(left, in.remaining());
    in.position(dataStart + dataLength);
    left -= dataLength;
    if (left == 0) {
      state = State.DATA_CR;
    }
    return Event.DATA;
  }

  private Event trailers(ByteBuffer in) {
    LineScanner scanner = lines == null ? new LineScanner() : lines;
    FieldCollector fields = found == null ? new FieldCollector(limits) : found;
    lines = scanner;
    found = fields;
    while (true) {
      switch (scanner.nextLine(in, limits.trailerSection(), Violation.TRAILER_SECTION_TOO_LONG)) {
        case MORE -> {
          return Event.NEED_MORE;
        }
        case FAULT -> {
          return reject(scanner.violation());
        }
        case LINE -> {
          if (scanner.lineEnd() == scanner.lineStart()) {
            return finish(in, scanner, fields);
          }
          Fault fault = fields.add(scanner.bytes(), scanner.lineStart(), scanner.lineEnd());
          if (fault != null) {
            return reject(fault.violation());
          }
        }
      }
    }
  }

  private Event finish(ByteBuffer in, LineScanner scanner, FieldCollector fields) {
    byte[] bytes = scanner.finish(in);
    if (fields.size() > 0) {
      trailers = fields.section(bytes);
      for (int i = 0; i < trailers.size(); i++) {
        if (isForbidden(trailers.known(i))) {
          return reject(Violation.TRAILER_FIELD_FORBIDDEN);
        }
      }
    }
    state = State.END;
    return Event.END;
  }

  /// Whether a field that frames or routes a message, or names its sender, may not come after it.
  private static boolean isForbidden(FieldName name) {
    return name.isConnectionField()
        || name == FieldName.HOST
        || name == FieldName.CONTENT_LENGTH
        || name == FieldName.TRAILER
        || name == FieldName.EXPECT;
  }

  private Event reject(Violation rule) {
    violation = rule;
    state = State.REJECTED;
    return Event.REJECTED;
  }
}
