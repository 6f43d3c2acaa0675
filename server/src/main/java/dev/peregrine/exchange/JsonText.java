package dev.peregrine.exchange;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A JSON object that grows member by member; strings are escaped, ASCII only.
final class JsonText {
  private final StringBuilder out = new StringBuilder(256).append('{');

  JsonText member(String name, String value) {
    name(name);
    string(value);
    return this;
  }

  JsonText member(String name, long value) {
    name(name);
    out.append(value);
    return this;
  }

  JsonText member(String name, Collection<String> values) {
    name(name);
    out.append('[');
    String separator = "";
    for (String value : values) {
      out.append(separator);
      string(value);
      separator = ",";
    }
    out.append(']');
    return this;
  }

  /// Adds an array of objects that are text already.
  JsonText objects(String name, Collection<JsonText> values) {
    name(name);
    out.append('[');
    String separator = "";
    for (JsonText value : values) {
      out.append(separator).append(value);
      separator = ",";
    }
    out.append(']');
    return this;
  }

  /// Adds nothing if there is no value.
  JsonText optional(String name, @Nullable String value) {
    return value == null || value.isEmpty() ? this : member(name, value);
  }

  private void name(String name) {
    if (out.length() > 1) {
      out.append(',');
    }
    string(name);
    out.append(':');
  }

  private void string(String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c >= 0x20 && c < 0x7f) {
            out.append(c);
          } else {
            out.append(String.format("\\u%04x", (int) c));
          }
        }
      }
    }
    out.append('"');
  }

  @Override
  public String toString() {
    return out + "}";
  }
}
