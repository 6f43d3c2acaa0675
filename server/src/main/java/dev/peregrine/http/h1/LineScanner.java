package dev.peregrine.http.h1;

import dev.peregrine.http.Violation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Collects the bytes of one head and cuts them into lines that end in CR LF and hold no control
/// byte but `HTAB`. Every byte is looked at once, eight at a time, however the head is split up.
///
/// The result does not depend on the splitting: a line is refused at the first byte that breaks a
/// rule, be it a byte that may not stand there or one byte too many.
final class LineScanner {
  enum Step {
    LINE,
    MORE,
    FAULT
  }

  private static final int FIRST_CAPACITY = 1024;

  /// How much longer than the head before it a head may be and still fit at once.
  private static final int SLACK = 32;

  private static final byte[] NONE = {};
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private byte[] bytes = NONE;
  private int usual = FIRST_CAPACITY;
  private int filled;
  private int scanned;
  private int lineStart;
  private int lineEnd;
  private int next;
  private @Nullable Violation violation;

  byte[] bytes() {
    return bytes;
  }

  /// Start of the line found last.
  int lineStart() {
    return lineStart;
  }

  /// End of the line found last, without its CR LF.
  int lineEnd() {
    return lineEnd;
  }

  /// Number of bytes up to the end of the line found last, CR LF included.
  int consumed() {
    return next;
  }

  boolean isEmpty() {
    return filled == next;
  }

  /// What the last step found wrong.
  Violation violation() {
    return violation == null ? Violation.CONTROL_BYTE : violation;
  }

  /// Looks for the end of the next line; `bound` is the offset that its CR must not lie beyond, and
  /// `tooLong` what it is called if it does.
  Step nextLine(ByteBuffer in, int bound, Violation tooLong) {
    while (true) {
      int stop = (int) Math.min(filled, bound + 1L);
      int found = controlByte(scanned, stop);
      scanned = found;
      if (found < stop) {
        if (bytes[found] != '\r') {
          return fault(bytes[found] == '\n' ? Violation.BARE_LF : Violation.CONTROL_BYTE);
        }
        if (found + 1 < filled) {
          return endLine(found);
        }
      } else if (found > bound) {
        return fault(tooLong);
      }
      if (!in.hasRemaining()) {
        return Step.MORE;
      }
      take(in, bound);
    }
  }

  /// Gives the bytes up to `consumed()` away, exactly as many, and the rest back to `in`, from
  /// where they came during this call.
  byte[] finish(ByteBuffer in) {
    in.position(in.position() - (filled - next));
    byte[] owned = bytes.length == next ? bytes : Arrays.copyOf(bytes, next);
    usual = next + SLACK;
    reset();
    return owned;
  }

  void reset() {
    bytes = NONE;
    filled = 0;
    scanned = 0;
    lineStart = 0;
    lineEnd = 0;
    next = 0;
    violation = null;
  }

  private Step endLine(int cr) {
    if (bytes[cr + 1] != '\n') {
      return fault(Violation.BARE_CR);
    }
    lineStart = next;
    lineEnd = cr;
    next = cr + 2;
    scanned = next;
    return Step.LINE;
  }

  private Step fault(Violation found) {
    violation = found;
    return Step.FAULT;
  }

  /// Takes what there is room for. A head that comes in one piece gets an array of its size, or, if
  /// more comes with it, of the size of the head before; one that comes in many is copied a few
  /// times only, however small the pieces are.
  private void take(ByteBuffer in, int bound) {
    int room = bytes.length - filled;
    if (room == 0) {
      int capacity =
          filled == 0 ? Math.min(in.remaining(), usual) : Math.max(FIRST_CAPACITY, 2 * filled);
      room = (int) Math.min(capacity - filled, Math.max(bound - filled, 0) + 2L);
      bytes = Arrays.copyOf(bytes, filled + room);
    }
    int count = Math.min(room, in.remaining());
    in.get(bytes, filled, count);
    filled += count;
  }

  /// Offset of the first control byte in `[start, stop)` that is not `HTAB`; `stop` if there is
  /// none.
  private int controlByte(int start, int stop) {
    byte[] array = bytes;
    int i = start;
    for (; i <= stop - 8; i += 8) {
      long word = (long) WORDS.get(array, i);
      long low = (word - ONES * 0x20) & ~word;
      long delete = (word ^ (ONES * 0x7f)) - ONES & ~(word ^ (ONES * 0x7f));
      if (((low | delete) & HIGHS) != 0) {
        int found = controlByteSlowly(array, i, i + 8);
        if (found < i + 8) {
          return found;
        }
      }
    }
    return controlByteSlowly(array, i, stop);
  }

  private static int controlByteSlowly(byte[] array, int start, int stop) {
    for (int i = start; i < stop; i++) {
      byte octet = array[i];
      if ((octet >= 0 && octet < ' ' && octet != '\t') || octet == 0x7f) {
        return i;
      }
    }
    return Math.max(start, stop);
  }
}
