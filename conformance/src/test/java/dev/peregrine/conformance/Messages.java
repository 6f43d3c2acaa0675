package dev.peregrine.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Requests as text.
final class Messages {
  private Messages() {}

  /// Gives the lines of a text block the line ends of HTTP.
  static String crlf(String lines) {
    return lines.replace("\n", "\r\n");
  }

  static String get(String target, String... fields) {
    return request("GET", target, fields) + "\r\n";
  }

  static String post(String target, String content, String... fields) {
    return request("POST", target, fields)
        + "Content-Length: "
        + content.getBytes(StandardCharsets.ISO_8859_1).length
        + "\r\n\r\n"
        + content;
  }

  /// Start line, Host and the fields given, without the empty line.
  static String request(String method, String target, String... fields) {
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    for (String field : fields) {
      text.append(field).append("\r\n");
    }
    return text.toString();
  }

  /// The content in chunks of the given size, with the last chunk but without trailer section.
  static byte[] chunks(byte[] content, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int start = 0; start < content.length; start += size) {
      int length = Math.min(size, content.length - start);
      out.writeBytes(
          (Integer.toHexString(length).toUpperCase(Locale.ROOT) + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(content, start, length);
      out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }
}
