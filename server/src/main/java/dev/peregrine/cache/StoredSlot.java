package dev.peregrine.cache;

import dev.peregrine.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is stored under one key: one response, or several variants side by side.
sealed interface StoredSlot permits StoredResponse, StoredVariants {

  /// The response that fits a request.
  @Nullable StoredResponse select(RequestHead request);

  /// All responses.
  List<StoredResponse> responses();

  /// Bytes that it costs, in the heap and outside.
  int bytes();
}
