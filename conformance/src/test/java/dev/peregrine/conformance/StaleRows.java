package dev.peregrine.conformance;

import static dev.peregrine.conformance.CacheRow.chosen;
import static dev.peregrine.conformance.CacheRow.optimal;
import static dev.peregrine.conformance.CacheRow.rejected;
import static dev.peregrine.conformance.CacheRow.required;

import java.util.ArrayList;
import java.util.List;

/// Stale responses, heuristics, status codes, and what clients demand: RFC 9111 §3, §4.2.2, §4.2.4,
/// §5.2.1, §5.4; RFC 5861.
final class StaleRows {
  private static final String DAY_OLD = "Last-Modified: @-86400";
  private static final List<Integer> FINAL =
      List.of(
          200, 203, 204, 299, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 502, 503, 504, 599);

  private StaleRows() {}

  /// RFC 9111 §4.2.4; RFC 5861
  static List<CacheRow> stale() {
    List<CacheRow> rows = new ArrayList<>();
    rows.add(
        rejected("connection dropped")
            .origin("Cache-Control: max-age=2")
            .reply(Reply.dropped())
            .get()
            .pause()
            .get()
            .status(200)
            .content(1));
    for (String forbids :
        List.of("must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=2")) {
      rows.add(
          required("connection dropped, " + forbids)
              .origin("Cache-Control: max-age=2, " + forbids)
              .reply(Reply.dropped())
              .get()
              .pause()
              .get()
              .check("an error of its own", seen -> seen.answer().status() >= 500));
    }
    rows.add(
        rejected("503")
            .origin("Cache-Control: max-age=2")
            .reply(Reply.of(503))
            .get()
            .pause()
            .get()
            .status(200));
    rows.add(
        chosen("stale-if-error, connection dropped")
            .origin("Cache-Control: max-age=2, stale-if-error=60")
            .reply(Reply.dropped())
            .get()
            .pause()
            .get()
            .status(200)
            .content(1));
    rows.add(
        chosen("stale-if-error, 503")
            .origin("Cache-Control: max-age=2, stale-if-error=60")
            .reply(Reply.of(503))
            .get()
            .pause()
            .get()
            .status(200)
            .content(1));
    rows.add(
        optimal("stale-while-revalidate")
            .origin("Cache-Control: max-age=1, stale-while-revalidate=3600", "ETag: \"abc\"")
            .get()
            .pause()
            .get()
            .status(200)
            .content(1));
    rows.add(
        required("the window of stale-while-revalidate ends")
            .origin("Cache-Control: max-age=1, stale-while-revalidate=4", "ETag: \"abc\"")
            .origin("Cache-Control: no-cache", "ETag: \"def\"")
            .get()
            .pause()
            .get()
            .content(1)
            .pause()
            .get()
            .asked());
    rows.add(
        rejected("Warning on a stale response")
            .origin("Cache-Control: max-age=2")
            .reply(Reply.dropped())
            .get()
            .pause()
            .get()
            .has("Warning"));
    return rows;
  }

  /// RFC 9111 §4.2.2, RFC 9110 §15.1
  static List<CacheRow> heuristics() {
    List<CacheRow> rows = new ArrayList<>();
    for (int status : List.of(200, 203, 204, 404, 405, 410, 414, 501)) {
      rows.add(
          optimal("by definition: " + status)
              .reply(Reply.of(status, DAY_OLD))
              .get()
              .get()
              .fromCache()
              .status(status));
    }
    for (int status : List.of(201, 202, 403, 502, 503, 504, 599)) {
      rows.add(required("not: " + status).reply(Reply.of(status, DAY_OLD)).askedAtOnce());
    }
    rows.add(
        optimal("599, public")
            .reply(Reply.of(599, DAY_OLD, "Cache-Control: public"))
            .get()
            .get()
            .fromCache()
            .status(599));
    for (int seconds : List.of(60, 600, 3600)) {
      rows.add(
          chosen("modified " + seconds + " s ago")
              .origin("Last-Modified: @-" + seconds)
              .reusedLater());
    }
    rows.add(rejected("modified 10 s ago").origin("Last-Modified: @-10").reusedLater());
    return rows;
  }

