package dev.peregrine.cache;

import dev.peregrine.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Two or more variants under one key, the youngest first. Immutable.
///
/// @param responses them
record StoredVariants(List<StoredResponse> responses) implements StoredSlot {
  private static final int HEAP_BYTES = 64;

  StoredVariants {
    responses = List.copyOf(responses);
  }

  /// A slot with those responses; `null` if there are none.
  static @Nullable StoredSlot of(List<StoredResponse> responses) {
    return switch (responses.size()) {
      case 0 -> null;
      case 1 -> responses.getFirst();
      default -> new StoredVariants(responses);
    };
  }

  @Override
  public @Nullable StoredResponse select(RequestHead request) {
    for (int i = 0; i < responses.size(); i++) {
      StoredResponse response = responses.get(i);
      if (response.head().selects(request)) {
        return response;
      }
    }
    return null;
  }

  @Override
  public int bytes() {
    long bytes = HEAP_BYTES;
    for (StoredResponse response : responses) {
      bytes += response.bytes();
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
