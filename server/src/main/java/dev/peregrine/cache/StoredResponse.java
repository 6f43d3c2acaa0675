package dev.peregrine.cache;

import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One response in the store: what is stored of its head, its content, and the same content in
/// other codings.
///
/// Shared by all threads. A freshened or newly coded response is another object that takes its
/// place and holds the same content. What changes in this one are fields that bear a lost update:
/// the generation, what counts its use, and the head, when a soft purge ends its freshness.
public final class StoredResponse implements StoredSlot {
  /// Bytes of the heap beside key, head and contents: this object, and what Caffeine keeps of it.
  private static final int HEAP_BYTES = 56 + 88;

  private final CacheKey key;
  private final StoredContent content;
  private final List<CodedContent> coded;
  private final int heapBytes;
  private final int bytes;
  private StoredHead head;

  /// Generation of the purges at which it was last found untouched. Volatile, so that whoever sees
  /// a generation sees the head that goes with it.
  private volatile long generation;

  /// Codings that somebody has taken on, as bits.
  private int claimed;

  private int hits;
  private int usedAt;

  StoredResponse(CacheKey key, StoredHead head, StoredContent content, List<CodedContent> coded) {
    this.key = key;
    this.head = head;
    this.content = content;
    this.coded = coded;
    int heap = HEAP_BYTES + StoredContent.HEAP_BYTES + key.heapBytes() + head.heapBytes();
    int outside = content.bytes();
    for (CodedContent one : coded) {
      heap += one.heapBytes() + head.heapBytes();
      outside += one.content().bytes();
    }
    this.heapBytes = heap;
    this.bytes = heap + outside;
  }

  /// What it was stored under.
  public CacheKey key() {
    return key;
  }

  /// What is stored of its head.
  public StoredHead head() {
    return head;
  }

  /// Its content as the app sent it. To be held ([StoredContent#tryRetain]) while it is read; if
  /// that fails, the response has just left the store: a miss.
  public StoredContent content() {
    return content;
  }

  /// Its content in a coding; `null` if that is not there. Its content is to be held as [#content].
  public @Nullable CodedContent coded(ContentCoding coding) {
    for (int i = 0; i < coded.size(); i++) {
      if (coded.get(i).coding() == coding) {
        return coded.get(i);
      }
    }
    return null;
  }

  /// Takes on to have it coded so: `true` for the first who asks.
  public synchronized boolean claim(ContentCoding coding) {
    int bit = 1 << coding.number();
    boolean isFirst = (claimed & bit) == 0;
    claimed |= bit;
    return isFirst;
  }

  /// Leaves that to the next who asks.
  public synchronized void disclaim(ContentCoding coding) {
    claimed &= ~(1 << coding.number());
  }

  /// Counts an answer given from it; returns how many those are. An estimate: counts may be lost.
  public int countHit() {
    return ++hits;
  }

  /// Number of answers given from it.
  public int hits() {
    return hits;
  }

  @Override
  public @Nullable StoredResponse select(RequestHead request) {
    return head.selects(request) ? this : null;
  }

  @Override
  public List<StoredResponse> responses() {
    return List.of(this);
  }

  @Override
  public int bytes() {
    return bytes;
  }

  /// Bytes of the heap that it costs.
  int heapBytes() {
    return heapBytes;
  }

  /// Whether some of it lies in memory that is being emptied.
  boolean isInTheWay() {
    if (content.isInTheWay()) {
      return true;
    }
    for (CodedContent one : coded) {
      if (one.content().isInTheWay()) {
        return true;
      }
    }
    return false;
  }

  long generation() {
    return generation;
  }

  /// Notes that no purge up to that generation is about it.
  void untouched(long upTo) {
    generation = upTo;
  }

  /// Ends its freshness.
  void soften(long nowNanos) {
    head = head.expired(nowNanos);
  }

  /// When it was last used, in the store's own count of time.
  int usedAt() {
    return usedAt;
  }

  void used(int now) {
    if (usedAt != now) {
      usedAt = now;
    }
  }

  /// Its successor with another head, which holds the same contents for itself; `null` if they are
  /// gone.
  @Nullable StoredResponse withHead(StoredHead newHead) {
    return holds() ? successor(new StoredResponse(key, newHead, content, coded)) : null;
  }

  /// Its successor with one more coding; takes over the caller's hold of that; `null` if the
  /// contents are gone.
  @Nullable StoredResponse with(CodedContent more) {
    if (!holds()) {
      return null;
    }
    List<CodedContent> all = new ArrayList<>(coded);
    all.add(more);
    return successor(new StoredResponse(key, head, content, List.copyOf(all)));
  }

  /// Lets go of all contents.
  void release() {
    content.release();
    coded.forEach(one -> one.content().release());
  }

  private StoredResponse successor(StoredResponse response) {
    response.generation = generation;
    response.hits = hits;
    response.usedAt = usedAt;
    return response;
  }

  /// Holds all contents once more, or none.
  private boolean holds() {
    if (!content.tryRetain()) {
      return false;
    }
    for (int i = 0; i < coded.size(); i++) {
      if (!coded.get(i).content().tryRetain()) {
        coded.subList(0, i).forEach(one -> one.content().release());
        content.release();
        return false;
      }
    }
    return true;
  }
}