  /// RFC 9110 §9.3.3
  static List<CacheRow> methods() {
    return List.of(
        optimal("POST with Content-Location")
            .origin("Cache-Control: max-age=3600", "Content-Location: {path}")
            .request("POST", "")
            .get()
            .cached(1));
  }

  /// RFC 9111 §3
  static List<CacheRow> statuses() {
    List<CacheRow> rows = new ArrayList<>();
    for (int status : FINAL) {
      Reply fresh = Reply.of(status, "Cache-Control: max-age=100000");
      CacheRow row = optimal("fresh: " + status).reply(fresh).get().pause().get();
      row.fromCache().status(status);
      rows.add(status == 204 ? row : row.content(1));
      rows.add(
          required("stale: " + status)
              .reply(Reply.of(status, "Expires: @-100000", DAY_OLD))
              .askedLater());
    }
    rows.add(
        required("not understood, so no-store holds")
            .reply(Reply.of(599, "Cache-Control: max-age=3600, no-store, must-understand"))
            .askedLater());
    rows.add(
        optimal("understood, so no-store does not hold")
            .origin("Cache-Control: max-age=3600, no-store, must-understand")
            .reusedLater());
    return rows;
  }

  /// RFC 9111 §5.2.1, with clients trusted
  static List<CacheRow> requestDirectives() {
    String hour = "Cache-Control: max-age=3600";
    return List.of(
        chosen("max-age=0").origin(hour).get().get("Cache-Control: max-age=0").asked(),
        chosen("max-age=1").origin(hour).get().pause().get("Cache-Control: max-age=1").asked(),
        chosen("max-age=600, Age 1800")
            .origin(hour, "Age: 1800")
            .get()
            .get("Cache-Control: max-age=600")
            .asked(),
        chosen("max-stale, by time")
            .origin("Cache-Control: max-age=1")
            .get()
            .pause()
            .get("Cache-Control: max-stale=1000")
            .cached(1),
        rejected("max-stale, by Age")
            .origin("Cache-Control: max-age=1500", "Age: 2000")
            .get()
            .get("Cache-Control: max-stale=1000")
            .cached(1),
        chosen("min-fresh=2000")
            .origin("Cache-Control: max-age=1500")
            .get()
            .get("Cache-Control: min-fresh=2000")
            .asked(),
        chosen("min-fresh=1000, Age 1000")
            .origin("Cache-Control: max-age=1500", "Age: 1000")
            .get()
            .get("Cache-Control: min-fresh=1000")
            .asked(),
        chosen("no-cache").origin(hour).get().get("Cache-Control: no-cache").asked(),
        rejected("no-store").origin(hour).get().get("Cache-Control: no-store").asked(),
        rejected("no-cache, ETag stored")
            .origin(hour, "ETag: \"abc\"")
            .get()
            .get("Cache-Control: no-cache")
            .askedWith("If-None-Match", "\"abc\""),
        rejected("no-cache, Last-Modified stored")
            .origin(hour, "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT")
            .get()
            .get("Cache-Control: no-cache")
            .askedWith("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"),
        chosen("only-if-cached")
            .origin(hour)
            .get("Cache-Control: only-if-cached")
            .fromCache()
            .status(504));
  }

  /// RFC 9111 §5.4
  static List<CacheRow> pragma() {
    String hour = "Cache-Control: max-age=3600";
    return List.of(
        chosen("Pragma: no-cache in a request")
            .origin(hour)
            .get()
            .get("Pragma: no-cache")
            .cached(1),
        chosen("Pragma unknown in a request").origin(hour).get().get("Pragma: foo").cached(1),
        chosen("Pragma: no-cache in a response").origin(hour, "Pragma: no-cache").reusedAtOnce(),
        chosen("Pragma unknown in a response").origin(hour, "Pragma: foo").reusedAtOnce(),
        chosen("Pragma: no-cache with Last-Modified")
            .origin(DAY_OLD, "Pragma: no-cache")
            .reusedAtOnce());
  }
}
