package dev.peregrine.cache;

import java.util.List;

/// By what a stored response is picked among its like, and by what it is found for purging.
///
/// @param variant its place among the responses of one key
/// @param language what it is in, in lower case; empty if it does not say or is in several
/// @param tags what the app calls it, for the operator
/// @param groups groups of RFC 9875 that it is a member of, each with its origin in front
/// @param isEsi whether its content has instructions of ESI to be carried out
record Labels(
    VariantKey variant, String language, List<String> tags, List<String> groups, boolean isEsi) {
  /// Those of most responses.
  private static final Labels PLAIN = new Labels(VariantKey.NONE, "", List.of(), List.of(), false);

  private static final int HEAP_BYTES = 32;
  private static final int NAME_HEAP_BYTES = 24 + 16 + 4;

  Labels {
    tags = List.copyOf(tags);
    groups = List.copyOf(groups);
  }

  /// The same labels; one object for all that are as those of most responses.
  Labels shared() {
    return equals(PLAIN) ? PLAIN : this;
  }

  @SuppressWarnings("ReferenceEquality") // the one object is nobody's cost
  int heapBytes() {
    int bytes = this == PLAIN ? 0 : HEAP_BYTES;
    for (String tag : tags) {
      bytes += NAME_HEAP_BYTES + tag.length();
    }
    for (String group : groups) {
      bytes += NAME_HEAP_BYTES + group.length();
    }
    return bytes;
  }
}
