package dev.peregrine.cache;

import dev.peregrine.http.Codable;
import dev.peregrine.http.CodedTag;
import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.HttpDate;
import dev.peregrine.http.ResponseHead;
import java.util.List;
import java.util.Locale;

/// What of a response's head is stored. Source: RFC 9111 §3.1, §3.2.
///
/// @param status status code
/// @param reason reason phrase
/// @param visible fields that clients get
/// @param hidden fields that are for the cache only
record StoredFields(int status, String reason, FieldSection visible, FieldSection hidden) {
  /// All fields of a response that may be stored, with a `Date`.
  static FieldSection storable(ResponseHead response, Times times) {
    FieldSection fields = response.fields();
    FieldLines lines = new FieldLines(fields.bytes().length + 64);
    for (int i = 0; i < fields.size(); i++) {
      if (isStorable(fields.known(i)) && !response.isConnectionField(i)) {
        lines.add(fields, i);
      }
    }
    if (!fields.contains(FieldName.DATE)) {
      lines.add(FieldName.DATE, "Date", HttpDate.format(times.responseSeconds()));
    }
    return lines.toSection();
  }

  /// The fields of `old` with those of `update` put in the place of theirs; its cookies only if
  /// `withCookies`.
  static FieldSection merged(StoredHead old, FieldSection update, boolean withCookies) {
    FieldLines lines = new FieldLines(old.length() + update.bytes().length);
    addUnreplaced(old.fields(), update, lines);
    addUnreplaced(old.hidden(), update, lines);
    for (int i = 0; i < update.size(); i++) {
      boolean isCookie = update.known(i) == FieldName.SET_COOKIE;
      if (isUpdatable(update.known(i)) && (withCookies || !isCookie)) {
        lines.add(update, i);
      }
    }
    return lines.toSection();
  }

  /// Parts the fields into those for clients and those for the cache, without the withheld ones.
  static StoredFields of(int status, String reason, FieldSection all, List<String> withheld) {
    FieldLines visible = new FieldLines(all.bytes().length);
    FieldLines hidden = new FieldLines(0);
    for (int i = 0; i < all.size(); i++) {
      if (!withheld.contains(all.name(i).toLowerCase(Locale.ROOT))) {
        (isForCacheOnly(all.known(i)) ? hidden : visible).add(all, i);
      }
    }
    return new StoredFields(status, reason, visible.toSection(), hidden.toSection());
  }

  /// The fields for content under that coding, which is not `IDENTITY`.
  static FieldSection coded(FieldSection plain, ContentCoding coding) {
    FieldLines lines = new FieldLines(plain.bytes().length + 64);
    for (int i = 0; i < plain.size(); i++) {
      FieldName name = plain.known(i);
      if (name == FieldName.ETAG) {
        lines.add(name, "ETag", CodedTag.of(plain.value(i), coding));
      } else {
        lines.add(plain, i);
      }
    }
    lines.add(FieldName.CONTENT_ENCODING, "Content-Encoding", coding.lowerCase());
    if (!Codable.isVarying(plain)) {
      lines.add(FieldName.VARY, "Vary", "Accept-Encoding");
    }
    return lines.toSection();
  }

  /// Whether the field is meant for this cache and never reaches a client.
  static boolean isForCacheOnly(FieldName name) {
    return switch (name) {
      case PEREGRINE_CACHE_CONTROL,
          SURROGATE_CONTROL,
          CACHE_TAG,
          SURROGATE_KEY,
          XKEY,
          CACHE_GROUPS,
          CACHE_GROUP_INVALIDATION ->
          true;
      default -> false;
    };
  }

  private static void addUnreplaced(FieldSection old, FieldSection update, FieldLines lines) {
    for (int i = 0; i < old.size(); i++) {
      boolean isReplaced =
          isUpdatable(old.known(i)) && update.contains(old.name(i).toLowerCase(Locale.ROOT));
      if (!isReplaced) {
        lines.add(old, i);
      }
    }
  }

  /// Framing, what is of one response only, and what directs this server.
  private static boolean isStorable(FieldName name) {
    return switch (name) {
      case CONTENT_LENGTH,
          TRAILER,
          AGE,
          PROXY_AUTHENTICATE,
          PROXY_AUTHENTICATION_INFO,
          PROXY_AUTHORIZATION,
          STATUS,
          X_REQUEST_ID,
          X_SENDFILE,
          X_ACCEL_REDIRECT,
          X_ACCEL_BUFFERING,
          X_PEREGRINE_APP_ERROR ->
          false;
      default -> true;
    };
  }

  /// What the stored content depends on stays with it.
  private static boolean isUpdatable(FieldName name) {
    return switch (name) {
      case CONTENT_ENCODING, CONTENT_RANGE -> false;
      default -> true;
    };
  }
}
