package dev.peregrine.cache;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The app's responses to a request and to variations of it.
///
/// @param plain to the plain request
/// @param again to the same a second time
/// @param varied to requests with one more field, by the field line, such as `Cookie: a=b`
public record LintSamples(LintSample plain, LintSample again, Map<String, LintSample> varied) {
  public LintSamples {
    varied = Map.copyOf(varied);
  }

  /// Whether the app sends the same content each time, so that contents can be compared.
  boolean isStable() {
    return plain.content().equals(again.content());
  }

  /// The sample of a request with a field of that name, in lower case.
  Map.@Nullable Entry<String, LintSample> with(String name) {
    return varied.entrySet().stream()
        .filter(entry -> entry.getKey().regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .findFirst()
        .orElse(null);
  }
}
