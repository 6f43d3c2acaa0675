package dev.peregrine.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Messages as bytes, in buffers outside the heap like those that sockets are read into.
final class Wire {
  /// The head that a browser sends, without its last line.
  static final String BROWSER =
      """
      GET /articles/2026/11?page=2&sort=date HTTP/1.1\r
      Host: www.example.com\r
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r
      Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
      Accept-Language: en-US,en;q=0.5\r
      Accept-Encoding: gzip, deflate, br, zstd\r
      Referer: https://www.example.com/articles\r
      Connection: keep-alive\r
      Cookie: session=0123456789abcdef0123456789abcdef0123456789abcdef; theme=dark\r
      Upgrade-Insecure-Requests: 1\r
      Sec-Fetch-Dest: document\r
      Sec-Fetch-Mode: navigate\r
      Sec-Fetch-Site: same-origin\r
      """;

  private Wire() {}

  static ByteBuffer buffer(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
