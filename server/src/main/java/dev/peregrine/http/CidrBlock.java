package dev.peregrine.http;

import java.net.InetAddress;
import java.util.Optional;

/// A block of IP addresses that begin with the same bits, such as `10.0.0.0/8`. Source: RFC 4632
/// §3.1.
public final class CidrBlock {
  private final byte[] network;
  private final int prefix;

  private CidrBlock(byte[] network, int prefix) {
    this.network = network;
    this.prefix = prefix;
  }

  /// Reads `address[/prefix]`; without a prefix the block is that one address. Bits of the address
  /// after the prefix are of no account.
  public static Optional<CidrBlock> parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return Optional.empty();
    }
    int bits = address.length * 8;
    int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1));
    return prefix < 0 || prefix > bits
        ? Optional.empty()
        : Optional.of(new CidrBlock(address, prefix));
  }

  /// Whether the address lies in the block; an IPv4 address mapped into IPv6 is the IPv4 address.
  public boolean contains(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length != network.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (octets[i] != network[i]) {
        return false;
      }
    }
    int rest = prefix % 8;
    return rest == 0 || ((octets[whole] ^ network[whole]) & 0xff) >>> (8 - rest) == 0;
  }

  private static int prefix(String digits) {
    boolean formed = !digits.isEmpty() && digits.length() <= 3;
    for (int i = 0; i < digits.length(); i++) {
      formed &= digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
    }
    return formed ? Integer.parseInt(digits) : -1;
  }
}
