package dev.peregrine.exchange;

import dev.peregrine.esi.EsiReference;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.RequestParser;
import dev.peregrine.listen.ClientStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The requests for the fragments of one page: a GET each, with those fields of the page's own
/// request that say who asks, cookies included.
final class FragmentRequests {
  /// A request for a fragment, or why there is none.
  sealed interface Made {}

  /// A request that can be answered.
  record Ready(RequestHead head) implements Made {}

  /// A reference that is not followed.
  record Refused(String why) implements Made {}

  private final Services services;
  private final ClientStream page;
  private final FragmentCount count;

  FragmentRequests(Services services, ClientStream page) {
    this.services = services;
    this.page = page;
    this.count = FragmentStream.countOf(page, services.config.fragments());
  }

  /// Counts a fragment that is found, or says why it lies outside of the page's bounds.
  @Nullable String refusal() {
    FragmentConfig bounds = services.config.fragments();
    if (FragmentStream.depthOf(page) >= bounds.maxDepth()) {
      return "fragments lie deeper than " + bounds.maxDepth();
    }
    return count.add() ? null : "the page has more than " + bounds.maxFragments();
  }

  Made of(String reference) {
    return switch (EsiReference.of(reference, page.head())) {
      case EsiReference.Refused(var why) -> new Refused(why);
      case EsiReference.Target(var target) -> made(target);
    };
  }

  FragmentStream open(RequestHead head, FragmentStream.Outcome outcome) {
    return new FragmentStream(
        page,
        head,
        count,
        services.config.fragments().maxFragmentBytes(),
        services.connector.allocator().directBuffer(),
        outcome);
  }

  private Made made(String target) {
    FieldSection fields = page.head().fields();
    ByteArrayOutputStream text = new ByteArrayOutputStream(target.length() + 512);
    write(text, "GET " + target + " HTTP/1.1\r\n");
    for (int i = 0; i < fields.size(); i++) {
      if (isPassed(fields.known(i)) && !page.head().isConnectionField(i) && !isProbe(i)) {
        write(text, fields.name(i) + ": " + fields.value(i) + "\r\n");
      }
    }
    write(text, fields.contains(FieldName.HOST) ? "\r\n" : "Host: localhost\r\n\r\n");
    return switch (new RequestParser(HeadLimits.DEFAULT)
        .feed(ByteBuffer.wrap(text.toByteArray()))) {
      case ParseResult.Parsed<RequestHead>(var head) -> new Ready(head);
      case ParseResult.NeedMore<RequestHead> _ -> new Refused("its request has no end");
      case ParseResult.Rejected<RequestHead>(var violation, _) ->
          new Refused("its request is wrong: " + violation);
    };
  }

  /// Whether the field names an operator's probe, which is about the page alone.
  private boolean isProbe(int field) {
    FieldSection fields = page.head().fields();
    Turbocache cache = services.turbocache;
    return cache != null
        && fields.known(field) == FieldName.X_REQUEST_ID
        && cache.store().probes().find(fields.value(field)) != null;
  }

  private static boolean isPassed(FieldName name) {
    return switch (name) {
      case CONTENT_LENGTH,
          CONTENT_TYPE,
          CONTENT_ENCODING,
          CONTENT_RANGE,
          TRANSFER_ENCODING,
          TRAILER,
          EXPECT,
          UPGRADE,
          ACCEPT_ENCODING,
          RANGE,
          IF_RANGE,
          IF_MATCH,
          IF_NONE_MATCH,
          IF_MODIFIED_SINCE,
          IF_UNMODIFIED_SINCE,
          CACHE_CONTROL ->
          false;
      default -> true;
    };
  }

  private static void write(ByteArrayOutputStream to, String text) {
    to.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
