package dev.peregrine.http;

import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.RequestParser;
import dev.peregrine.http.h1.ResponseParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Makes heads for tests out of their text.
public final class Heads {
  private Heads() {}

  /// The head of a request, given without its last empty line, lines ending in `\n`.
  public static RequestHead request(String text) {
    return switch (new RequestParser(HeadLimits.DEFAULT).feed(buffer(text))) {
      case ParseResult.Parsed<RequestHead>(RequestHead head) -> head;
      case ParseResult.NeedMore<RequestHead>() -> throw new AssertionError("incomplete: " + text);
      case ParseResult.Rejected<RequestHead>(Violation violation, String detail) ->
          throw new AssertionError(violation + " " + detail);
    };
  }

  /// The head of a response, given like that of a request.
  public static ResponseHead response(String text) {
    return switch (new ResponseParser(HeadLimits.DEFAULT).feed(buffer(text))) {
      case ParseResult.Parsed<ResponseHead>(ResponseHead head) -> head;
      case ParseResult.NeedMore<ResponseHead>() -> throw new AssertionError("incomplete: " + text);
      case ParseResult.Rejected<ResponseHead>(Violation violation, String detail) ->
          throw new AssertionError(violation + " " + detail);
    };
  }

  /// The header section of a GET with those field lines.
  public static FieldSection fields(String... lines) {
    return request("GET / HTTP/1.1\nHost: a\n" + String.join("\n", lines)).fields();
  }

  private static ByteBuffer buffer(String text) {
    String whole = text.endsWith("\n") ? text + "\n" : text + "\n\n";
    return ByteBuffer.wrap(whole.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }
}
