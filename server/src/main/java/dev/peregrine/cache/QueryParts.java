package dev.peregrine.cache;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The parameters of a query as the operator wants them in the key: sorted by name, or without
/// those that do not change the answer. Parameters are what stands between `&`.
final class QueryParts {
  private final boolean sorts;
  private final Names dropped;

  QueryParts(boolean sorts, List<String> dropped) {
    this.sorts = sorts;
    this.dropped = new Names(dropped);
  }

  /// Whether the query may look otherwise in the key than in the target.
  boolean areNormalised() {
    return sorts || !dropped.isEmpty();
  }

  /// The query `bytes[start, end)` as part of a key. Parameters of the same name keep their order.
  byte[] normalised(byte[] bytes, int start, int end) {
    List<byte[]> parameters = new ArrayList<>();
    int from = start;
    for (int i = start; i <= end; i++) {
      if (i == end || bytes[i] == '&') {
        if (!isDropped(bytes, from, i)) {
          parameters.add(Arrays.copyOfRange(bytes, from, i));
        }
        from = i + 1;
      }
    }
    if (sorts) {
      parameters.sort(Comparator.comparing(QueryParts::name));
    }
    Octets out = new Octets(end - start);
    for (int i = 0; i < parameters.size(); i++) {
      if (i > 0) {
        out.put('&');
      }
      out.put(parameters.get(i), 0, parameters.get(i).length);
    }
    return out.toArray();
  }

  /// A parameter with a character at which some apps begin another one is kept: what it hides could
  /// change the answer.
  private boolean isDropped(byte[] bytes, int start, int end) {
    int equals = start;
    while (equals < end && bytes[equals] != '=') {
      equals++;
    }
    for (int i = start; i < end; i++) {
      if (bytes[i] == ';' || bytes[i] == '?') {
        return false;
      }
    }
    return dropped.contains(bytes, start, equals);
  }

  private static String name(byte[] parameter) {
    String text = new String(parameter, StandardCharsets.ISO_8859_1);
    int equals = text.indexOf('=');
    return equals < 0 ? text : text.substring(0, equals);
  }
}
