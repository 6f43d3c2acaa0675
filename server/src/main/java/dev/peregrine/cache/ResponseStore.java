package dev.peregrine.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.peregrine.http.RequestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// All stored responses, within a budget of bytes: heap, memory outside, and its gaps. Shared by
/// all threads, and made for event loops: it reads without a lock, and what takes time happens on
/// the executor.
///
/// Which response has to go is Caffeine's choice (W-TinyLFU, by bytes). It is given 15/16 of the
/// budget; the rest is for the gaps between contents. Where gaps of other sizes take more than
/// that, the sparsest regions of memory are emptied, whoever lives there. Where responses are so
/// small that heads and tables would fill their part of the heap first, Caffeine is given less.
///
/// A response in the table is held by the store once. Whoever takes it out of the table, and nobody
/// else, releases it: with `remove` and `replace` of one exact object, or in the eviction listener.
public final class ResponseStore implements AutoCloseable {
  /// How often a coding is added anew when responses are freshened at the same time.
  private static final int MAX_ATTEMPTS = 8;

  /// A response that proved not storable keeps its key from being collapsed for so long.
  private static final int UNCACHEABLE_SECONDS = 120;

  /// Part of the budget that is kept for gaps.
  private static final int RESERVE_PART = 16;

  /// What is left of the budget changes only by more than this part of it.
  private static final int STEP_PART = 64;

  /// After something that looks at every response, it rests for so many times as long as that took.
  private static final int REST_FACTOR = 20;

  private final CacheConfig config;
  private final Executor executor;
  private final long heapBytes;
  private final ContentMemory memory;
  private final Cache<CacheKey, StoredSlot> slots;
  private final Purges purges = new Purges();
  private final UncacheableMarks marks = new UncacheableMarks(System.nanoTime());
  private final CacheStatistics statistics = new CacheStatistics();
  private final CacheProbes probes = new CacheProbes();
  private final AtomicBoolean isRelieving = new AtomicBoolean();
  private final ReentrantLock sweeping = new ReentrantLock();

  /// Seconds of an arbitrary clock, as of the last tick.
  private volatile int now;

  private volatile long sweptGeneration = 1;
  private volatile long nextSweepNanos = System.nanoTime();
  private volatile long nextReliefNanos = System.nanoTime();
  private volatile boolean isClosed;

  /// An empty store, which takes no memory yet.
  public ResponseStore(CacheConfig config, MemorySource source, Executor executor) {
    this(config, source, executor, Runtime.getRuntime().maxMemory() / 8 * 3);
  }

  /// @param heapBytes that heads and tables may take, of the budget
  ResponseStore(CacheConfig config, MemorySource source, Executor executor, long heapBytes) {
    this.config = config;
    this.executor = executor;
    this.heapBytes = heapBytes;
    this.memory = new ContentMemory(source, config.maxBytes(), heapBytes, this::relieveSoon);
    this.slots =
        Caffeine.newBuilder()
            .maximumWeight(maxWeight())
            .weigher((CacheKey _, StoredSlot slot) -> slot.bytes())
            .executor(Runnable::run)
            .evictionListener(this::evicted)
            .build();
  }

  // --- finding

  /// The response that fits a request, be it fresh or stale; `null` if there is none. Its content
  /// is yet to be held.
  public @Nullable StoredResponse find(CacheKey key, RequestHead request) {
    StoredSlot slot = slots.getIfPresent(key);
    StoredResponse response = slot == null ? null : slot.select(request);
    if (response == null) {
      return null;
    }
    response.used(now);
    return response.generation() == purges.generation() || isLeft(response) ? response : null;
  }

  /// Whether any response is stored under that key, in whatever variant.
  public boolean contains(CacheKey key) {
    return slots.policy().getIfPresentQuietly(key) != null;
  }

  /// All variants stored under that key, the youngest first.
  public List<StoredResponse> variants(CacheKey key) {
    StoredSlot slot = slots.policy().getIfPresentQuietly(key);
    return slot == null ? List.of() : slot.responses().stream().filter(this::isLeft).toList();
  }

