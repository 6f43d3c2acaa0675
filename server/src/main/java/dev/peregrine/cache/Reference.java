package dev.peregrine.cache;

import java.util.ArrayDeque;
import java.util.Deque;

/// A URI reference made absolute. Source: RFC 3986 §5.2; what is no reference comes out as no URL.
final class Reference {
  private Reference() {}

  /// The URL that a reference means in a response from `base`.
  static String resolve(CacheKey base, String reference) {
    if (hasScheme(reference)) {
      return reference;
    }
    if (reference.startsWith("//")) {
      return base.scheme().text() + ":" + reference;
    }
    String target = base.target();
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    if (reference.isEmpty() || reference.startsWith("#")) {
      return base.url();
    }
    if (reference.startsWith("?")) {
      return base.origin() + path + reference;
    }
    int end = pathEnd(reference);
    String merged =
        reference.startsWith("/")
            ? reference.substring(0, end)
            : path.substring(0, path.lastIndexOf('/') + 1) + reference.substring(0, end);
    return base.origin() + withoutDots(merged) + reference.substring(end);
  }

  private static boolean hasScheme(String reference) {
    int colon = reference.indexOf(':');
    return colon > 0 && colon < pathEnd(reference) && !reference.substring(0, colon).contains("/");
  }

  private static int pathEnd(String reference) {
    int end = 0;
    while (end < reference.length() && "?#".indexOf(reference.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  /// RFC 3986 §5.2.4
  private static String withoutDots(String path) {
    Deque<String> kept = new ArrayDeque<>();
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      boolean isLast = i == segments.length - 1;
      boolean isUp = segments[i].equals("..");
      if (isUp && !kept.isEmpty()) {
        kept.removeLast();
      }
      if (!isUp && !segments[i].equals(".")) {
        kept.addLast(segments[i]);
      } else if (isLast) {
        kept.addLast("");
      }
    }
    return "/" + String.join("/", kept);
  }
}
