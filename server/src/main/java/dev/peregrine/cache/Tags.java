package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.StructuredFields;
import dev.peregrine.http.StructuredItem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The names that an app gives its responses so that they can be purged or invalidated together.
final class Tags {
  /// Most tags of one response.
  static final int MAX = 256;

  private Tags() {}

  /// What stands in `Cache-Tag` between commas, in `Surrogate-Key` and `xkey` between spaces or
  /// commas, and in `Cache-Groups`.
  static List<String> of(FieldSection fields) {
    Set<String> tags = new LinkedHashSet<>();
    for (int i = 0; i < fields.size(); i++) {
      switch (fields.known(i)) {
        case CACHE_TAG -> add(fields.value(i), ",", tags);
        case SURROGATE_KEY, XKEY -> add(fields.value(i), "[ \t,]", tags);
        default -> {}
      }
    }
    tags.addAll(strings(fields, FieldName.CACHE_GROUPS));
    return List.copyOf(tags);
  }

  /// The groups in `Cache-Groups` or `Cache-Group-Invalidation`, with the origin within which they
  /// hold. RFC 9875 §2, §3
  static List<String> groups(FieldSection fields, FieldName name, String origin) {
    return strings(fields, name).stream().map(group -> origin + " " + group).toList();
  }

  /// The strings of a structured list; none if it is malformed or has anything else.
  private static List<String> strings(FieldSection fields, FieldName name) {
    if (!fields.contains(name)) {
      return List.of();
    }
    List<String> strings = new ArrayList<>();
    for (StructuredItem item :
        StructuredFields.list(TargetedControl.lines(fields, name)).orElse(List.of())) {
      if (!(item instanceof StructuredItem.Text(String text))) {
        return List.of();
      }
      strings.add(text);
    }
    return strings;
  }

  private static void add(String value, String separator, Set<String> tags) {
    for (String part : value.split(separator, -1)) {
      String tag = part.strip();
      if (!tag.isEmpty()) {
        tags.add(tag);
      }
    }
  }
}
