package dev.peregrine.log;

import java.nio.charset.StandardCharsets;

/// Writes one JSON document of objects and lists, front to back, without a library: for programs
/// that have to stay small.
public final class JsonLine {
  private final LineBuffer out = new LineBuffer(1024);
  private boolean isFirst = true;

  /// Begins an object, as the document or as the next of a list.
  public JsonLine open() {
    separate().put('{');
    isFirst = true;
    return this;
  }

  public JsonLine close() {
    out.put('}');
    isFirst = false;
    return this;
  }

  /// Begins a list as a member of the object.
  public JsonLine list(String key) {
    member(key).put('[');
    isFirst = true;
    return this;
  }

  public JsonLine closeList() {
    out.put(']');
    isFirst = false;
    return this;
  }

  public JsonLine text(String key, String value) {
    member(key).json(value);
    return this;
  }

  public JsonLine number(String key, long value) {
    member(key).put(value);
    return this;
  }

  public JsonLine flag(String key, boolean value) {
    member(key).put(Boolean.toString(value));
    return this;
  }

  /// The document, with a line end.
  public String end() {
    return new String(out.put('\n').toByteArray(), StandardCharsets.UTF_8);
  }

  private LineBuffer member(String key) {
    return separate().json(key).put(':');
  }

  private LineBuffer separate() {
    if (!isFirst) {
      out.put(',');
    }
    isFirst = false;
    return out;
  }
}
