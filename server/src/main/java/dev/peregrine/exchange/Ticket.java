package dev.peregrine.exchange;

import dev.peregrine.cache.CacheKey;
import dev.peregrine.cache.Forward;
import dev.peregrine.cache.RequestVerdict;
import dev.peregrine.cache.StoredResponse;
import org.jspecify.annotations.Nullable;

/// What a [Flight] is for.
///
/// @param request what the app is asked: without the conditions and ranges of clients where its
///   response is to be stored, with the validators of the stale response if there is one
/// @param lookup what was found out about the request of whoever began it
/// @param forward why the app is asked
/// @param stale the stored response to be validated, if there is one
record Ticket(
    Outgoing request,
    RequestVerdict.Lookup lookup,
    Forward forward,
    @Nullable StoredResponse stale) {
  CacheKey key() {
    return lookup.key();
  }
}
