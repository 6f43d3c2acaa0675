package dev.peregrine.conformance;

import static dev.peregrine.conformance.CacheRow.chosen;
import static dev.peregrine.conformance.CacheRow.rejected;
import static dev.peregrine.conformance.CacheRow.required;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Which fields are stored, given back and updated: RFC 9111 §3.1, §3.2, §4.3.4; RFC 9110 §7.6.1.
final class FieldRows {
  private static final String HOUR = "Cache-Control: max-age=3600";

  /// Fields with two values each, the second of which a 304 brings.
  private static final List<String[]> STORED =
      List.of(
          pair("Test-Header", "1", "2"),
          pair("X-Test-Header", "1", "2"),
          pair("Content-Foo", "1", "2"),
          pair("X-Content-Foo", "1", "2"),
          pair("Content-Language", "xx", "yy"),
          pair("Content-Security-Policy", "default-src 'self'", "default-src 'none'"),
          pair("Clear-Site-Data", "cookies", "storage"),
          pair("Expires", "Fri, 01 Jan 2038 01:01:01 GMT", "Sat, 02 Jan 2038 01:01:01 GMT"),
          pair("Link", "</a>; rel=next", "</b>; rel=next"),
          pair("Public-Key-Pins", "a", "b"),
          pair("Server", "Origin/1", "Origin/2"),
          pair("Set-Cookie2", "a=b", "a=c"),
          pair("WWW-Authenticate", "Basic realm=a", "Basic realm=b"),
          pair("X-Frame-Options", "deny", "sameorigin"),
          pair("X-XSS-Protection", "1", "0"));

  private FieldRows() {}

  private static String[] pair(String name, String first, String second) {
    return new String[] {name, first, second};
  }

  private static CacheRow givenBack(String name, String value) {
    return required("given back: " + name)
        .origin(HOUR, name + ": " + value)
        .reusedLater()
        .field(name, value);
  }

  /// RFC 9111 §3.1, RFC 9110 §7.6.1
  static List<CacheRow> stored() {
    List<CacheRow> rows = new ArrayList<>();
    rows.add(
        required("Connection: a, b")
            .origin(HOUR, "Connection: a, b", "a: 1", "b: 2", "c: 3")
            .reusedLater()
            .without("a")
            .without("b")
            .field("c", "3"));
    STORED.forEach(field -> rows.add(givenBack(field[0], field[1])));
    Map<String, String> once =
        Map.of(
            "Content-Encoding", "foo",
            "Content-Location", "/foo",
            "Content-MD5", "rL0Y20zC+Fzt72VPzMSk2A==",
            "Content-Type", "text/plain;charset=utf-8",
            "ETag", "\"abcdef\"",
            "Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    once.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(field -> rows.add(givenBack(field.getKey(), field.getValue())));
    rows.add(
        required("given back: Cache-Control")
            .origin("Cache-Control: max-age=3600, foo=bar")
            .reusedLater()
            .field("Cache-Control", "max-age=3600, foo=bar"));
    rows.add(givenBack("Content-Range", "garbage"));
    rows.add(givenBack("Set-Cookie", "a=b"));
    rows.add(lyingLength());
    rows.addAll(connectionLevel());
    rows.add(
        chosen("a transfer coding that is unknown is answered 502")
            .reply(
                Reply.raw(
                    "HTTP/1.1 200 OK\r\n"
                        + HOUR
                        + "\r\nTransfer-Encoding: foo\r\n\r\nwithout an end"))
            .get()
            .status(502));
    return rows;
  }

  private static CacheRow lyingLength() {
    String whole = "0123456789012345678901234567890abcde";
    return required("Content-Length: 10 before 36 bytes")
        .reply(Reply.raw("HTTP/1.1 200 OK\r\n" + HOUR + "\r\nContent-Length: 10\r\n\r\n" + whole))
        .get()
        .pause()
        .get()
        .fromCache()
        .check("ten bytes", seen -> seen.answer().text().equals("0123456789"))
        .field("Content-Length", "10");
  }

  private static List<CacheRow> connectionLevel() {
    List<CacheRow> rows = new ArrayList<>();
    for (String field :
        List.of(
            "Keep-Alive: a=b",
            "Proxy-Authenticate: abc",
            "Proxy-Authentication-Info: abc",
            "Proxy-Authorization: abc",
            "Proxy-Connection: abc",
            "TE: abc",
            "Trailer: abc",
            "Upgrade: abc")) {
      String name = field.substring(0, field.indexOf(':'));
      String value = field.substring(field.indexOf(' ') + 1);
      rows.add(
          required("stored all the same: " + name)
              .origin(HOUR, field)
              .reusedLater()
              .check("without the field", seen -> !seen.answer().all(name).contains(value)));
    }
    return rows;
  }

  /// RFC 9111 §3.2, §4.3.4
  static List<CacheRow> updated() {
    List<CacheRow> rows = new ArrayList<>();
    for (String[] field : STORED) {
      if (!field[0].equals("Expires")) {
        rows.add(update(required("updated: " + field[0]), field[0], field[1], field[2]));
      }
    }
    rows.add(update(required("updated: Set-Cookie"), "Set-Cookie", "a=b", "a=c"));
    rows.add(
        required("a field that the 304 does not have")
            .origin("Cache-Control: max-age=2", "Last-Modified: @-86400", "Test: 1")
            .reply(Reply.validating())
            .get()
            .pause()
            .get()
            .asked()
            .content(1)
            .field("Test", "1"));
    rows.add(
        required("a new Cache-Control")
            .origin("Cache-Control: max-age=1", "ETag: \"abc\"")
            .reply(Reply.validating("Cache-Control: max-age=3600"))
            .get()
            .pause()
            .get()
            .asked()
            .field("Cache-Control", "max-age=3600")
            .pause()
            .get()
            .cached(1)
            .field("Cache-Control", "max-age=3600"));
    rows.add(
        required("not updated: Content-Length")
            .origin("Cache-Control: max-age=2", "ETag: \"abc\"")
            .reply(Reply.validating("Content-Length: 36"))
            .get()
            .pause()
            .get()
            .asked()
            .status(200)
            .content(1));
    rows.add(kept("Content-Encoding", "foo", "bar"));
    rows.add(kept("Content-Range", "a", "b"));
    rows.add(update(chosen("updated: Content-Type"), "Content-Type", "text/a", "text/b"));
    rows.add(update(chosen("updated: Content-Location"), "Content-Location", "/a", "/b"));
    rows.add(update(chosen("updated: Content-MD5"), "Content-MD5", "AA==", "BB=="));
    return rows;
  }

  private static CacheRow kept(String name, String first, String second) {
    return update(rejected("updated: " + name), name, first, second);
  }

  private static CacheRow update(CacheRow row, String name, String first, String second) {
    return row.origin("Cache-Control: max-age=2", "ETag: \"abc\"", name + ": " + first)
        .reply(Reply.validating(name + ": " + second))
        .get()
        .pause()
        .get()
        .asked()
        .content(1)
        .field(name, second)
        .get()
        .cached(1)
        .field(name, second);
  }
}
