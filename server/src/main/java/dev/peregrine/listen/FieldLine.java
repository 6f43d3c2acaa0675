package dev.peregrine.listen;

import dev.peregrine.http.FieldSection;
import io.netty.buffer.ByteBuf;

/// Field lines as they go on the wire. Source: RFC 9112 §5. Pure.
public final class FieldLine {
  private FieldLine() {}

  /// Appends line `i`, at one go if it was sent in the usual form.
  public static void write(ByteBuf out, FieldSection fields, int i) {
    byte[] bytes = fields.bytes();
    int nameStart = fields.nameStart(i);
    int nameEnd = fields.nameEnd(i);
    int valueStart = fields.valueStart(i);
    int valueEnd = fields.valueEnd(i);
    boolean isUsual =
        valueStart == nameEnd + 2
            && bytes[nameEnd + 1] == ' '
            && valueEnd + 1 < bytes.length
            && bytes[valueEnd] == '\r';
    if (isUsual) {
      out.writeBytes(bytes, nameStart, valueEnd + 2 - nameStart);
      return;
    }
    out.writeBytes(bytes, nameStart, nameEnd - nameStart).writeByte(':').writeByte(' ');
    out.writeBytes(bytes, valueStart, valueEnd - valueStart).writeByte('\r').writeByte('\n');
  }
}
