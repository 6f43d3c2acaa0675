package dev.peregrine.cache;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Writes the content of one response into the memory of the cache, piece by piece as it streams
/// by. For one thread; ends with [#finish] or [#discard].
public final class ContentWriter {
  private static final int FIRST = 8 << 10;

  private final ContentMemory memory;
  private final int maxLength;
  private @Nullable StoredContent content;
  private int written;
  private boolean hasFailed;

  /// A writer for content of at most `maxLength` bytes, without knowing how many.
  ContentWriter(ContentMemory memory, int maxLength) {
    this.memory = memory;
    this.maxLength = maxLength;
  }

  /// Sets memory aside for content of a known length; `false` as in [#write].
  boolean expect(long length) {
    return length <= maxLength ? grow((int) length) : fail();
  }

  /// Takes what remains in `source`, whose position stays. `false`, once and for all, if the
  /// content is longer than may be stored, or no memory is left: then nothing is kept.
  public boolean write(ByteBuffer source) {
    int count = source.remaining();
    if (hasFailed || count > maxLength - written) {
      return fail();
    }
    StoredContent target = content;
    int capacity = target == null ? 0 : target.length();
    if (count > capacity - written) {
      int wanted = Math.max(written + count, Math.min(maxLength, Math.max(FIRST, capacity * 2)));
      if (!grow(wanted)) {
        return false;
      }
    }
    if (content != null && count > 0) {
      content.put(written, source);
      written += count;
    }
    return true;
  }

  /// Number of bytes written.
  public int length() {
    return written;
  }

  /// A read-only view of what was written so far, for use before the next call.
  public ByteBuffer written() {
    StoredContent begun = content;
    return begun == null ? ByteBuffer.allocate(0) : begun.buffer().limit(written);
  }

  /// The content, held once by the caller; `null` after a failure, or if there is no memory.
  public @Nullable StoredContent finish() {
    if (hasFailed || (content == null && !grow(0))) {
      return null;
    }
    StoredContent whole = content;
    if (whole != null) {
      whole.shorten(written);
    }
    content = null;
    hasFailed = true;
    return whole;
  }

  /// Gives up; harmless after [#finish].
  public void discard() {
    fail();
  }

  private boolean grow(int length) {
    StoredContent larger = memory.allocate(length);
    if (larger == null) {
      return fail();
    }
    StoredContent smaller = content;
    if (smaller != null) {
      larger.put(0, smaller.buffer().limit(written));
      smaller.release();
    }
    content = larger;
    return true;
  }

  private boolean fail() {
    hasFailed = true;
    if (content != null) {
      content.release();
      content = null;
    }
    return false;
  }
}
