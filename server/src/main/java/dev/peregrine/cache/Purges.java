package dev.peregrine.cache;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/// What was purged, told by a counter: each purge is a new generation, and no stored response is
/// touched for it.
///
/// A stored response carries the generation at which it was last found to be untouched. While that
/// is the present one, nothing has to be looked up; else it is looked up once, and the response
/// carries the present one from then on. So a purge takes the same short time whatever is stored,
/// and counts for every thread as soon as [#add] returns.
///
/// Purges are forgotten once everything stored has been looked at since (a sweep) and no response
/// can still be under way that was asked for before; one that is all the same is not stored.
final class Purges {
  private static final int MAX_PURGES = 16_384;
  private static final long MAX_JOURNEY_NANOS = 300_000_000_000L;

  private final PurgeIndex hard = new PurgeIndex();
  private final PurgeIndex soft = new PurgeIndex();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long generation = 1;
  private volatile long forgotten;

  /// Oldest first. Guarded by the lock.
  private final Deque<Purge> purges = new ArrayDeque<>();

  /// What a purge makes of a stored response.
  enum Fate {
    UNTOUCHED,
    STALE,
    GONE
  }

  /// The present generation: number of purges so far.
  long generation() {
    return generation;
  }

  /// Purges; in force as soon as it returns. If there are too many that nothing stored has been
  /// compared with yet, everything is purged instead.
  Purge add(PurgeTarget target, PurgeStrength strength, long nowNanos) {
    lock.lock();
    try {
      if (purges.size() >= MAX_PURGES) {
        purges.clear();
        hard.clear();
        soft.clear();
        addLast(new PurgeTarget.Everything(), PurgeStrength.HARD, nowNanos);
      }
      return addLast(target, strength, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /// What has become of a response of the generation `since`, and counts it.
  Fate fate(CacheKey key, StoredHead head, long since) {
    Purge purge = hard.covering(key, head, since);
    if (purge == null) {
      purge = soft.covering(key, head, since);
    }
    if (purge == null) {
      return Fate.UNTOUCHED;
    }
    purge.countResponse();
    return purge.strength == PurgeStrength.HARD ? Fate.GONE : Fate.STALE;
  }

  /// Whether a response asked for at the generation `since` may not be stored any more.
  boolean isOutdated(CacheKey key, StoredHead head, long since) {
    return since != generation
        && (since < forgotten
            || hard.covering(key, head, since) != null
            || soft.covering(key, head, since) != null);
  }

  /// Forgets purges up to a generation with which everything stored has been compared.
  void forget(long swept, long nowNanos) {
    lock.lock();
    try {
      Purge oldest = purges.peekFirst();
      while (oldest != null && oldest.generation <= swept && isOver(oldest, nowNanos)) {
        purges.removeFirst();
        (oldest.strength == PurgeStrength.HARD ? hard : soft).remove(oldest);
        forgotten = oldest.generation;
        oldest = purges.peekFirst();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver(Purge purge, long nowNanos) {
    return nowNanos - purge.atNanos > MAX_JOURNEY_NANOS || purges.size() > MAX_PURGES / 2;
  }

  private Purge addLast(PurgeTarget target, PurgeStrength strength, long nowNanos) {
    Purge purge = new Purge(target, strength, generation + 1, nowNanos);
    (strength == PurgeStrength.HARD ? hard : soft).add(purge);
    purges.addLast(purge);
    generation = purge.generation;
    return purge;
  }
}
