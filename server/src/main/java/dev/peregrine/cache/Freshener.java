package dev.peregrine.cache;

import dev.peregrine.http.EntityTag;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.ResponseHead;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Brings stored heads up to date. Sources: RFC 9111 §3.2, §4.3.4, §4.3.5.
final class Freshener {
  private final CacheConfig config;
  private final Storing storing;

  Freshener(CacheConfig config, Storing storing) {
    this.config = config;
    this.storing = storing;
  }

  /// What a 304 makes of the response that it was asked about.
  Freshening byNotModified(StoredHead old, Answered answered) {
    FieldSection fields = answered.response().fields();
    String entityTag = fields.first(FieldName.ETAG);
    String lastModified = fields.first(FieldName.LAST_MODIFIED);
    boolean isSame =
        entityTag != null
            ? isSameTag(entityTag, old.entityTag())
            : old.entityTag() != null
                || lastModified == null
                || lastModified.equals(old.lastModified());
    return isSame ? updated(old, answered) : new Freshening.Mismatch();
  }

  /// What the answer to a HEAD makes of a stored response to GET with so many bytes of content.
  Freshening byHead(StoredHead old, long storedLength, Answered answered) {
    ResponseHead response = answered.response();
    FieldSection fields = response.fields();
    String entityTag = fields.first(FieldName.ETAG);
    String lastModified = fields.first(FieldName.LAST_MODIFIED);
    String length = fields.first(FieldName.CONTENT_LENGTH);
    boolean isSame =
        response.status() == old.status()
            && (entityTag == null || entityTag.equals(old.entityTag()))
            && (lastModified == null || lastModified.equals(old.lastModified()))
            && (length == null || length.equals(Long.toString(storedLength)));
    return isSame ? updated(old, answered) : new Freshening.Mismatch();
  }

  private Freshening updated(StoredHead old, Answered answered) {
    FieldSection update = StoredFields.storable(answered.response(), answered.times());
    Candidate candidate =
        new Candidate(
            old.status(),
            old.reason(),
            StoredFields.merged(old, update, config.sharesSetCookie()),
            Freshness.initialAgeNanos(answered.response().fields(), answered.times()),
            answered.times());
    VariantKey variant =
        candidate.vary().names().equals(old.variant().names())
            ? old.variant()
            : VariantKey.of(candidate.vary().names(), answered.request());
    StoredHead head = storing.head(candidate, variant, answered.lookup().key().origin());
    RequestDirectives directives = answered.lookup().directives();
    RefusalReason refusal =
        directives.isNoStore()
            ? RefusalReason.CLIENT_NO_STORE
            : storing.updateRefusal(candidate, directives.hasCredentials());
    return refusal == null
        ? new Freshening.Updated(head)
        : new Freshening.UpdatedOnce(head, refusal);
  }

  /// Tags that are no tags are the same if their texts are.
  private static boolean isSameTag(String theirs, @Nullable String mine) {
    if (mine == null || theirs.equals(mine)) {
      return mine != null;
    }
    Optional<EntityTag> one = EntityTag.parse(theirs);
    Optional<EntityTag> other = EntityTag.parse(mine);
    return one.isPresent() && other.isPresent() && one.get().matchesWeakly(other.get());
  }
}
