package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Grammar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The fields that the `Vary` lines of a response name, or why it fits no other request. Source:
/// RFC 9110 §12.5.5.
///
/// @param names in lower case, without those whose value the app never sees or the key holds
/// @param refusal why the response may not be stored; `null` if it may
record VaryNames(List<String> names, @Nullable RefusalReason refusal) {
  private static final int MAX_NAMES = 16;

  static VaryNames of(FieldSection fields) {
    List<String> names = new ArrayList<>();
    RefusalReason refusal = null;
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.VARY) {
        for (String member : fields.value(i).split(",", -1)) {
          RefusalReason found = add(member.strip().toLowerCase(Locale.ROOT), names);
          refusal = refusal == null ? found : refusal;
        }
      }
    }
    if (names.size() > MAX_NAMES && refusal == null) {
      refusal = RefusalReason.VARY_MALFORMED;
    }
    return new VaryNames(names, refusal);
  }

  private static @Nullable RefusalReason add(String member, List<String> names) {
    return switch (member) {
      case "" -> null;
      case "*" -> RefusalReason.VARY_ANY;
      // what Peregrine tells the app in these is in the key, or never passed on
      case "host", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-real-ip" -> null;
      case "x-forwarded-for", "x-request-id", "x-request-start" -> RefusalReason.VARY_UNSHARED;
      default -> {
        if (!Grammar.isToken(member)) {
          yield RefusalReason.VARY_MALFORMED;
        }
        if (!names.contains(member)) {
          names.add(member);
        }
        yield null;
      }
    };
  }
}
