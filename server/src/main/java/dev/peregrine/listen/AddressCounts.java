package dev.peregrine.listen;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How many connections each client address has open; shared by all event loops.
final class AddressCounts {
  private final int limit;
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  AddressCounts(int limit) {
    this.limit = limit;
  }

  /// Counts one more, unless the limit is reached.
  boolean add(String address) {
    if (limit == Integer.MAX_VALUE) {
      return true;
    }
    int count = counts.merge(address, 1, Integer::sum);
    if (count > limit) {
      remove(address);
      return false;
    }
    return true;
  }

  void remove(String address) {
    if (limit != Integer.MAX_VALUE) {
      counts.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }
  }
}
