package dev.peregrine.exchange;

import dev.peregrine.cache.StoredContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/// Content of a stored response as a buffer: the bytes of the cache themselves, held until the
/// buffer is released.
final class StoredBuf extends CompositeByteBuf {
  private final StoredContent content;

  private StoredBuf(StoredContent content) {
    super(UnpooledByteBufAllocator.DEFAULT, true, 1, Unpooled.wrappedBuffer(content.buffer()));
    this.content = content;
  }

  /// A buffer over content that the caller holds; it takes over that hold.
  static ByteBuf over(StoredContent content) {
    return content.length() == 0 ? released(content) : new StoredBuf(content);
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    content.release();
  }

  private static ByteBuf released(StoredContent content) {
    content.release();
    return Unpooled.EMPTY_BUFFER;
  }
}
