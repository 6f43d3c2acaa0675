package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds what the response to an unsafe request puts out of date. Sources: RFC 9111 §4.4, RFC 9875
/// §3.
final class Invalidator {
  private final KeyMaker keys;

  Invalidator(KeyMaker keys) {
    this.keys = keys;
  }

  /// What goes after that response to an unsafe request for `target`.
  Invalidation of(CacheKey target, ResponseHead response) {
    List<CacheKey> resources = new ArrayList<>();
    resources.add(target);
    add(target, response, FieldName.LOCATION, resources);
    add(target, response, FieldName.CONTENT_LOCATION, resources);
    return new Invalidation(
        resources,
        Tags.groups(response.fields(), FieldName.CACHE_GROUP_INVALIDATION, target.origin()));
  }

  /// The key of what a URI reference, relative to `base`, points at; `null` if it is not on the
  /// same origin.
  @Nullable CacheKey sameOrigin(CacheKey base, @Nullable String reference) {
    if (reference == null) {
      return null;
    }
    CacheKey key = keys.key(Reference.resolve(base, reference));
    return key != null && key.origin().equals(base.origin()) ? key : null;
  }

  private void add(
      CacheKey target, ResponseHead response, FieldName name, List<CacheKey> resources) {
    CacheKey key = sameOrigin(target, response.fields().first(name));
    if (key != null && !key.isSameResource(target)) {
      resources.add(key);
    }
  }
}
