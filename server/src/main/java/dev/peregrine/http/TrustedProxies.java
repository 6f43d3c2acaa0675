package dev.peregrine.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The peers whose `X-Forwarded-*` fields are believed.
///
/// @param blocks where they sit
public record TrustedProxies(List<CidrBlock> blocks) {
  /// Nobody.
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  public TrustedProxies {
    blocks = List.copyOf(blocks);
  }

  /// The peers in those blocks, each of which [CidrBlock#parse] accepts.
  public static TrustedProxies of(List<String> blocks) {
    return new TrustedProxies(
        blocks.stream()
            .map(text ->
                CidrBlock.parse(text)
                    .orElseThrow(() ->
                        new IllegalArgumentException(
                            text + " (expected an address or block such as 10.0.0.0/8)")))
            .toList());
  }

  /// Whether the peer is one of them.
  public boolean contains(InetAddress peer) {
    for (CidrBlock block : blocks) {
      if (block.contains(peer)) {
        return true;
      }
    }
    return false;
  }

  /// The address that the request came from: the peer if it is not trusted, else the last address
  /// of `X-Forwarded-For` that is not trusted. An entry that is no address ends the search, as
  /// whoever wrote it cannot be believed about what stands before it.
  public InetAddress client(InetAddress peer, FieldSection fields) {
    List<String> entries = new ArrayList<>();
    for (int line = 0; line < fields.size(); line++) {
      if (fields.known(line) == FieldName.X_FORWARDED_FOR) {
        entries.addAll(List.of(fields.value(line).split(",", -1)));
      }
    }
    InetAddress client = peer;
    for (String entry : entries.reversed()) {
      Optional<InetAddress> before = contains(client) ? address(entry.strip()) : Optional.empty();
      if (before.isEmpty()) {
        return client;
      }
      client = before.get();
    }
    return client;
  }

  /// Reads an address with or without a port; an IPv6 address with one stands in brackets.
  private static Optional<InetAddress> address(String entry) {
    String host = entry;
    int colon = entry.indexOf(':');
    if (entry.startsWith("[")) {
      int close = entry.indexOf(']');
      host = close < 0 ? "" : entry.substring(1, close);
    } else if (colon >= 0 && colon == entry.lastIndexOf(':')) {
      host = entry.substring(0, colon);
    }
    byte[] octets = IpAddress.parse(host);
    try {
      return octets == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(octets));
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}
