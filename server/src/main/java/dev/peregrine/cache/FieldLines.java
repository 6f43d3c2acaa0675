package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import java.util.Arrays;

/// Builds a field section whose bytes are just its lines in wire form, `Name: value` CR LF, so that
/// they can be sent by copying them.
final class FieldLines {
  private final Octets out;
  private int[] offsets = new int[16 * FieldSection.STRIDE];
  private int size;

  FieldLines(int capacity) {
    out = new Octets(capacity);
  }

  /// Copies line `i`.
  FieldLines add(FieldSection from, int i) {
    byte[] bytes = from.bytes();
    int nameStart = out.size();
    out.put(bytes, from.nameStart(i), from.nameEnd(i));
    int nameEnd = out.size();
    out.put(": ");
    int valueStart = out.size();
    out.put(bytes, from.valueStart(i), from.valueEnd(i));
    record(from.known(i), nameStart, nameEnd, valueStart);
    return this;
  }

  FieldLines add(FieldName known, String name, String value) {
    int nameStart = out.size();
    out.put(name);
    int nameEnd = out.size();
    out.put(": ");
    int valueStart = out.size();
    out.put(value);
    record(known, nameStart, nameEnd, valueStart);
    return this;
  }

  FieldSection toSection() {
    return size == 0
        ? FieldSection.EMPTY
        : new FieldSection(out.toArray(), Arrays.copyOf(offsets, size * FieldSection.STRIDE), size);
  }

  private void record(FieldName known, int nameStart, int nameEnd, int valueStart) {
    int at = size * FieldSection.STRIDE;
    if (at == offsets.length) {
      offsets = Arrays.copyOf(offsets, at * 2);
    }
    offsets[at] = nameStart;
    offsets[at + 1] = nameEnd;
    offsets[at + 2] = valueStart;
    offsets[at + 3] = out.size();
    offsets[at + 4] = known.number();
    out.put('\r').put('\n');
    size++;
  }
}
