package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// RFC 3986 §3.2.2, RFC 9110 §7.2
class HostTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "example.com",
        "example.com:1",
        "example.com:65535",
        "my_app-1.test",
        "1.2.3.4:80",
        "a%20b",
        "a!$&'()*+,;=~b",
        "[::]",
        "[::1]:80",
        "[1:2:3:4:5:6:7:8]",
        "[1::8]",
        "[::ffff:1.2.3.4]",
        "[64:ff9b::1.2.3.4]",
        "[1:2:3:4:5:6:1.2.3.4]",
        "[ABCD:EF01::]"
      })
  void isValid_ofGoodHost_isTrue(String host) {
    assertThat(isValid(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        "a:",
        "a:0",
        "a:65536",
        "a:99999999999",
        "a:8a",
        "a:80:80",
        "a b",
        "a/b",
        "a?b",
        "a#b",
        "a@b",
        "a\\b",
        "a\"b",
        "a<b",
        "a[b",
        "a%",
        "a%4",
        "a%zz",
        "[]",
        "[",
        "]",
        "[::1",
        "::1",
        "[::1]a",
        "[::1]:",
        "[:::]",
        "[1::2::3]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1:2:3:4:5:6:7::8]x",
        "[12345::]",
        "[g::]",
        "[1.2.3.4]",
        "[::1.2.3]",
        "[::1.2.3.256]",
        "[1.2.3.4::]",
        "[::1%eth0]",
        "[v1.x]"
      })
  void isValid_ofBadHost_isFalse(String host) {
    assertThat(isValid(host)).isFalse();
  }

  private static boolean isValid(String host) {
    byte[] bytes = ("x" + host + "x").getBytes(StandardCharsets.ISO_8859_1);
    return Host.isValid(bytes, 1, bytes.length - 1);
  }
}
