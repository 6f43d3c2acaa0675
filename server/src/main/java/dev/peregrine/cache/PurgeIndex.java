package dev.peregrine.cache;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The purges of one strength, found by what they are about. Written under the lock of [Purges],
/// read by any thread.
final class PurgeIndex {
  private final Map<PurgeTarget, Purge> exact = new ConcurrentHashMap<>();
  private final List<Purge> prefixes = new CopyOnWriteArrayList<>();

  void add(Purge purge) {
    exact.put(purge.target, purge);
    if (purge.target instanceof PurgeTarget.Prefix) {
      prefixes.removeIf(other -> other.target.equals(purge.target));
      prefixes.add(purge);
    }
  }

  void remove(Purge purge) {
    exact.remove(purge.target, purge);
    prefixes.remove(purge);
  }

  void clear() {
    exact.clear();
    prefixes.clear();
  }

  /// A purge younger than `generation` that is about a response of that key and head.
  @Nullable Purge covering(CacheKey key, StoredHead head, long generation) {
    if (exact.isEmpty()) {
      return null;
    }
    Purge found = exact(new PurgeTarget.Everything(), generation);
    found = found == null ? byLabel(head, generation) : found;
    return found == null ? byUrl(key, generation) : found;
  }

  private @Nullable Purge byLabel(StoredHead head, long generation) {
    for (String tag : head.tags()) {
      Purge found = exact(new PurgeTarget.Tag(tag), generation);
      if (found != null) {
        return found;
      }
    }
    for (String group : head.groups()) {
      Purge found = exact(new PurgeTarget.Group(group), generation);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Purge byUrl(CacheKey key, long generation) {
    String name = PurgeTarget.Url.nameOf(key);
    String target = key.target();
    Purge found = exact(new PurgeTarget.Url(name), generation);
    found = found == null ? exact(new PurgeTarget.Url(target), generation) : found;
    for (Purge purge : prefixes) {
      String prefix = ((PurgeTarget.Prefix) purge.target).prefix();
      boolean isYounger = purge.generation > generation;
      if (found == null && isYounger && (name.startsWith(prefix) || target.startsWith(prefix))) {
        found = purge;
      }
    }
    return found;
  }

  private @Nullable Purge exact(PurgeTarget target, long generation) {
    Purge purge = exact.get(target);
    return purge != null && purge.generation > generation ? purge : null;
  }
}
