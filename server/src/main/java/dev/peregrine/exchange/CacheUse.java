package dev.peregrine.exchange;

import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.ResponseStore;
import java.util.List;

/// The cache that a gateway answers from.
///
/// @param policy what it decides
/// @param store what it has
/// @param trustedClients addresses and CIDR blocks of the clients whose cache directives are heeded
public record CacheUse(CachePolicy policy, ResponseStore store, List<String> trustedClients) {
  public CacheUse {
    trustedClients = List.copyOf(trustedClients);
  }
}
