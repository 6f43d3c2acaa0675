package dev.peregrine.exchange;

import dev.peregrine.cache.StoredHead;
import dev.peregrine.http.AcceptEncoding;
import dev.peregrine.http.Codable;
import dev.peregrine.http.CodedTag;
import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What content coding makes of one response on its way to its client: its head, and its content as
/// it passes. On the stream's event loop; closed at every end.
final class ResponseCoding {
  private static final Set<FieldName> CONDITIONS =
      EnumSet.of(FieldName.IF_NONE_MATCH, FieldName.IF_MATCH);
  private static final String VARY_LINE = "Vary: Accept-Encoding\r\n";
  private static final Set<FieldName> TAG = EnumSet.of(FieldName.ETAG);

  /// What is no longer true of content that is coded.
  private static final Set<FieldName> BELIED =
      EnumSet.of(FieldName.CONTENT_LENGTH, FieldName.ACCEPT_RANGES, FieldName.ETAG);

  private final CodingChoice choice;
  private @Nullable StreamEncoder encoder;

  private ResponseCoding(CodingChoice choice, @Nullable StreamEncoder encoder) {
    this.choice = choice;
    this.encoder = encoder;
  }

  /// The request as the app is to see it: with entity tags as the app knows them.
  static RequestHead known(RequestHead request) {
    FieldSection fields = request.fields();
    if (!isCodedTagIn(fields)) {
      return request;
    }
    Map<FieldName, String> conditions = new EnumMap<>(FieldName.class);
    AcceptEncoding accepted = AcceptEncoding.of(fields);
    put(conditions, fields, FieldName.IF_NONE_MATCH, list -> CodedTag.known(list, accepted));
    put(conditions, fields, FieldName.IF_MATCH, CodedTag::known);
    return request.edited(CONDITIONS, conditions);
  }

  /// Decides on a response that begins.
  static ResponseCoding of(Services services, RequestHead request, CodingChoice.Subject response) {
    CodingChoice choice =
        CodingChoice.of(
            services.config.compression(), request, response, services.encoders::forStreams);
    if (request.method() == Method.HEAD
        || !(choice instanceof CodingChoice.Negotiated(var coding))
        || coding == ContentCoding.IDENTITY) {
      return new ResponseCoding(choice, null);
    }
    StreamEncoder opened = services.encoders.open(coding, services.connector.allocator());
    return opened == null
        ? new ResponseCoding(new CodingChoice.Negotiated(ContentCoding.IDENTITY), null)
        : new ResponseCoding(choice, opened);
  }

  /// The head as the client gets it.
  ResponseHead applied(RequestHead request, ResponseHead head) {
    return switch (choice) {
      case CodingChoice.Untouched _ -> head.status() == 304 ? confirmed(request, head) : head;
      case CodingChoice.Negotiated(var coding) ->
          coding == ContentCoding.IDENTITY ? head : coded(head, coding);
    };
  }

  /// What is to follow the fields of the head that was applied: the client's choice of a coding
  /// matters for what is not coded, too. RFC 9110 §12.5.5
  String line(ResponseHead head) {
    boolean isOpen =
        choice instanceof CodingChoice.Negotiated(var coding) && coding == ContentCoding.IDENTITY;
    return isOpen && !Codable.isVarying(head.fields()) ? VARY_LINE : "";
  }

  /// The head as the client gets it.
  StoredHead applied(StoredHead head) {
    return switch (choice) {
      case CodingChoice.Untouched _ -> head;
      case CodingChoice.Negotiated(var coding) -> head.under(coding);
    };
  }

  /// How the content is framed that would be framed so uncoded.
  Framing framing(Framing plain) {
    return encoder == null ? plain : Framing.CHUNKED;
  }

  /// Takes a piece of content and gives what is to be sent for it, possibly nothing.
  ByteBuf content(ByteBuf data) {
    StreamEncoder open = encoder;
    return open == null ? data : open.encode(data);
  }

  /// Gives what the client has to get while nothing more comes; `null` if it has all.
  @Nullable ByteBuf flush() {
    StreamEncoder open = encoder;
    return open != null && open.isPending() ? open.flush() : null;
  }

  /// Gives the end of the content; `null` if there is none to be sent.
  @Nullable ByteBuf finish() {
    StreamEncoder open = encoder;
    return open == null ? null : open.finish();
  }

  void close() {
    StreamEncoder open = encoder;
    if (open != null) {
      encoder = null;
      open.close();
    }
  }

  /// The stored head as the client knows it, which may hold the content under a coding.
  static StoredHead held(RequestHead request, StoredHead head) {
    String tag = head.entityTag();
    String list = list(request.fields(), FieldName.IF_NONE_MATCH);
    if (tag == null || list == null || list.indexOf('~') < 0) {
      return head;
    }
    ContentCoding held = CodedTag.held(tag, list, AcceptEncoding.of(request.fields()));
    return held == ContentCoding.IDENTITY ? head : head.under(held);
  }

  /// A 304 names the tag that the client holds.
  private static ResponseHead confirmed(RequestHead request, ResponseHead response) {
    String tag = response.fields().first(FieldName.ETAG);
    String list = list(request.fields(), FieldName.IF_NONE_MATCH);
    if (tag == null || list == null) {
      return response;
    }
    ContentCoding held = CodedTag.held(tag, list, AcceptEncoding.of(request.fields()));
    if (held == ContentCoding.IDENTITY) {
      return response;
    }
    Map<FieldName, String> coded = Map.of(FieldName.ETAG, CodedTag.of(tag, held));
    return varying(response.with(response.fields().edited(TAG, coded)));
  }

  private static ResponseHead coded(ResponseHead response, ContentCoding coding) {
    Map<FieldName, String> added = new EnumMap<>(FieldName.class);
    added.put(FieldName.CONTENT_ENCODING, coding.lowerCase());
    String tag = response.fields().first(FieldName.ETAG);
    if (tag != null) {
      added.put(FieldName.ETAG, CodedTag.of(tag, coding));
    }
    return varying(response.with(response.fields().edited(BELIED, added)));
  }

  /// RFC 9110 §12.5.5
  private static ResponseHead varying(ResponseHead response) {
    FieldSection fields = response.fields();
    return Codable.isVarying(fields)
        ? response
        : response.with(fields.edited(Set.of(), Map.of(FieldName.VARY, "Accept-Encoding")));
  }

  private static void put(
      Map<FieldName, String> to,
      FieldSection fields,
      FieldName name,
      Function<String, String> change) {
    String list = list(fields, name);
    if (list != null) {
      to.put(name, change.apply(list));
    }
  }

  private static @Nullable String list(FieldSection fields, FieldName name) {
    List<String> values = fields.all(name.lowerCase());
    return values.isEmpty() ? null : String.join(", ", values);
  }

  private static boolean isCodedTagIn(FieldSection fields) {
    for (int i = 0; i < fields.size(); i++) {
      if (CONDITIONS.contains(fields.known(i)) && fields.value(i).indexOf('~') >= 0) {
        return true;
      }
    }
    return false;
  }
}
