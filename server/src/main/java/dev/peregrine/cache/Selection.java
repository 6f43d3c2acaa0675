package dev.peregrine.cache;

import dev.peregrine.http.ByteRanges;
import dev.peregrine.http.EntityTag;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.HttpDate;
import dev.peregrine.http.Method;
import dev.peregrine.http.Preconditions;
import dev.peregrine.http.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Chooses how much of a stored response answers a request. `If-Match` and `If-Unmodified-Since`
/// are for origin servers and not heeded. Sources: RFC 9111 §4.3.2, RFC 9110 §13, §14.
final class Selection {
  private static final Selected WHOLE = new Selected.Whole();
  private static final Selected NOT_MODIFIED = new Selected.NotModified();
  private static final Selected UNSATISFIABLE = new Selected.Unsatisfiable();

  private Selection() {}

  static Selected of(RequestHead request, StoredHead stored, long length, long nowSeconds) {
    FieldSection fields = request.fields();
    if (stored.status() != 200) {
      return WHOLE;
    }
    if (isUnchanged(fields, stored, nowSeconds)) {
      return NOT_MODIFIED;
    }
    String range = fields.first(FieldName.RANGE);
    if (range == null
        || request.method() != Method.GET
        || !allowsRange(fields, stored, nowSeconds)) {
      return WHOLE;
    }
    return switch (ByteRanges.of(range, length)) {
      case ByteRanges.Whole() -> WHOLE;
      case ByteRanges.Unsatisfiable() -> UNSATISFIABLE;
      case ByteRanges.Parts(List<ByteRanges.ByteRange> ranges) -> new Selected.Parts(ranges);
    };
  }

  /// Whether the client has it already. `If-None-Match` alone decides where it is there.
  private static boolean isUnchanged(FieldSection fields, StoredHead stored, long nowSeconds) {
    int tags = fields.index(FieldName.IF_NONE_MATCH);
    if (tags >= 0) {
      return matches(fields, tags, stored);
    }
    int since = fields.index(FieldName.IF_MODIFIED_SINCE);
    if (since < 0) {
      return false;
    }
    if (stored.has(FieldName.LAST_MODIFIED, fields, since)) {
      return true;
    }
    String lastModified = stored.lastModified();
    String changed = lastModified == null ? stored.fields().first(FieldName.DATE) : lastModified;
    OptionalLong asked = HttpDate.parse(fields.value(since), nowSeconds);
    OptionalLong mine =
        changed == null ? OptionalLong.empty() : HttpDate.parse(changed, nowSeconds);
    return asked.isPresent() && mine.isPresent() && mine.getAsLong() <= asked.getAsLong();
  }

  /// Tags compare weakly; the same text is the same tag, even if it is none.
  private static boolean matches(FieldSection fields, int first, StoredHead stored) {
    for (int i = first; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.IF_NONE_MATCH) {
        if (stored.has(FieldName.ETAG, fields, i) || fields.valueIs(i, "*")) {
          return true;
        }
        String entityTag = stored.entityTag();
        Optional<EntityTag> mine =
            entityTag == null ? Optional.empty() : EntityTag.parse(entityTag);
        if (mine.isPresent()
            && EntityTag.parseList(fields.value(i)).stream().anyMatch(mine.get()::matchesWeakly)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean allowsRange(FieldSection fields, StoredHead stored, long nowSeconds) {
    if (!fields.contains(FieldName.IF_RANGE)) {
      return true;
    }
    String entityTag = stored.entityTag();
    String lastModified = stored.lastModified();
    return new Preconditions(
            entityTag == null ? Optional.empty() : EntityTag.parse(entityTag),
            lastModified == null ? OptionalLong.empty() : HttpDate.parse(lastModified, nowSeconds))
        .allowsRange(fields, nowSeconds);
  }
}
