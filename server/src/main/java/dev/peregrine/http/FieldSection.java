package dev.peregrine.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The field lines of a header or trailer section, in order, as offsets into the bytes they arrived
/// in. Names are tokens, values carry no control byte but `HTAB` and no white space at their ends.
/// Immutable for everyone but the parser that makes it; strings are made on demand, as ISO 8859-1.
public final class FieldSection {
  /// A section without field lines.
  public static final FieldSection EMPTY = new FieldSection(new byte[0], new int[0], 0);

  /// Number of `int`s that describe one field line: start and end of name and value, known name.
  public static final int STRIDE = 5;

  private final byte[] bytes;
  private final int[] offsets;
  private final int size;

  /// Takes over both arrays; `offsets` holds [#STRIDE] numbers a field line.
  public FieldSection(byte[] bytes, int[] offsets, int size) {
    this.bytes = bytes;
    this.offsets = offsets;
    this.size = size;
  }

  /// Number of field lines.
  public int size() {
    return size;
  }

  /// Name of line `i` as it was sent.
  public String name(int i) {
    return text(nameStart(i), nameEnd(i));
  }

  /// Value of line `i`.
  public String value(int i) {
    return text(valueStart(i), valueEnd(i));
  }

  /// The bytes that the offsets point into; not to be changed.
  public byte[] bytes() {
    return bytes;
  }

  /// Offset of the first byte of the name of line `i`.
  public int nameStart(int i) {
    return offsets[i * STRIDE];
  }

  /// Offset after the last byte of the name of line `i`.
  public int nameEnd(int i) {
    return offsets[i * STRIDE + 1];
  }

  /// Offset of the first byte of the value of line `i`.
  public int valueStart(int i) {
    return offsets[i * STRIDE + 2];
  }

  /// Offset after the last byte of the value of line `i`.
  public int valueEnd(int i) {
    return offsets[i * STRIDE + 3];
  }

  /// Which of the known names line `i` has.
  public FieldName known(int i) {
    return FieldName.ofNumber(offsets[i * STRIDE + 4]);
  }

  /// Copies what describes line `i` to the place of line `to` in other offsets.
  void copyOffsets(int i, int[] target, int to) {
    System.arraycopy(offsets, i * STRIDE, target, to * STRIDE, STRIDE);
  }

  /// Whether line `i` has that name, letter case set aside.
  public boolean nameIs(int i, String lowerCaseName) {
    return Grammar.equalsIgnoreCase(bytes, nameStart(i), nameEnd(i), lowerCaseName);
  }

  /// Whether the value of line `i` is that one, letter case set aside.
  public boolean valueIs(int i, String lowerCaseValue) {
    return Grammar.equalsIgnoreCase(bytes, valueStart(i), valueEnd(i), lowerCaseValue);
  }

  /// Whether line `i` has just the value of line `j` of another section.
  public boolean hasValueOf(int i, FieldSection other, int j) {
    return Arrays.equals(
        bytes, valueStart(i), valueEnd(i), other.bytes, other.valueStart(j), other.valueEnd(j));
  }

  /// Value of the first line of that name.
  public @Nullable String first(String lowerCaseName) {
    int i = index(lowerCaseName);
    return i < 0 ? null : value(i);
  }

  /// Value of the first line of that name.
  public @Nullable String first(FieldName name) {
    int i = index(name);
    return i < 0 ? null : value(i);
  }

  /// Values of all lines of that name, in order.
  public List<String> all(String lowerCaseName) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (nameIs(i, lowerCaseName)) {
        values.add(value(i));
      }
    }
    return values;
  }

  /// Whether there is a line of that name.
  public boolean contains(String lowerCaseName) {
    return index(lowerCaseName) >= 0;
  }

  /// Whether there is a line of that name.
  public boolean contains(FieldName name) {
    return index(name) >= 0;
  }

  /// Index of the first line of that name, negative if there is none.
  public int index(FieldName name) {
    for (int i = 0; i < size; i++) {
      if (offsets[i * STRIDE + 4] == name.number()) {
        return i;
      }
    }
    return -1;
  }

  /// The same lines without those of the dropped names and with lines added, each a known name and
  /// a value that is valid. Offsets into the bytes stay right.
  public FieldSection edited(Set<FieldName> dropped, Map<FieldName, String> added) {
    ByteArrayOutputStream edited = new ByteArrayOutputStream(bytes.length + 128);
    edited.writeBytes(bytes);
    int[] lines = new int[(size + added.size()) * STRIDE];
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (!dropped.contains(known(i))) {
        copyOffsets(i, lines, count++);
      }
    }
    for (Map.Entry<FieldName, String> line : added.entrySet()) {
      int at = count++ * STRIDE;
      lines[at] = edited.size();
      edited.writeBytes(line.getKey().lowerCase().getBytes(StandardCharsets.ISO_8859_1));
      lines[at + 1] = edited.size();
      lines[at + 2] = edited.size();
      edited.writeBytes(line.getValue().getBytes(StandardCharsets.ISO_8859_1));
      lines[at + 3] = edited.size();
      lines[at + 4] = line.getKey().number();
    }
    return new FieldSection(edited.toByteArray(), lines, count);
  }

  private int index(String lowerCaseName) {
    for (int i = 0; i < size; i++) {
      if (nameIs(i, lowerCaseName)) {
        return i;
      }
    }
    return -1;
  }

  private String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }
}
