package dev.peregrine.cache;

import dev.peregrine.http.Codable;
import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The head of a stored response and all that its use depends on. Immutable, but for what is made
/// when first asked for.
///
/// Left out of its fields are those of the connection, framing, `Age` and what is for the cache
/// only.
public final class StoredHead {
  /// This object, its usage, and two arrays in a section.
  private static final int HEAP_BYTES = 56 + 48 + 24 + 16 + 16;

  private static final byte[] VARY_LINE =
      "Vary: Accept-Encoding\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_LINES = {};

  private final int status;
  private final String reason;
  private final FieldSection fields;
  private final FieldSection hidden;
  private final Usage usage;
  private final Labels labels;
  private final boolean isCodable;
  private final StoredHead plain;
  private @Nullable StoredHead @Nullable [] coded;
  private byte @Nullable [] notModifiedLines;

  StoredHead(StoredFields stored, Usage usage, Labels labels) {
    this.status = stored.status();
    this.reason = stored.reason();
    this.fields = stored.visible();
    this.hidden = stored.hidden();
    this.usage = usage;
    this.labels = labels;
    this.isCodable = Codable.isAllowed(status, fields) && Codable.isWorthwhile(fields);
    this.plain = this;
  }

  /// The head of the content uncoded, where it is to be had coded.
  private StoredHead(StoredHead plain) {
    this.status = plain.status;
    this.reason = plain.reason;
    this.fields = plain.fields;
    this.hidden = plain.hidden;
    this.usage = plain.usage;
    this.labels = plain.labels;
    this.isCodable = plain.isCodable;
    this.plain = plain;
  }

  /// Status code, 200 to 599.
  public int status() {
    return status;
  }

  /// Reason phrase as the app sent it, possibly empty.
  public String reason() {
    return reason;
  }

  /// The fields that a client gets, without framing, `Age` and [#addedLines].
  public FieldSection fields() {
    return fields;
  }

  /// The lines of [#fields()] as they go on the wire, each with its CR LF; not to be changed.
  public byte[] lines() {
    return fields.bytes();
  }

  /// The lines that go on the wire beside [#lines] or [#notModifiedLines]; not to be changed. RFC
  /// 9110 §12.5.5
  public byte[] addedLines() {
    return plain == this || Codable.isVarying(fields) ? NO_LINES : VARY_LINE;
  }

  /// The lines that a 304 has: those that tell which response it is about, and how long it may be
  /// used. Not to be changed. RFC 9110 §15.4.5
  public byte[] notModifiedLines() {
    byte[] lines = plain.notModifiedLines;
    if (lines == null) {
      FieldLines selected = new FieldLines(256);
      for (int i = 0; i < fields.size(); i++) {
        if (isOfNotModified(fields.known(i))) {
          selected.add(fields, i);
        }
      }
      lines = selected.toSection().bytes();
      plain.notModifiedLines = lines;
    }
    return lines;
  }

  /// Whether the content may be put under a content coding, and gains by it.
  public boolean isCodable() {
    return isCodable;
  }

  /// The head for the content under that coding, `IDENTITY` included where others are to be had: it
  /// has `Vary`, `Content-Encoding` and an entity tag of its own. RFC 9110 §8.8.3.3, §12.5.5
  public StoredHead under(ContentCoding coding) {
    if (coding == ContentCoding.IDENTITY) {
      return new StoredHead(this);
    }
    StoredHead[] heads = coded;
    if (heads == null) {
      heads = new StoredHead[ContentCoding.values().length];
      coded = heads;
    }
    StoredHead head = heads[coding.number()];
    if (head == null) {
      FieldSection lines = StoredFields.coded(fields, coding);
      head = new StoredHead(new StoredFields(status, reason, lines, hidden), usage, labels);
      heads[coding.number()] = head;
    }
    return head;
  }

  /// The head for content that is made of the stored one anew for every client.
  public StoredHead withoutValidators() {
    FieldLines lines = new FieldLines(fields.bytes().length);
    for (int i = 0; i < fields.size(); i++) {
      switch (fields.known(i)) {
        case ETAG, LAST_MODIFIED, ACCEPT_RANGES -> {}
        default -> lines.add(fields, i);
      }
    }
    return new StoredHead(
        new StoredFields(status, reason, lines.toSection(), hidden), usage, labels);
  }

  /// Current age in whole seconds, for `Age`. RFC 9111 §4.2.3
  public long ageSeconds(long nowNanos) {
    return Seconds.ofNanos(usage.ageNanos(nowNanos));
  }

  /// Seconds for which it is still fresh; negative since when it is stale.
  public long ttlSeconds(long nowNanos) {
    return Seconds.ofNanos(usage.freshNanos(nowNanos));
  }

  /// Age in seconds up to which it is fresh.
  public long lifetimeSeconds() {
    return Seconds.ofNanos(usage.lifetimeNanos());
  }

  /// Whether its freshness is not over. It may still have to be validated: [CachePolicy#decide].
  public boolean isFresh(long nowNanos) {
    return usage.freshNanos(nowNanos) > 0;
  }

  /// The same head, fresh no longer than up to that time: what a soft purge makes of it.
  public StoredHead expired(long nowNanos) {
    StoredFields stored = new StoredFields(status, reason, fields, hidden);
    return new StoredHead(stored, usage.until(nowNanos), labels);
  }

  /// The entity tag as it was received.
  public @Nullable String entityTag() {
    return fields.first(FieldName.ETAG);
  }

  /// `Last-Modified` as it was received.
  public @Nullable String lastModified() {
    return fields.first(FieldName.LAST_MODIFIED);
  }

  /// Whether its field of that name has the value of line `i` of the other fields.
  boolean has(FieldName name, FieldSection others, int i) {
    int own = fields.index(name);
    return own >= 0 && fields.hasValueOf(own, others, i);
  }

  /// Whether the app can be asked if it is still current.
  public boolean hasValidator() {
    return fields.contains(FieldName.ETAG) || fields.contains(FieldName.LAST_MODIFIED);
  }

  /// Its place among the stored responses of one key.
  public VariantKey variant() {
    return labels.variant();
  }

  /// Whether the request may get this variant. Of several that it may get, the newest is to be
  /// used. RFC 9111 §4.1
  public boolean selects(RequestHead request) {
    return labels.variant().matches(request, labels.language());
  }

  /// What the app calls it: `Cache-Tag`, `Surrogate-Key`, `xkey` and `Cache-Groups`.
  public List<String> tags() {
    return labels.tags();
  }

  /// Groups that it is a member of, as [Invalidation#groups] has them.
  public List<String> groups() {
    return labels.groups();
  }

  /// Whether its content has instructions of ESI to be carried out.
  public boolean isEsi() {
    return labels.isEsi();
  }

  /// Number of bytes that its fields take.
  public int length() {
    return fields.bytes().length + hidden.bytes().length;
  }

  /// Bytes of the heap that it takes.
  int heapBytes() {
    int lines = fields.size() + hidden.size();
    return HEAP_BYTES + length() + lines * FieldSection.STRIDE * Integer.BYTES + labels.heapBytes();
  }

  Usage usage() {
    return usage;
  }

  Labels labels() {
    return labels;
  }

  /// The fields that are for the cache only.
  FieldSection hidden() {
    return hidden;
  }

  private static boolean isOfNotModified(FieldName name) {
    return switch (name) {
      case CONTENT_LOCATION,
          DATE,
          ETAG,
          LAST_MODIFIED,
          VARY,
          CACHE_CONTROL,
          CDN_CACHE_CONTROL,
          EXPIRES ->
          true;
      default -> false;
    };
  }
}