  /// Whether requests for that key need not wait for each other: its response was lately found not
  /// to be storable.
  public boolean isUncacheable(CacheKey key, long nowNanos) {
    return marks.isMarked(mark(key), nowNanos);
  }

  /// Notes that the response of that key is not storable.
  public void markUncacheable(CacheKey key, long nowNanos) {
    marks.mark(mark(key), nowNanos, UNCACHEABLE_SECONDS);
  }

  // --- storing

  /// The present generation of purges, to be asked for when a request to the app begins.
  public long generation() {
    return purges.generation();
  }

  /// A writer for content of unknown length.
  public ContentWriter writer() {
    int max = (int) Math.min(config.maxEntryBytes(), Integer.MAX_VALUE);
    return new ContentWriter(memory, max);
  }

  /// A writer for content of that length; it fails at once if there is no room for it.
  public ContentWriter writer(long length) {
    ContentWriter writer = writer();
    writer.expect(length);
    return writer;
  }

  /// Stores a response in place of the variant that its key and its head name. Takes over the
  /// caller's hold of the content, whatever the outcome.
  ///
  /// @param generation of the purges when the request to the app began
  /// @return what is stored now; `null` if it was purged meanwhile, or there is no room now
  public @Nullable StoredResponse put(
      CacheKey key, StoredHead head, StoredContent content, long generation) {
    StoredResponse response = new StoredResponse(key, head, content, List.of());
    response.used(now);
    response.untouched(purges.generation());
    if (isClosed
        || purges.isOutdated(key, head, generation)
        || !memory.tryChargeHeap(response.heapBytes())) {
      response.release();
      return null;
    }
    marks.clear(mark(key));
    while (true) {
      StoredSlot slot = slots.policy().getIfPresentQuietly(key);
      List<StoredResponse> kept = slot == null ? List.of() : keptBeside(response, slot);
      List<StoredResponse> all = new ArrayList<>(kept);
      all.addFirst(response);
      if (exchange(key, slot, StoredVariants.of(all))) {
        statistics.stored();
        if (isClosed) {
          remove(response);
        }
        return response;
      }
    }
  }

  /// Puts another head in the place of a response's; the content stays.
  ///
  /// @param generation of the purges when the request to the app began that validated it
  /// @return the new response; `null` if the old one is not stored any more, was purged meanwhile,
  ///   or there is no room now
  public @Nullable StoredResponse freshen(
      StoredResponse response, StoredHead head, long generation) {
    long present = purges.generation();
    if (purges.isOutdated(response.key(), head, generation)) {
      return null;
    }
    StoredResponse successor = response.withHead(head);
    if (successor == null) {
      return null;
    }
    successor.untouched(present);
    return succeed(response, successor) ? successor : null;
  }

  /// Adds a coding to a response, or to what took its place with the same content, if that is
  /// stored. Takes over the caller's hold of its content, whatever the outcome.
  public void add(StoredResponse response, CodedContent coded) {
    StoredContent content = coded.content();
    boolean isDone = false;
    for (int attempt = 0; attempt < MAX_ATTEMPTS && !isDone; attempt++) {
      StoredResponse present = holderOf(response);
      if (present == null || !content.tryRetain()) {
        break;
      }
      StoredResponse successor = present.with(coded);
      if (successor == null) {
        content.release();
        break;
      }
      isDone = succeed(present, successor);
    }
    content.release();
  }

  private @Nullable StoredResponse holderOf(StoredResponse response) {
    StoredSlot slot = slots.policy().getIfPresentQuietly(response.key());
    if (slot != null) {
      for (StoredResponse present : slot.responses()) {
        if (present.content() == response.content()) {
          return present;
        }
      }
    }
    return null;
  }

  // --- taking away

  /// Takes one response away.
  public void remove(StoredResponse response) {
    substitute(response, null);
  }

  /// Takes away what a request has put out of date.
  public void invalidate(Invalidation invalidation, long nowNanos) {
    for (CacheKey key : invalidation.resources()) {
      purges.add(new PurgeTarget.Url(PurgeTarget.Url.nameOf(key)), PurgeStrength.HARD, nowNanos);
    }
    for (String group : invalidation.groups()) {
      purges.add(new PurgeTarget.Group(group), PurgeStrength.HARD, nowNanos);
    }
  }

