package dev.peregrine.conformance;

import static dev.peregrine.conformance.CacheRow.chosen;
import static dev.peregrine.conformance.CacheRow.optimal;
import static dev.peregrine.conformance.CacheRow.rejected;
import static dev.peregrine.conformance.CacheRow.required;

import java.util.ArrayList;
import java.util.List;

/// Keys, variants, conditions and validation: RFC 9111 §4.1, §4.3; RFC 9110 §12.5.5, §13.
final class VaryRows {
  private static final String LONG = "Cache-Control: max-age=5000";
  private static final String DAY_OLD = "Last-Modified: @-86400";
  private static final String OLD = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT";

  private VaryRows() {}

  private static CacheRow varied(CacheRow row, String vary, String... more) {
    List<String> fields = new ArrayList<>(List.of(LONG, DAY_OLD, "Vary: " + vary));
    fields.addAll(List.of(more));
    return row.origin(fields.toArray(String[]::new));
  }

  /// RFC 9111 §4.1
  static List<CacheRow> keys() {
    return List.of(
        varied(optimal("same"), "Foo").get("Foo: 1").get("Foo: 1").cached(1),
        varied(required("differs"), "Foo").get("Foo: 1").get("Foo: 2").asked(),
        varied(required("was absent"), "Foo").get().get("Foo: 1").asked(),
        varied(required("is absent"), "Foo").get("Foo: 1").get().asked(),
        varied(varied(optimal("side by side"), "Foo"), "Foo")
            .get("Foo: 1")
            .get("Foo: 2")
            .asked()
            .get("Foo: 1")
            .cached(1),
        varied(optimal("another field differs"), "Foo")
            .get("Foo: 1", "Other: 2")
            .get("Foo: 1", "Other: 3")
            .cached(1),
        varied(optimal("two, same"), "Foo, Bar")
            .get("Foo: 1", "Bar: abc")
            .get("Foo: 1", "Bar: abc")
            .cached(1),
        varied(required("two, one differs"), "Foo, Bar")
            .get("Foo: 1", "Bar: abc")
            .get("Foo: 1", "Bar: abcde")
            .asked(),
        varied(required("two, both absent now"), "Foo, Bar")
            .get("Foo: 1", "Bar: abc")
            .get()
            .asked(),
        varied(optimal("three, same"), "Foo, Bar, Baz")
            .get("Foo: 1", "Bar: abc", "Baz: 789")
            .get("Foo: 1", "Bar: abc", "Baz: 789")
            .cached(1),
        varied(required("three, one differs"), "Foo, Bar, Baz")
            .get("Foo: 1", "Bar: abc", "Baz: 789")
            .get("Foo: 1", "Bar: abcde", "Baz: 789")
            .asked(),
        varied(required("three, in another order, one differs"), "Foo, Bar, Baz")
            .get("Foo: 1", "Bar: abc", "Baz: 789")
            .get("Baz: abcde", "Bar: abc", "Foo: 1")
            .asked(),
        varied(optimal("three, one absent both times"), "Foo, Bar, Baz")
            .get("Foo: 1", "Baz: 789")
            .get("Foo: 1", "Baz: 789")
            .cached(1),
        varied(required("*"), "*").askedAtOnce(),
        varied(optimal("two lines, and one"), "Foo")
            .get("Foo: 1, 2")
            .get("Foo: 1", "Foo: 2")
            .cached(1),
        varied(optimal("space behind a comma"), "Foo").get("Foo: 1,2").get("Foo: 1, 2").cached(1),
        language("en, de", "de, en"),
        language("en, de", "eN, De"),
        language("en, de", "en,  de"),
        varied(optimal("the best language is stored"), "Accept-Language", "Content-Language: de")
            .get("Accept-Language: en, de")
            .get("Accept-Language: fr;q=0.5, de;q=1.0")
            .cached(1),
        required("another query")
            .origin(LONG)
            .request("GET", "?test=1")
            .request("GET", "?test=2")
            .asked(),
        optimal("the same query")
            .origin(LONG)
            .request("GET", "?test=1")
            .request("GET", "?test=1")
            .cached(1));
  }

  private static CacheRow language(String first, String second) {
    return varied(optimal(first + " and " + second), "Accept-Language")
        .get("Accept-Language: " + first)
        .get("Accept-Language: " + second)
        .cached(1);
  }

  /// RFC 9110 §12.5.5
  static List<CacheRow> varySyntax() {
    return List.of(
        varied(required("*"), "*").askedAtOnce(),
        varied(required("*, *"), "*, *").askedAtOnce(),
        varied(required("two lines of *"), "*", "Vary: *").askedAtOnce(),
        varied(required(", *"), ", *").askedAtOnce(),
        varied(required("empty, and *"), "", "Vary: *").askedAtOnce(),
        varied(required("*, Foo"), "*, Foo").get("Foo: 1").get("Foo: 1").asked(),
        varied(required("Foo, *"), "Foo, *").get("Foo: 1").get("Foo: 1").asked());
  }

