package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticPathTest {
  // RFC 3986 §5.2.4, §6.2.2
  @ParameterizedTest
  @CsvSource(
      emptyValue = "",
      value = {
        "/, '', true",
        "/a, a, false",
        "/a/b.c, a/b.c, false",
        "/a/, a, true",
        "//a//b, a/b, false",
        "/a/./b, a/b, false",
        "/a/../b, b, false",
        "/a/b/.., a, true",
        "/a/b/../../c, c, false",
        "/a%20b, a b, false",
        "/%61, a, false",
        "/%2e/a, a, false",
        "/a/%2E%2e/b, b, false",
        "/a%2520, a%20, false",
        "/.well-known/acme, .well-known/acme, false",
        "/a+b;c=d, a+b;c=d, false",
        "/caf%C3%A9, café, false"
      })
  void of_goodPath_isDecodedOnceAndResolved(String path, String relative, boolean directory) {
    assertThat(StaticPath.of(path)).contains(new StaticPath(relative, directory));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "a",
        "/..",
        "/../a",
        "/a/../../b",
        "/%2e%2e/a",
        "/a/%2e%2e/%2e%2e/b",
        "/a%2fb",
        "/a%2Fb",
        "/..%2fetc",
        "/a%5cb",
        "/a\\b",
        "/a%00",
        "/a%00.html",
        "/a%0ab",
        "/a%7f",
        "/.env",
        "/.git/config",
        "/a/.htaccess",
        "/%2eenv",
        "/...",
        "/a/.well-known/x",
        "/%",
        "/%4",
        "/%zz",
        "/a%",
        "/caf%e9",
        "/%c0%ae%c0%ae/a",
        "/%ff"
      })
  void of_badPath_isRefused(String path) {
    assertThat(StaticPath.of(path)).isEmpty();
  }
}
