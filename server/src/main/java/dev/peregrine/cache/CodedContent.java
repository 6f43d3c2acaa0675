package dev.peregrine.cache;

/// The content of a stored response in another content coding, and the field lines that go with it.
///
/// @param coding number of the coding, as whoever codes counts them
/// @param lines field lines in wire form, in place of those of the stored head; never changed
/// @param content the coded bytes
@SuppressWarnings("ArrayRecordComponent") // shared by all readers, written to by none
public record CodedContent(int coding, byte[] lines, StoredContent content) {
  private static final int HEAP_BYTES = 48;

  int heapBytes() {
    return HEAP_BYTES + lines.length + StoredContent.HEAP_BYTES;
  }
}
