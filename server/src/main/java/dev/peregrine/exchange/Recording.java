package dev.peregrine.exchange;

import dev.peregrine.cache.CacheKey;
import dev.peregrine.cache.ContentWriter;
import dev.peregrine.cache.ResponseStore;
import dev.peregrine.cache.StoredContent;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.cache.StoredResponse;
import dev.peregrine.http.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// A response that is being stored while it passes by; on one event loop.
final class Recording {
  private final ResponseStore store;
  private final CacheKey key;
  private final StoredHead head;
  private final Framing framing;
  private final long generation;
  private final ContentWriter writer;
  private boolean hasFailed;

  /// A recording of a response with that framing to a request that began at that generation of
  /// purges.
  Recording(ResponseStore store, CacheKey key, StoredHead head, Framing framing, long generation) {
    this.store = store;
    this.key = key;
    this.head = head;
    this.framing = framing;
    this.generation = generation;
    this.writer =
        framing instanceof Framing.Length(var length) ? store.writer(length) : store.writer();
  }

  StoredHead head() {
    return head;
  }

  Framing framing() {
    return framing;
  }

  /// Length of the content as far as it is known beforehand.
  long length() {
    return framing instanceof Framing.Length(var length) ? length : Long.MAX_VALUE;
  }

  boolean hasFailed() {
    return hasFailed;
  }

  /// Keeps a copy of the data, which stays the caller's; `false` when nothing will be stored.
  boolean keep(ByteBuf data) {
    hasFailed |= !writer.write(data.nioBuffer());
    return !hasFailed;
  }

  /// A copy of the content so far.
  ByteBuf copy() {
    return writer.length() == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.copiedBuffer(writer.written());
  }

  /// Stores the response, which is whole; `null` if there was no room, or it was purged meanwhile.
  @Nullable StoredResponse finish() {
    StoredContent content = hasFailed ? null : writer.finish();
    return content == null ? null : store.put(key, head, content, generation);
  }

  /// Stores nothing; harmless after [#finish].
  void discard() {
    hasFailed = true;
    writer.discard();
  }
}
