package dev.peregrine.exchange;

import dev.peregrine.http.AcceptEncoding;
import dev.peregrine.http.Codable;
import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.RequestHead;
import java.util.List;
import java.util.function.Supplier;

/// Under which content coding a response goes to its client. Pure.
sealed interface CodingChoice {
  /// The response is not subject to coding by us, and stays as it is in every byte.
  record Untouched() implements CodingChoice {}

  /// The response depends on `Accept-Encoding`, and goes out under that coding.
  record Negotiated(ContentCoding coding) implements CodingChoice {}

  /// What there is to be coded.
  ///
  /// @param length of the content, `Long.MAX_VALUE` while it is not known
  record Subject(int status, FieldSection fields, long length) {}

  Untouched UNTOUCHED = new Untouched();

  /// The choice for a response out of those codings, the best of equally welcome ones first.
  static CodingChoice of(
      CompressionConfig config,
      RequestHead request,
      Subject response,
      Supplier<List<ContentCoding>> codings) {
    if (!config.isEnabled() || !Codable.isAllowed(response.status(), response.fields())) {
      return UNTOUCHED;
    }
    AcceptEncoding accepted = AcceptEncoding.of(request.fields());
    boolean isWorthwhile =
        response.length() >= config.minBytes() && Codable.isWorthwhile(response.fields());
    if (!isWorthwhile && accepted.accepts(ContentCoding.IDENTITY)) {
      return UNTOUCHED;
    }
    boolean isPlain =
        !request.fields().contains(FieldName.ACCEPT_ENCODING) || isLeakPossible(request);
    return new Negotiated(isPlain ? ContentCoding.IDENTITY : accepted.best(codings.get()));
  }

  /// Whether somebody else's page made the browser of a user with a session ask: the one situation
  /// in which the length of a coded answer lets an attacker guess secrets in it (BREACH).
  private static boolean isLeakPossible(RequestHead request) {
    FieldSection fields = request.fields();
    boolean hasSession =
        fields.contains(FieldName.COOKIE) || fields.contains(FieldName.AUTHORIZATION);
    return hasSession && "cross-site".equals(fields.first("sec-fetch-site"));
  }
}
