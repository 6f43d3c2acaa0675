package dev.peregrine.http;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Judges the conditional fields of a request, in the order of RFC 9110 §13.2.2, against one state
/// of a representation.
///
/// @param entityTag its entity tag, if it has one
/// @param lastModified when it was changed last, in seconds since 1970, if that is known
public record Preconditions(Optional<EntityTag> entityTag, OptionalLong lastModified) {
  /// What is to be done with the request.
  public enum Outcome {
    /// Perform it; a `Range` is not to be heeded.
    PERFORM,
    /// Perform it; a `Range` of a GET is to be heeded.
    PERFORM_RANGE,
    /// Answer 304.
    NOT_MODIFIED,
    /// Answer 412.
    FAILED
  }

  /// Judges a request received at `nowEpochSeconds`.
  public Outcome judge(Method method, FieldSection request, long nowEpochSeconds) {
    Outcome failure = judgeState(request, nowEpochSeconds);
    if (failure != Outcome.PERFORM) {
      return failure;
    }
    boolean reads = method == Method.GET || method == Method.HEAD;
    if (request.contains(FieldName.IF_NONE_MATCH)) {
      if (matches(request, FieldName.IF_NONE_MATCH, false)) {
        return reads ? Outcome.NOT_MODIFIED : Outcome.FAILED;
      }
    } else if (reads && isUnmodified(request, FieldName.IF_MODIFIED_SINCE, nowEpochSeconds)) {
      return Outcome.NOT_MODIFIED;
    }
    boolean ranges = method == Method.GET && request.contains(FieldName.RANGE);
    return ranges && allowsRange(request, nowEpochSeconds)
        ? Outcome.PERFORM_RANGE
        : Outcome.PERFORM;
  }

  /// Steps 1 and 2: `If-Match`, or else `If-Unmodified-Since`.
  private Outcome judgeState(FieldSection request, long now) {
    if (request.contains(FieldName.IF_MATCH)) {
      return matches(request, FieldName.IF_MATCH, true) ? Outcome.PERFORM : Outcome.FAILED;
    }
    OptionalLong date = date(request, FieldName.IF_UNMODIFIED_SINCE, now);
    boolean changed =
        date.isPresent() && lastModified.isPresent() && lastModified.getAsLong() > date.getAsLong();
    return changed ? Outcome.FAILED : Outcome.PERFORM;
  }

  private boolean matches(FieldSection request, FieldName name, boolean strongly) {
    for (int i = 0; i < request.size(); i++) {
      if (request.known(i) == name && matches(request.value(i), strongly)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(String value, boolean strongly) {
    if (value.equals("*")) {
      return true;
    }
    if (entityTag.isEmpty()) {
      return false;
    }
    EntityTag mine = entityTag.get();
    List<EntityTag> theirs = EntityTag.parseList(value);
    return theirs.stream()
        .anyMatch(tag -> strongly ? tag.matchesStrongly(mine) : tag.matchesWeakly(mine));
  }

  private boolean isUnmodified(FieldSection request, FieldName name, long now) {
    OptionalLong date = date(request, name, now);
    return date.isPresent()
        && lastModified.isPresent()
        && lastModified.getAsLong() <= date.getAsLong();
  }

  /// Step 5: whether a `Range` is to be heeded, as far as `If-Range` goes. A date is a strong
  /// validator only if it lies well in the past. RFC 9110 §13.1.5, §8.8.2.2
  public boolean allowsRange(FieldSection request, long now) {
    String value = request.first(FieldName.IF_RANGE);
    if (value == null) {
      return true;
    }
    if (value.startsWith("\"") || value.startsWith("W/")) {
      Optional<EntityTag> asked = EntityTag.parse(value);
      return asked.isPresent()
          && entityTag.isPresent()
          && asked.get().matchesStrongly(entityTag.get());
    }
    OptionalLong date = HttpDate.parse(value, now);
    return date.isPresent() && date.equals(lastModified) && date.getAsLong() < now - 1;
  }

  private static OptionalLong date(FieldSection request, FieldName name, long now) {
    String value = request.first(name);
    return value == null ? OptionalLong.empty() : HttpDate.parse(value, now);
  }
}
