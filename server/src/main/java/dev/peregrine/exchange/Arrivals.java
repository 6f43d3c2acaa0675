package dev.peregrine.exchange;

import dev.peregrine.cache.Arrival;
import dev.peregrine.cache.Scheme;
import dev.peregrine.cache.Trust;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.TrustedProxies;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.Peer;
import java.net.InetAddress;

/// What the connection tells the cache of a request. Pure.
///
/// @param proxies the peers whose forwarding fields are believed
/// @param clients the clients, behind proxies or not, whose cache directives are heeded
record Arrivals(TrustedProxies proxies, TrustedProxies clients) {
  Arrival of(ClientStream stream) {
    return of(stream.head(), stream.peer());
  }

  Arrival of(RequestHead head, Peer peer) {
    InetAddress address = peer.inetAddress();
    if (proxies.blocks().isEmpty() || !proxies.contains(address)) {
      Scheme scheme = peer.isSecure() ? Scheme.HTTPS : Scheme.HTTP;
      return Arrival.of(scheme, trust(address), Trust.UNTRUSTED);
    }
    boolean isSecure = ClientOrigin.of(head, peer, proxies).isSecure();
    Trust client = trust(proxies.client(address, head.fields()));
    return Arrival.of(isSecure ? Scheme.HTTPS : Scheme.HTTP, client, Trust.TRUSTED);
  }

  private Trust trust(InetAddress client) {
    return clients.contains(client) ? Trust.TRUSTED : Trust.UNTRUSTED;
  }
}
