package dev.peregrine.conformance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One reply that a scripted app is to give; a field's value may be `@SECONDS`, a date so far from
/// the moment of the reply, and may have `{path}` in it, the path that the test asks for.
final class Reply {
  private final Map<String, Object> parts = new LinkedHashMap<>();

  private Reply() {}

  static Reply ok(String... fields) {
    return of(200, fields);
  }

  static Reply of(int status, String... fields) {
    Reply reply = new Reply();
    reply.parts.put("status", status);
    return reply.with("fields", pairs(fields));
  }

  /// 304 to a condition that is, octet for octet, the validator sent before; 999 to anything else.
  static Reply validating(String... fields) {
    return of(304, fields).with("validates", true);
  }

  /// The connection is closed without a byte.
  static Reply dropped() {
    return of(200).with("drops", "at once");
  }

  /// These bytes and nothing else; the connection stays open.
  static Reply raw(String bytes) {
    return of(200).with("raw", bytes);
  }

  Reply content(String text) {
    return with("content", text);
  }

  Reply after(int millis) {
    return with("delay", millis);
  }

  /// The connection is closed in the middle of the content.
  Reply cutOff() {
    return with("drops", "midway");
  }

  /// Nothing is answered until the gate is open.
  Reply behind(Path gate) {
    return with("gate", gate.toString());
  }

  /// So many bytes of the content come at once, the rest when the gate is open.
  Reply begunBehind(Path gate, int bytes) {
    return behind(gate).with("begun", bytes);
  }

  Reply undated() {
    return with("undated", true);
  }

  Reply interim(int status, String... fields) {
    return with("interim", List.of(List.of(status, pairs(fields))));
  }

  private Reply with(String name, Object value) {
    parts.put(name, value);
    return this;
  }

  private static List<List<String>> pairs(String... fields) {
    List<List<String>> pairs = new ArrayList<>();
    for (String field : fields) {
      int colon = field.indexOf(':');
      pairs.add(List.of(field.substring(0, colon), field.substring(colon + 1).strip()));
    }
    return pairs;
  }

  /// As the app reads it.
  Map<String, Object> json() {
    return parts;
  }
}
