package dev.peregrine.exchange;

import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.ResponseHead;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Heads of pages that are put together of fragments. Pure.
final class PageHead {
  /// What is true of the page as the app sent it, and of no page that is put together of it.
  private static final Set<FieldName> BELIED =
      EnumSet.of(
          FieldName.CONTENT_LENGTH,
          FieldName.ACCEPT_RANGES,
          FieldName.ETAG,
          FieldName.LAST_MODIFIED,
          FieldName.SURROGATE_CONTROL);

  private PageHead() {}

  /// Whether the content has instructions to be carried out.
  static boolean isOfFragments(Services services, ResponseHead head) {
    return services.config.fragments().isEnabled()
        && head.status() != 304
        && head.status() != 206
        && !head.fields().contains(FieldName.CONTENT_ENCODING)
        && CachePolicy.isEsi(head.fields());
  }

  /// Whether the stored content has instructions to be carried out.
  static boolean isOfFragments(Services services, StoredHead head) {
    return services.config.fragments().isEnabled()
        && head.isEsi()
        && !head.fields().contains(FieldName.CONTENT_ENCODING);
  }

  /// The head of the whole page.
  static ResponseHead of(ResponseHead head) {
    return head.with(head.fields().edited(BELIED, Map.of())).chunked();
  }
}
