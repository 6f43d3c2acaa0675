package dev.peregrine.exchange;

import dev.peregrine.cache.CacheStatus;
import dev.peregrine.cache.Forward;
import dev.peregrine.cache.RequestVerdict;
import org.jspecify.annotations.Nullable;

/// Why a request goes to the app by itself, past the stored responses.
///
/// @param forward why
/// @param lookup what was found out about it, if its response may be stored
/// @param generation of the purges when it began
record Pass(Forward forward, RequestVerdict.@Nullable Lookup lookup, long generation) {
  /// The line that tells the client.
  String statusLine() {
    return CacheStatus.passedLine(forward);
  }
}
