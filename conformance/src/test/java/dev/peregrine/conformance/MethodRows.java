package dev.peregrine.conformance;

import static dev.peregrine.conformance.CacheRow.chosen;
import static dev.peregrine.conformance.CacheRow.optimal;
import static dev.peregrine.conformance.CacheRow.rejected;
import static dev.peregrine.conformance.CacheRow.required;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/// HEAD, unsafe methods, ranges, Authorization, Age and Date, targeted fields, interim responses:
/// RFC 9111 §3 to §5, RFC 9213, RFC 8297.
final class MethodRows {
  private static final String HOUR = "Cache-Control: max-age=3600";
  private static final String DAY = "Cache-Control: max-age=100000";
  private static final String MONTH = "Expires: @2592000";
  private static final String DIGITS = "01234567A";

  private MethodRows() {}

  /// RFC 9111 §4.3.5
  static List<CacheRow> head() {
    String soon = "Cache-Control: max-age=2";
    return List.of(
        chosen("HEAD stays HEAD")
            .origin(soon)
            .get()
            .pause()
            .request("HEAD", "")
            .check("as HEAD", seen -> isMethod(seen, "HEAD")),
        rejected("fields that the origin server leaves out")
            .origin(soon, "Test: 1")
            .origin(soon)
            .get()
            .pause()
            .request("HEAD", "")
            .asked()
            .field("Test", "1"),
        headThenGet("its lifetime", "Template-A: 1").cached(1),
        headThenGet("its fields", "Template-A: 2").cached(1).field("Template-A", "2"),
        rejected("410 to the HEAD is given to the GET")
            .origin(soon)
            .reply(Reply.of(410, "Cache-Control: max-age=1000"))
            .get()
            .pause()
            .request("HEAD", "")
            .get()
            .fromCache()
            .status(410));
  }

  private static CacheRow headThenGet(String what, String field) {
    return chosen("HEAD freshens: " + what)
        .origin("Cache-Control: max-age=2", "Template-A: 1", "ETag: \"a\"")
        .reply(Reply.ok("Cache-Control: max-age=1000", field, "ETag: \"a\""))
        .get()
        .pause()
        .request("HEAD", "")
        .get();
  }

  private static boolean isMethod(CacheRun.Seen seen, String method) {
    return !seen.asked().isEmpty()
        && seen.asked().getLast().get("method").asString().equals(method);
  }

  /// RFC 9111 §4.4
  static List<CacheRow> invalidation() {
    List<CacheRow> rows = new ArrayList<>();
    for (String method : List.of("POST", "PUT", "DELETE", "M-SEARCH")) {
      rows.add(required(method).origin(HOUR).origin(HOUR).get().request(method, "").get().asked());
      rows.add(
          optimal(method + " answered 500")
              .origin(HOUR)
              .reply(Reply.of(500))
              .get()
              .request(method, "")
              .get()
              .cached(1));
    }
    for (String field : List.of("Location", "Content-Location")) {
      for (String method : List.of("POST", "PUT", "DELETE", "M-SEARCH")) {
        rows.add(
            chosen(method + " with " + field)
                .origin(HOUR)
                .origin(field + ": {path}other")
                .request("GET", "other")
                .request(method, "")
                .request("GET", "other")
                .asked());
      }
    }
    return rows;
  }

  /// RFC 9111 §3.3, §3.4; RFC 9110 §14
  static List<CacheRow> ranges() {
    return List.of(
        part("bytes=0-1", "01"),
        part("bytes=1-", "1234567A"),
        part("bytes=-1", "A"),
        complete(required("the 206 has the other fields"))
            .get()
            .get("Range: bytes=0-1")
            .fromCache()
            .status(206)
            .field("Test", "1"),
        partial(optimal("the same part"), "bytes 4-8/9", "4567A")
            .get("Range: bytes=-5")
            .get("Range: bytes=-5")
            .fromCache()
            .status(206)
            .check("the part", seen -> seen.answer().text().equals("4567A")),
        within("bytes=6-8", "67A"),
        within("bytes=6-", "67A"),
        within("bytes=-1", "A"),
        partial(optimal("what is missing"), "bytes 0-4/9", "01234")
            .reply(Reply.of(206, DAY, "ETag: \"a\"", "Content-Range: bytes 5-8/9").content("567A"))
            .get("Range: bytes=0-4")
            .get()
            .askedWith("Range", "bytes=5-"));
  }

