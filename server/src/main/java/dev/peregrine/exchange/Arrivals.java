package dev.peregrine.exchange;

import dev.peregrine.cache.Arrival;
import dev.peregrine.cache.Scheme;
import dev.peregrine.cache.Trust;
import dev.peregrine.http.TrustedProxies;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.Peer;

/// What the connection tells the cache of a request. Pure.
///
/// @param proxies the peers whose forwarding fields are believed
/// @param clients the peers whose cache directives are heeded
record Arrivals(TrustedProxies proxies, TrustedProxies clients) {
  Arrival of(ClientStream stream) {
    Peer peer = stream.peer();
    Trust client = trust(clients, peer);
    if (proxies.blocks().isEmpty() || !proxies.contains(peer.inetAddress())) {
      return Arrival.of(peer.isSecure() ? Scheme.HTTPS : Scheme.HTTP, client, Trust.UNTRUSTED);
    }
    boolean isSecure = ClientOrigin.of(stream.head(), peer, proxies).isSecure();
    return Arrival.of(isSecure ? Scheme.HTTPS : Scheme.HTTP, client, Trust.TRUSTED);
  }

  private static Trust trust(TrustedProxies trusted, Peer peer) {
    return trusted.contains(peer.inetAddress()) ? Trust.TRUSTED : Trust.UNTRUSTED;
  }
}
