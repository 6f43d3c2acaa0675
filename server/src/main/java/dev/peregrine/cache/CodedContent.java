package dev.peregrine.cache;

import dev.peregrine.http.ContentCoding;

/// The content of a stored response under a content coding; its head is [StoredHead#under] that
/// coding.
///
/// @param coding what the bytes are coded with
/// @param content the coded bytes
public record CodedContent(ContentCoding coding, StoredContent content) {
  private static final int HEAP_BYTES = 32;

  int heapBytes() {
    return HEAP_BYTES + StoredContent.HEAP_BYTES;
  }
}