  /// Purges, in force for every thread as soon as that is noted; then compares all responses with
  /// it, so that the purges can tell their number. May take a moment; not for event loops.
  public List<Purge> purge(List<PurgeTarget> targets, PurgeStrength strength) {
    long nowNanos = System.nanoTime();
    List<Purge> done =
        targets.stream().map(target -> purges.add(target, strength, nowNanos)).toList();
    marks.clear();
    if (!done.isEmpty()) {
      sweep(done.getLast().generation);
    }
    return done;
  }

  /// Does what is due once a second. May take a moment; not for event loops.
  public void tick() {
    now = (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
    statistics.tick();
    fitHeap();
    if (System.nanoTime() - nextSweepNanos >= 0) {
      sweep(purges.generation());
    }
    purges.forget(sweptGeneration, System.nanoTime());
    memory.trim();
  }

  /// Takes everything away; what is still read stays until it is released.
  @Override
  public void close() {
    isClosed = true;
    for (StoredSlot slot : slots.asMap().values()) {
      slot.responses().forEach(this::remove);
    }
    memory.close();
  }

  // --- looking inside

  /// Requests of operators that want to see what becomes of them.
  public CacheProbes probes() {
    return probes;
  }

  /// What is counted.
  public CacheStatistics statistics() {
    return statistics;
  }

  /// What counts against the budget now.
  long chargedBytes() {
    return memory.chargedBytes();
  }

  /// How full it is. Counts all variants; not for event loops.
  public StoreTotals totals() {
    long keys = 0;
    long responses = 0;
    for (StoredSlot slot : slots.asMap().values()) {
      keys++;
      responses += slot.responses().size();
    }
    return new StoreTotals(
        keys,
        responses,
        memory.usedBytes(),
        memory.chargedBytes(),
        config.maxBytes(),
        memory.refusals());
  }

  /// The responses with most hits, the first one first. Looks at all; not for event loops.
  public List<StoredResponse> top(int number) {
    PriorityQueue<StoredResponse> top =
        new PriorityQueue<>(Comparator.comparingInt(StoredResponse::hits));
    for (StoredSlot slot : slots.asMap().values()) {
      for (StoredResponse response : slot.responses()) {
        top.add(response);
        if (top.size() > number) {
          top.remove();
        }
      }
    }
    return top.stream().sorted(Comparator.comparingInt(StoredResponse::hits).reversed()).toList();
  }

  // --- helpers

  private long maxWeight() {
    return config.maxBytes() - config.maxBytes() / RESERVE_PART;
  }

  private static long mark(CacheKey key) {
    return key.resourceHash() * 31 + key.hashCode();
  }

  /// Whether no purge has taken a response away, which is then also taken out of the table.
  private boolean isLeft(StoredResponse response) {
    long present = purges.generation();
    if (response.generation() == present) {
      return true;
    }
    return switch (purges.fate(response.key(), response.head(), response.generation())) {
      case UNTOUCHED -> {
        response.untouched(present);
        yield true;
      }
      case STALE -> {
        response.soften(System.nanoTime());
        response.untouched(present);
        yield true;
      }
      case GONE -> {
        remove(response);
        yield false;
      }
    };
  }

  /// Compares all responses with the purges up to a generation, unless somebody has done so.
  private void sweep(long generation) {
    sweeping.lock();
    try {
      if (sweptGeneration >= generation) {
        return;
      }
      long start = System.nanoTime();
      long present = purges.generation();
      for (StoredSlot slot : slots.asMap().values()) {
        slot.responses().forEach(this::isLeft);
      }
      sweptGeneration = present;
      long end = System.nanoTime();
      nextSweepNanos = end + REST_FACTOR * (end - start);
    } finally {
      sweeping.unlock();
    }
  }

  private List<StoredResponse> keptBeside(StoredResponse response, StoredSlot slot) {
    List<StoredResponse> kept = new ArrayList<>(slot.responses());
    kept.removeIf(other -> other.head().variant().equals(response.head().variant()));
    while (kept.size() >= config.maxVariants()) {
      kept.remove(
          kept.reversed().stream()
              .min(Comparator.comparingInt(StoredResponse::usedAt))
              .orElseThrow());
    }
    return kept;
  }

  /// Puts a successor in a response's place; lets go of the successor if that is not stored.
  private boolean succeed(StoredResponse response, StoredResponse successor) {
    if (!memory.tryChargeHeap(successor.heapBytes())) {
      successor.release();
      return false;
    }
    if (substitute(response, successor)) {
      return true;
    }
    drop(successor);
    return false;
  }

  /// Puts another response, or none, in the place of one; `false` if that is not stored.
  private boolean substitute(StoredResponse response, @Nullable StoredResponse other) {
    CacheKey key = response.key();
    while (true) {
      StoredSlot slot = slots.policy().getIfPresentQuietly(key);
      if (slot == null || !slot.responses().contains(response)) {
        return false;
      }
      List<StoredResponse> all = new ArrayList<>(slot.responses());
      if (other == null) {
        all.remove(response);
      } else {
        all.set(all.indexOf(response), other);
      }
      if (exchange(key, slot, StoredVariants.of(all))) {
        return true;
      }
    }
  }

  /// Puts one slot in the place of another if nobody was quicker, and lets go of what was only in
  /// the old one.
  private boolean exchange(CacheKey key, @Nullable StoredSlot old, @Nullable StoredSlot slot) {
    boolean isDone;
    if (slot == null) {
      isDone = old == null || slots.asMap().remove(key, old);
    } else {
      isDone =
          old == null
              ? slots.asMap().putIfAbsent(key, slot) == null
              : slots.asMap().replace(key, old, slot);
    }
    if (isDone && old != null) {
      List<StoredResponse> kept = slot == null ? List.of() : slot.responses();
      old.responses().stream().filter(response -> !kept.contains(response)).forEach(this::drop);
    }
    return isDone;
  }

  private void evicted(@Nullable CacheKey key, @Nullable StoredSlot slot, RemovalCause cause) {
    if (slot != null) {
      statistics.evicted(slot.responses().size());
      slot.responses().forEach(this::drop);
    }
  }

  private void drop(StoredResponse response) {
    memory.creditHeap(response.heapBytes());
    response.release();
  }

  /// Has something done in the background; at once if nobody does so any more.
  private void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException _) {
      task.run();
    }
  }

  private void relieveSoon() {
    boolean isRested = System.nanoTime() - nextReliefNanos >= 0;
    if (isRested && !isClosed && isRelieving.compareAndSet(false, true)) {
      execute(this::relieve);
    }
  }

  /// Gives Caffeine as much as would, with responses like those now stored, fill the heap's part.
  private void fitHeap() {
    Policy.Eviction<CacheKey, StoredSlot> eviction = slots.policy().eviction().orElseThrow();
    long maximum = maxWeight();
    long taken = memory.heapBytes();
    if (taken > heapBytes / 2) {
      double weight = eviction.weightedSize().orElse(0);
      maximum = Math.min(maximum, (long) (weight / taken * (heapBytes - heapBytes / STEP_PART)));
    }
    if (Math.abs(maximum - eviction.getMaximum()) > maximum / STEP_PART) {
      eviction.setMaximum(maximum);
    }
  }

  /// Fits what is stored to the heap, and empties the sparsest regions of memory.
  private void relieve() {
    long start = System.nanoTime();
    try {
      fitHeap();
      memory.trim();
      if (memory.closeSparsest(config.maxBytes() / RESERVE_PART)) {
        for (StoredSlot slot : slots.asMap().values()) {
          slot.responses().stream().filter(StoredResponse::isInTheWay).forEach(this::relieve);
        }
        memory.trim();
      }
    } finally {
      long end = System.nanoTime();
      nextReliefNanos = end + REST_FACTOR * (end - start);
      isRelieving.set(false);
    }
  }

  private void relieve(StoredResponse response) {
    if (substitute(response, null)) {
      statistics.evicted(1);
    }
  }
}
