package dev.peregrine.exchange;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A generated answer: status, fields and content, ready to be sent.
final class ErrorPage {
  private final int status;
  private final List<Map.Entry<String, String>> fields;
  private final byte[] content;

  ErrorPage(int status, List<Map.Entry<String, String>> fields, String content) {
    this.status = status;
    this.fields = List.copyOf(fields);
    this.content = content.getBytes(StandardCharsets.UTF_8);
  }

  int status() {
    return status;
  }

  /// Field names and values, `Content-Type` among them; `Content-Length` is left to the sender.
  List<Map.Entry<String, String>> fields() {
    return fields;
  }

  /// The bytes to send; nobody changes them.
  byte[] content() {
    return content;
  }
}