  private static CacheRow complete(CacheRow row) {
    return row.reply(Reply.ok(DAY, "ETag: \"a\"", "Test: 1").content(DIGITS));
  }

  private static CacheRow part(String range, String expected) {
    return complete(optimal("of a complete response: " + range))
        .get()
        .get("Range: " + range)
        .fromCache()
        .status(206)
        .check("the part " + expected, seen -> seen.answer().text().equals(expected));
  }

  private static CacheRow partial(CacheRow row, String contentRange, String content) {
    return row.reply(
        Reply.of(206, DAY, "ETag: \"a\"", "Content-Range: " + contentRange).content(content));
  }

  private static CacheRow within(String range, String expected) {
    return partial(optimal("of a part: " + range), "bytes 4-8/9", "4567A")
        .get("Range: bytes=-5")
        .get("Range: " + range)
        .fromCache()
        .status(206)
        .check("the part " + expected, seen -> seen.answer().text().equals(expected));
  }

  /// RFC 9111 §3.5
  static List<CacheRow> authorization() {
    String with = "Authorization: Basic YWJjOmRlZg==";
    List<CacheRow> rows = new ArrayList<>();
    rows.add(required("max-age alone").origin(DAY).get(with).pause().get().asked());
    for (String permits :
        List.of("max-age=3600, public", "max-age=3600, must-revalidate", "s-maxage=3600")) {
      rows.add(
          optimal(permits).origin("Cache-Control: " + permits).get(with).pause().get().cached(1));
    }
    return rows;
  }

  /// RFC 9111 §4, §5.1
  static List<CacheRow> ageAndDate() {
    return List.of(
        required("Age grows")
            .origin(HOUR)
            .reusedLater()
            .check("Age above 2", seen -> isAbove(seen, 2)),
        required("Age grows on")
            .origin(HOUR, "Age: 30")
            .get()
            .field("Age", "30")
            .pause()
            .get()
            .cached(1)
            .check("Age above 32", seen -> isAbove(seen, 32)),
        chosen("a slow response has an Age")
            .reply(Reply.ok(HOUR).after(5000))
            .get()
            .check("Age above 0", seen -> isAbove(seen, 0)),
        keptDate("max-age", HOUR),
        keptDate("Expires", MONTH),
        chosen("Expires is given back as stored")
            .origin("Expires: Fri, 01 Jan 2038 01:01:01 GMT")
            .reusedLater()
            .field("Expires", "Fri, 01 Jan 2038 01:01:01 GMT"),
        chosen("Content-Disposition does not matter")
            .origin(HOUR, "Content-Disposition: attachment; filename=a.txt")
            .reusedAtOnce(),
        optimal("Set-Cookie").origin(HOUR, "Set-Cookie: a=b").reusedAtOnce(),
        optimal("Cookie").origin(HOUR).get("Cookie: a=b").get("Cookie: a=c").cached(1));
  }

  private static CacheRow keptDate(String name, String fresh) {
    return required("Date is given back, " + name)
        .origin(fresh, "Date: @-60")
        .reusedLater()
        .check("a minute old", seen -> isAMinuteOld(seen.answer().field("Date")));
  }

  private static boolean isAMinuteOld(String date) {
    Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    return then.isBefore(Instant.now().minusSeconds(50));
  }

  private static boolean isAbove(CacheRun.Seen seen, long seconds) {
    return seen.answer().first("Age").filter(age -> Long.parseLong(age) > seconds).isPresent();
  }

