package dev.peregrine.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Requests that an operator has sent through the server to see what becomes of them. They are
/// known by their request ids, which nobody can guess. Any thread may look.
public final class CacheProbes {
  private final Map<String, CacheProbe> probes = new ConcurrentHashMap<>();

  /// Begins to watch for a request with that id.
  public void add(String requestId, CacheProbe probe) {
    probes.put(requestId, probe);
  }

  /// Ends it.
  public void remove(String requestId) {
    probes.remove(requestId);
  }

  /// Whether any request is watched for: if not, nobody needs to look for one.
  public boolean areThere() {
    return !probes.isEmpty();
  }

  /// The probe that a request is, if it is one.
  public @Nullable CacheProbe find(String requestId) {
    return probes.get(requestId);
  }
}
