package dev.peregrine.cache;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Where memory outside the heap comes from, in regions of some hundred kibibytes and more. Called
/// by any thread, also by event loops: must not block.
public interface MemorySource {

  /// Hands out that many bytes; `null` if there are none.
  @Nullable ByteBuffer map(int bytes);

  /// Takes back what [#map] handed out; nobody uses it any more.
  void unmap(ByteBuffer memory);
}
