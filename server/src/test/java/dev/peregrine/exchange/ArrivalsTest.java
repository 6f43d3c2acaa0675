package dev.peregrine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cache.Arrival;
import dev.peregrine.cache.Scheme;
import dev.peregrine.cache.Trust;
import dev.peregrine.http.Heads;
import dev.peregrine.http.TrustedProxies;
import dev.peregrine.listen.Peer;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final TrustedProxies LOCAL = TrustedProxies.of(List.of("127.0.0.0/8"));

  private static Arrival arrival(TrustedProxies proxies, String address, String... lines) {
    Peer peer = new Peer(InetAddress.ofLiteral(address), address, 1, "127.0.0.1", 80, false);
    String text = "GET / HTTP/1.1\nHost: a\n" + String.join("\n", lines);
    return new Arrivals(proxies, LOCAL).of(Heads.request(text), peer);
  }

  @Test
  void client_withoutProxies_isThePeer() {
    assertThat(arrival(TrustedProxies.NONE, "127.0.0.1", "X-Forwarded-For: 192.0.2.1").client())
        .isEqualTo(Trust.TRUSTED);
    assertThat(arrival(TrustedProxies.NONE, "192.0.2.1", "X-Forwarded-For: 127.0.0.1").client())
        .isEqualTo(Trust.UNTRUSTED);
  }

  @Test
  void client_behindATrustedProxy_isNotThePeer() {
    assertThat(arrival(LOCAL, "127.0.0.1", "X-Forwarded-For: 192.0.2.1").client())
        .isEqualTo(Trust.UNTRUSTED);
    assertThat(arrival(LOCAL, "127.0.0.1").client()).isEqualTo(Trust.TRUSTED);
  }

  @Test
  void scheme_isThatOfTheConnectionOrOfATrustedProxy() {
    assertThat(arrival(LOCAL, "127.0.0.1", "X-Forwarded-Proto: https"))
        .isEqualTo(Arrival.of(Scheme.HTTPS, Trust.TRUSTED, Trust.TRUSTED));
    assertThat(arrival(LOCAL, "192.0.2.1", "X-Forwarded-Proto: https"))
        .isEqualTo(Arrival.of(Scheme.HTTP, Trust.UNTRUSTED, Trust.UNTRUSTED));
  }
}