  /// RFC 9111 §4.3.2, RFC 9110 §13
  static List<CacheRow> conditions() {
    List<CacheRow> rows = new ArrayList<>();
    rows.addAll(dates());
    rows.addAll(tags());
    for (String tag : List.of("w/\"abc\"", "W\\\"abc\"", "W\"abc\"")) {
      rows.add(matched(chosen("malformed: " + tag), tag, tag));
    }
    rows.add(matched(rejected("unquoted in the request"), "\"abc\"", "abc"));
    rows.add(matched(chosen("unquoted in both"), "abc", "abc"));
    rows.add(matched(rejected("unquoted in the response"), "abc", "\"abc\""));
    rows.add(matched(chosen("not ASCII"), "\"a\u00fcc\"", "\"a\u00fcc\""));
    return rows;
  }

  private static List<CacheRow> dates() {
    return List.of(
        modified(optimal("If-Modified-Since equal"), "Sun, 06 Nov 1994 08:49:37 GMT"),
        modified(optimal("If-Modified-Since later"), "Sun, 06 Nov 1994 09:00:00 GMT"),
        modified(optimal("If-Modified-Since in RFC 850 form"), "Sunday, 06-Nov-94 08:49:37 GMT"),
        optimal("stale, If-Modified-Since equal")
            .origin("Cache-Control: max-age=1", OLD)
            .reply(Reply.validating())
            .get()
            .pause()
            .get("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT")
            .asked()
            .status(304),
        optimal("If-Modified-Since before Date, no Last-Modified")
            .origin("Cache-Control: max-age=3600")
            .get()
            .get("If-Modified-Since: @-3000")
            .fromCache()
            .status(304));
  }

  private static CacheRow modified(CacheRow row, String since) {
    return row.origin(LONG, OLD).get().get("If-Modified-Since: " + since).fromCache().status(304);
  }

  private static List<CacheRow> tags() {
    return List.of(
        matched(optimal("strong"), "\"abc\"", "\"abc\""),
        matched(optimal("weak"), "W/\"abc\"", "W/\"abc\""),
        matched(required("the 304 has the ETag"), "\"abc\"", "\"abc\"").field("ETag", "\"abc\""),
        required("If-None-Match alone decides")
            .origin(LONG, "ETag: \"abc\"", OLD)
            .get()
            .get("If-None-Match: \"abc\"", "If-Modified-Since: Sat, 05 Nov 1994 08:49:37 GMT")
            .fromCache()
            .status(304),
        matched(optimal("first of three"), "\"a\"", "\"a\", \"b\", \"c\""),
        matched(optimal("second of three"), "\"b\"", "\"a\", \"b\", \"c\""),
        matched(optimal("last of three"), "\"c\"", "\"a\", \"b\", \"c\""));
  }

  private static CacheRow matched(CacheRow row, String stored, String asked) {
    return row.origin(LONG, "ETag: " + stored)
        .get()
        .get("If-None-Match: " + asked)
        .fromCache()
        .status(304);
  }

  /// RFC 9111 §4.3.1, §4.3.3
  static List<CacheRow> validation() {
    return List.of(
        validated(optimal("strong"), "\"abc\""),
        validated(optimal("weak"), "W/\"abc\""),
        required("the condition goes with what varies")
            .origin("Expires: @1", "ETag: \"abc\"", "Vary: Abc")
            .reply(Reply.validating())
            .get("Abc: 123")
            .pause()
            .get("Abc: 123")
            .askedWith("If-None-Match", "\"abc\"")
            .askedWith("Abc", "123"),
        rejected("the tag of another variant")
            .origin("Cache-Control: max-age=3600", "ETag: \"abc\"", "Vary: Abc")
            .origin("Cache-Control: max-age=3600", "Vary: Abc")
            .get("Abc: 123")
            .get("Abc: 456")
            .askedWith("If-None-Match", "\"abc\""),
        rejected("quotes are added to a stored tag")
            .origin("Cache-Control: max-age=1", "ETag: abc")
            .get()
            .pause()
            .get()
            .askedWith("If-None-Match", "\"abc\""),
        rejected("nothing stored, the condition passes")
            .origin("Cache-Control: max-age=3600", "ETag: \"abc\"")
            .get("If-None-Match: \"abcdef\"")
            .askedWith("If-None-Match", "\"abcdef\""),
        rejected("nothing stored, quotes are added")
            .origin("Cache-Control: max-age=3600", "ETag: \"abc\"")
            .get("If-None-Match: abcdef")
            .askedWith("If-None-Match", "\"abcdef\""));
  }

  private static CacheRow validated(CacheRow row, String tag) {
    return row.origin("Cache-Control: max-age=1", "ETag: " + tag)
        .reply(Reply.validating())
        .get()
        .pause()
        .get()
        .askedWith("If-None-Match", tag)
        .status(200)
        .content(1);
  }
}
