package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final TrustedProxies OURS =
      TrustedProxies.of(List.of("10.0.0.0/8", "::1", "fd00::/8"));

  // RFC 4632 §3.1
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "192.168.1.128/25, 192.168.1.127, false",
    "192.168.1.128/25, 192.168.1.200, true",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3/32, 10.1.2.4, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "0.0.0.0/0, ::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::/0, ::1, true",
    "127.0.0.0/8, ::ffff:127.0.0.1, true"
  })
  void contains_byPrefix_comparesBits(String block, String address, boolean expected) {
    assertThat(CidrBlock.parse(block).orElseThrow().contains(address(address))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0/8",
        "10.0.0.0.0",
        "10.0.0.256",
        "10.0.0.01",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "::1/129",
        "1::2::3",
        ":",
        "fe80::1%eth0"
      })
  void parse_ofAnythingElse_isEmpty(String text) {
    assertThat(CidrBlock.parse(text)).isEmpty();
  }

  @Test
  void client_ofPeerNotTrusted_isThePeer() {
    assertThat(client("8.8.8.8", "X-Forwarded-For: 1.2.3.4")).isEqualTo("8.8.8.8");
  }

  @Test
  void client_ofTrustedPeer_isTheLastAddressNotTrusted() {
    assertThat(client("10.0.0.1", "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.2"))
        .isEqualTo("1.2.3.4");
    assertThat(client("10.0.0.1", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 1.2.3.4"))
        .isEqualTo("1.2.3.4");
    assertThat(client("10.0.0.1", "X-Forwarded-For: 10.0.0.3, 10.0.0.2")).isEqualTo("10.0.0.3");
    assertThat(client("10.0.0.1")).isEqualTo("10.0.0.1");
  }

  @Test
  void client_withPorts_leavesThemOut() {
    assertThat(client("10.0.0.1", "X-Forwarded-For: 1.2.3.4:5678")).isEqualTo("1.2.3.4");
    assertThat(client("10.0.0.1", "X-Forwarded-For: [2001:db8::1]:5678"))
        .isEqualTo("2001:db8:0:0:0:0:0:1");
    assertThat(client("10.0.0.1", "X-Forwarded-For: 2001:db8::1"))
        .isEqualTo("2001:db8:0:0:0:0:0:1");
  }

  @Test
  void client_beforeNonsense_isNotBelieved() {
    assertThat(client("10.0.0.1", "X-Forwarded-For: 1.2.3.4, unknown")).isEqualTo("10.0.0.1");
    assertThat(client("10.0.0.1", "X-Forwarded-For: 1.2.3.4, ")).isEqualTo("10.0.0.1");
  }

  @Test
  void contains_ofNone_isFalse() {
    assertThat(TrustedProxies.NONE.contains(address("127.0.0.1"))).isFalse();
    assertThat(OURS.contains(address("::1"))).isTrue();
  }

  private static String client(String peer, String... lines) {
    return OURS.client(address(peer), Heads.fields(lines)).getHostAddress();
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
