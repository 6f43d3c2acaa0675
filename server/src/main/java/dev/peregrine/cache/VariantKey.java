package dev.peregrine.cache;

import dev.peregrine.http.RequestHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/// Which of the responses to one cache key: the fields that `Vary` names, with their values in the
/// request that was answered, as the app saw them. Source: RFC 9111 §4.1.
///
/// Equal keys take each other's place in the store. Values compare in a normal form; the bytes as
/// they came are compared first, since they mostly are the same.
public final class VariantKey {
  /// The key of a response without `Vary`.
  public static final VariantKey NONE = new VariantKey(List.of());

  private final Nominated[] fields;

  private VariantKey(List<Nominated> fields) {
    this.fields = fields.toArray(Nominated[]::new);
  }

  /// The key for a response to that request whose `Vary` names these fields, in lower case.
  static VariantKey of(List<String> names, RequestHead request) {
    if (names.isEmpty()) {
      return NONE;
    }
    List<Nominated> fields = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      fields.add(Nominated.of(name, request));
    }
    return new VariantKey(fields);
  }

  /// Whether the request would get the same response. `language` is what the response is in, in
  /// lower case; empty if it does not say.
  boolean matches(RequestHead request, String language) {
    for (Nominated field : fields) {
      if (!field.matches(request, language)) {
        return false;
      }
    }
    return true;
  }

  /// Names of the fields, in lower case.
  public List<String> names() {
    return Arrays.stream(fields).map(Nominated::name).toList();
  }

  @Override
  public boolean equals(Object object) {
    if (!(object instanceof VariantKey other) || other.fields.length != fields.length) {
      return false;
    }
    for (int i = 0; i < fields.length; i++) {
      if (!fields[i].isSame(other.fields[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (Nominated field : fields) {
      hash = 31 * hash + field.name().hashCode();
      hash = 31 * hash + Objects.hashCode(field.normal());
    }
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Nominated field : fields) {
      text.append(text.isEmpty() ? "" : "; ").append(field.name()).append(": ");
      text.append(field.normal() == null ? "(absent)" : field.normal());
    }
    return text.toString();
  }
}
