package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.StructuredFields;
import dev.peregrine.http.StructuredItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields that are meant for this cache rather than for all, and take the place of
/// `Cache-Control` and `Expires`. Source: RFC 9213.
final class TargetedControl {
  /// The most specific one first. RFC 9213 §2.2
  private static final List<FieldName> TARGETS =
      List.of(FieldName.PEREGRINE_CACHE_CONTROL, FieldName.CDN_CACHE_CONTROL);

  private TargetedControl() {}

  /// The directives of the first targeted field that is valid and not empty; `null` if there is
  /// none.
  static @Nullable CacheControl of(FieldSection fields) {
    for (FieldName target : TARGETS) {
      if (fields.contains(target)) {
        Map<String, StructuredItem> members =
            StructuredFields.dictionary(lines(fields, target)).orElse(Map.of());
        if (!members.isEmpty()) {
          CacheControl control = new CacheControl(true);
          members.forEach((name, value) -> take(control, name, value));
          return control;
        }
      }
    }
    return null;
  }

  static List<String> lines(FieldSection fields, FieldName name) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == name) {
        lines.add(fields.value(i));
      }
    }
    return lines;
  }

  /// A restriction of an unforeseen type holds, a permission does not. RFC 9213 §2.1
  private static void take(CacheControl control, String name, StructuredItem value) {
    boolean isTrue = value.equals(new StructuredItem.Flag(true));
    boolean isFalse = value.equals(new StructuredItem.Flag(false));
    String list = value instanceof StructuredItem.Text(String text) ? text : null;
    switch (name) {
      case "no-store" -> control.isNoStore = !isFalse;
      case "private" -> control.isPrivate = !isFalse && !control.withholds(list);
      case "no-cache" -> control.isNoCache = !isFalse && !control.withholds(list);
      case "must-revalidate" -> control.isMustRevalidate = !isFalse;
      case "proxy-revalidate" -> control.isProxyRevalidate = !isFalse;
      case "public" -> control.isPublic = isTrue;
      case "must-understand" -> control.isMustUnderstand = isTrue;
      default -> control.takeSeconds(name, seconds(value));
    }
  }

  private static long seconds(StructuredItem value) {
    return value instanceof StructuredItem.Whole(long number) && number >= 0
        ? Seconds.bounded(number)
        : Seconds.ABSENT;
  }
}