  /// RFC 9213
  static List<CacheRow> targeted() {
    List<CacheRow> rows = new ArrayList<>();
    rows.add(cdn(optimal("max-age alone"), "max-age=3600").reusedLater());
    rows.add(cdn(optimal("2147483648"), "max-age=2147483648").reusedLater());
    rows.add(cdn(optimal("99999999999"), "max-age=99999999999").reusedLater());
    rows.add(cdn(optimal("behind an unknown one"), "foobar, max-age=3600").reusedLater());
    rows.add(cdn(optimal("past Expires"), "max-age=3600", "Expires: @-86400").reusedLater());
    rows.add(cdn(optimal("Expires: 0"), "max-age=3600", "Expires: 0").reusedLater());
    rows.add(cdn(required("Age 7200"), "max-age=3600", "Age: 7200").askedLater());
    rows.add(cdn(required("max-age=0"), "max-age=0").askedLater());
    rows.add(cdn(required("max-age=0, future Expires"), "max-age=0", MONTH).askedLater());
    rows.add(
        cdn(optimal("3600 beats 1"), "max-age=3600", "Cache-Control: max-age=1").reusedLater());
    rows.add(cdn(required("1 beats 3600"), "max-age=1", HOUR).askedLater());
    for (String beats : List.of("private", "no-cache", "no-store")) {
      rows.add(
          cdn(required(beats + " beats max-age"), beats, "Cache-Control: max-age=10000", MONTH)
              .askedAtOnce()
              .check(
                  "passed on",
                  seen ->
                      seen.answer().all("CDN-Cache-Control").contains(beats)
                          || !List.of("private", "no-cache").contains(beats)));
    }
    String no = "Cache-Control: no-store";
    rows.add(cdn(required("max-age beats no-store"), "max-age=10000", no).reusedAtOnce());
    rows.add(cdn(required("invalid"), "max-age=10000, &&&&&", no).askedAtOnce());
    rows.add(cdn(required("of the wrong type"), "max-age=\"10000\"", no).askedAtOnce());
    String brief = "Cache-Control: max-age=1";
    rows.add(cdn(chosen("space before ="), "max-age =100", brief).askedLater());
    rows.add(cdn(chosen("space after ="), "max-age= 100", brief).askedLater());
    rows.add(cdn(rejected("mixed case"), "MaX-aGe=3600").reusedLater());
    rows.add(
        cdn(chosen("passed on"), "max-age=3600").get().field("CDN-Cache-Control", "max-age=3600"));
    rows.add(
        cdn(chosen("longer than for others: Age"), "max-age=3600", brief).reusedLater().has("Age"));
    rows.add(
        cdn(chosen("longer than for others: Expires"), "max-age=3600", brief, "Expires: @1")
            .reusedLater()
            .has("Expires"));
    return rows;
  }

  private static CacheRow cdn(CacheRow row, String value, String... more) {
    List<String> fields = new ArrayList<>(List.of("CDN-Cache-Control: " + value));
    fields.addAll(List.of(more));
    return row.origin(fields.toArray(String[]::new));
  }

  /// RFC 9110 §15.2, RFC 8297
  static List<CacheRow> interim() {
    return List.of(
        optimal("102")
            .reply(Reply.ok(DAY).interim(102))
            .get()
            .check("102 passed on", seen -> isInterim(seen, 102))
            .get()
            .cached(1),
        hinted(optimal("103"))
            .check("103 passed on", seen -> isInterim(seen, 103))
            .check("with its fields", MethodRows::hasHints)
            .get()
            .cached(1),
        hinted(required("no 103 on reuse"))
            .get()
            .cached(1)
            .check("no interim response", seen -> seen.interim().isEmpty()),
        hinted(optimal("fields of a 103 stay there"))
            .without("Link")
            .get()
            .cached(1)
            .without("Link"));
  }

  private static CacheRow hinted(CacheRow row) {
    return row.reply(
            Reply.ok(DAY).interim(103, "Link: </a.css>; rel=preload", "Link: </b.js>; rel=preload"))
        .get();
  }

  private static boolean isInterim(CacheRun.Seen seen, int status) {
    return seen.interim().stream().anyMatch(answer -> answer.status() == status);
  }

  private static boolean hasHints(CacheRun.Seen seen) {
    List<String> links = seen.interim().getFirst().all("Link");
    return links.equals(List.of("</a.css>; rel=preload", "</b.js>; rel=preload"));
  }
}
