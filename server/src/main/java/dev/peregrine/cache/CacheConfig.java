package dev.peregrine.cache;

import java.time.Duration;
import java.util.List;

/// What the operator decides about the cache.
///
/// @param isEnabled whether there is a cache
/// @param maxBytes memory for stored responses
/// @param maxEntryBytes longest response stored, head and content
/// @param maxVariants most variants stored side by side for one key
/// @param usesHeuristics whether responses are stored, too, about which the app said nothing
/// @param sharesSetCookie whether a response with `Set-Cookie` is stored and given to others
/// @param clientDirectives whose `Cache-Control` in requests is heeded
/// @param trustedClients addresses and blocks of the clients trusted by `clientDirectives`
/// @param varyCookies names of the cookies whose values are part of the key
/// @param bypassCookies names of the cookies that keep a request out of the cache; a name may end
///   in `*`
/// @param sortsQuery whether the order of query parameters is left out of the key
/// @param droppedParameters names of the query parameters left out of the key; a name may end in
///   `*`
/// @param staleIfError how long after its freshness a response may serve in place of an error, when
///   the app does not say
public record CacheConfig(
    boolean isEnabled,
    long maxBytes,
    long maxEntryBytes,
    int maxVariants,
    boolean usesHeuristics,
    boolean sharesSetCookie,
    ClientDirectives clientDirectives,
    List<String> trustedClients,
    List<String> varyCookies,
    List<String> bypassCookies,
    boolean sortsQuery,
    List<String> droppedParameters,
    Duration staleIfError) {
  public CacheConfig {
    trustedClients = List.copyOf(trustedClients);
    varyCookies = List.copyOf(varyCookies);
    bypassCookies = List.copyOf(bypassCookies);
    droppedParameters = List.copyOf(droppedParameters);
  }

  /// Whose directives count.
  public enum ClientDirectives {
    /// Nobody's.
    OFF,
    /// Those of trusted clients.
    TRUSTED,
    /// Everybody's.
    ALL
  }
}
