package dev.peregrine.conformance;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One response as it came over the wire, content decoded from its framing.
@SuppressWarnings("ArrayRecordComponent")
record Answer(
    String version,
    int status,
    String reason,
    List<Map.Entry<String, String>> fields,
    byte[] content,
    List<Map.Entry<String, String>> trailers) {

  private static final JsonMapper JSON = JsonMapper.shared();

  Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  /// The value of a field that has to be there.
  String field(String name) {
    return first(name).orElseThrow(() -> new AssertionError("no field " + name + " in " + this));
  }

  List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  boolean has(String name) {
    return first(name).isPresent();
  }

  String text() {
    return new String(content, StandardCharsets.UTF_8);
  }

  JsonNode json() {
    return JSON.readTree(content);
  }

  boolean isClosing() {
    return all("connection").stream().anyMatch(value -> value.equalsIgnoreCase("close"))
        || version.equals("HTTP/1.0");
  }

  Answer withContent(byte[] bytes, List<Map.Entry<String, String>> trailerFields) {
    return new Answer(version, status, reason, fields, bytes, trailerFields);
  }

  @Override
  public String toString() {
    String shown = content.length > 600 ? content.length + " bytes" : text();
    return version + " " + status + " " + reason + " " + fields + " content: " + shown;
  }
}
