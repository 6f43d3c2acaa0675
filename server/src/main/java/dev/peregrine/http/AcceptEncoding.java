package dev.peregrine.http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Which content codings a client takes, and how gladly. Source: RFC 9110 §12.5.3.
public final class AcceptEncoding {
  /// Weight in thousandths of every coding that was named.
  private final Map<String, Integer> weights = new HashMap<>();

  private AcceptEncoding() {}

  /// Reads the `Accept-Encoding` fields; elements that are malformed count as not there.
  public static AcceptEncoding of(FieldSection fields) {
    AcceptEncoding accepted = new AcceptEncoding();
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.ACCEPT_ENCODING) {
        accepted.add(fields.value(i));
      }
    }
    return accepted;
  }

  /// Whether the client takes that coding, in lower case. Without the field, only `identity` is
  /// safe to send.
  public boolean accepts(String coding) {
    return weight(coding) > 0;
  }

  /// The most welcome of the codings, the first of those that are equally welcome; empty if none is
  /// accepted or `identity` is preferred to all.
  public Optional<String> best(List<String> codings) {
    String best = "";
    int most = Math.max(0, weights.getOrDefault("identity", 0) - 1);
    for (String coding : codings) {
      int weight = weight(coding);
      if (weight > most) {
        best = coding;
        most = weight;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  private int weight(String coding) {
    Integer named = weights.get(coding);
    if (named != null) {
      return named;
    }
    int any = weights.getOrDefault("*", -1);
    return any >= 0 ? any : coding.equals("identity") ? 1 : 0;
  }

  private void add(String value) {
    for (String element : value.split(",", -1)) {
      int semicolon = element.indexOf(';');
      String coding = semicolon < 0 ? element : element.substring(0, semicolon);
      OptionalInt weight =
          semicolon < 0
              ? OptionalInt.of(Weight.FULL)
              : Weight.thousandths(element.substring(semicolon + 1).strip());
      String name = coding.strip().toLowerCase(Locale.ROOT);
      if (weight.isPresent() && Grammar.isToken(name)) {
        weights.putIfAbsent(name.equals("x-gzip") ? "gzip" : name, weight.getAsInt());
      }
    }
  }
}
