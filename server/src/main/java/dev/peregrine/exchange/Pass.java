package dev.peregrine.exchange;

import dev.peregrine.cache.CacheStatus;
import dev.peregrine.cache.Forward;
import dev.peregrine.cache.RequestVerdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Why a request goes to the app by itself, past the stored responses.
///
/// @param forward why
/// @param lookup what was found out about it, if its response may be stored
/// @param generation of the purges when it began
record Pass(Forward forward, RequestVerdict.@Nullable Lookup lookup, long generation) {
  private static final Map<Forward, String> LINES = lines();

  private static Map<Forward, String> lines() {
    Map<Forward, String> lines = new EnumMap<>(Forward.class);
    for (Forward forward : Forward.values()) {
      lines.put(forward, CacheStatus.passed(forward).line());
    }
    return lines;
  }

  /// The line that tells the client.
  String statusLine() {
    return Objects.requireNonNull(LINES.get(forward));
  }
}
