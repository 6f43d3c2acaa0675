package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What `Surrogate-Control` says: whether the content has instructions of ESI, and whether it may
/// be stored. Lifetimes in it are passed over; `CDN-Cache-Control` is for those. Source: Edge
/// Architecture Specification 1.0 §2.
final class SurrogateControl {
  private static final String ESI = "esi/1.0";

  private SurrogateControl() {}

  static boolean isEsi(FieldSection fields) {
    return anyMatch(
        fields,
        (name, argument) ->
            name.equals("content")
                && argument != null
                && Arrays.asList(argument.toLowerCase(Locale.ROOT).split(" ")).contains(ESI));
  }

  static boolean isNoStore(FieldSection fields) {
    return anyMatch(fields, (name, _) -> name.equals("no-store"));
  }

  private static boolean anyMatch(FieldSection fields, Test test) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.SURROGATE_CONTROL
          && anyMatch(new DirectiveLexer(fields, i), test)) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyMatch(DirectiveLexer lexer, Test test) {
    while (lexer.next()) {
      if (test.passes(lexer.name(), lexer.argument())) {
        return true;
      }
    }
    return false;
  }

  private interface Test {
    boolean passes(String name, @Nullable String argument);
  }
}
