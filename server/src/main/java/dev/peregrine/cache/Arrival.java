package dev.peregrine.cache;

/// What the connection says of a request and its head does not. There are eight of them; none needs
/// to be made for a request.
///
/// @param scheme how the client reached the server, be it by word of a trusted proxy
/// @param client whether the client's own cache directives may be heeded
/// @param proxy whether the peer is a trusted proxy, whose `X-Forwarded-Host` reaches the app
public record Arrival(Scheme scheme, Trust client, Trust proxy) {
  private static final Arrival[] ALL = all();

  /// The arrival of those properties.
  public static Arrival of(Scheme scheme, Trust client, Trust proxy) {
    int index =
        (scheme == Scheme.HTTPS ? 4 : 0)
            + (client == Trust.TRUSTED ? 2 : 0)
            + (proxy == Trust.TRUSTED ? 1 : 0);
    return ALL[index];
  }

  private static Arrival[] all() {
    Arrival[] all = new Arrival[8];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          new Arrival(
              (i & 4) == 0 ? Scheme.HTTP : Scheme.HTTPS,
              (i & 2) == 0 ? Trust.UNTRUSTED : Trust.TRUSTED,
              (i & 1) == 0 ? Trust.UNTRUSTED : Trust.TRUSTED);
    }
    return all;
  }
}
