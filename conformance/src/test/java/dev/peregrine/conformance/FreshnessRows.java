package dev.peregrine.conformance;

import static dev.peregrine.conformance.CacheRow.chosen;
import static dev.peregrine.conformance.CacheRow.optimal;
import static dev.peregrine.conformance.CacheRow.rejected;
import static dev.peregrine.conformance.CacheRow.required;

import java.util.ArrayList;
import java.util.List;

/// When a stored response is fresh: RFC 9111 §4.2, §5.1 to §5.3.
final class FreshnessRows {
  private static final String MONTH = "Expires: @2592000";
  private static final String PAST = "Expires: @-2592000";

  private FreshnessRows() {}

  /// RFC 9111 §4.2, §5.2.2
  static List<CacheRow> cacheControl() {
    List<CacheRow> rows = new ArrayList<>();
    rows.add(rejected("nothing said").origin().reusedLater());
    rows.add(reused("max-age=3600"));
    rows.add(required("max-age=2").origin("Cache-Control: max-age=2").askedLater());
    rows.add(asked("max-age=0"));
    rows.add(asked("max-age=-3600"));
    for (String age : List.of("2147483647", "2147483648", "2147483649", "99999999999")) {
      rows.add(reused("max-age=" + age));
    }
    rows.add(
        required("max-age=3600 that is 7200 s old")
            .origin("Cache-Control: max-age=3600", "Age: 7200")
            .askedLater());
    rows.add(
        chosen("max-age=3600 of a Date two hours ago")
            .origin("Cache-Control: max-age=3600", "Date: @-7200")
            .askedLater());
    rows.add(reused("max-age=3600", PAST));
    rows.add(reused("max-age=3600", "Expires: 0"));
    rows.add(asked("max-age=0", MONTH));
    rows.add(reused("foobar, max-age=3600"));
    rows.add(reused("MaX-aGe=3600"));
    rows.add(required("s-maxage=3600 alone").origin("Cache-Control: s-maxage=3600").reusedLater());
    rows.add(asked("max-age=3600, s-maxage=1"));
    rows.add(asked("s-maxage=1, max-age=3600"));
    rows.add(
        required("s-maxage=1 beats max-age=3600, two lines")
            .origin("Cache-Control: max-age=3600", "Cache-Control: s-maxage=1")
            .askedLater());
    rows.add(reused("max-age=1, s-maxage=3600"));
    rows.add(reused("max-age=0, s-maxage=3600", PAST));
    return rows;
  }

  private static CacheRow reused(String cacheControl, String... more) {
    return optimal("reused: " + cacheControl + " " + String.join(" ", more))
        .origin(with(cacheControl, more))
        .reusedLater();
  }

  private static CacheRow asked(String cacheControl, String... more) {
    return required("not reused: " + cacheControl + " " + String.join(" ", more))
        .origin(with(cacheControl, more))
        .askedLater();
  }

  private static String[] with(String cacheControl, String... more) {
    List<String> fields = new ArrayList<>(List.of("Cache-Control: " + cacheControl));
    fields.addAll(List.of(more));
    return fields.toArray(String[]::new);
  }

  /// RFC 9111 §5.2, RFC 9110 §5.6
  static List<CacheRow> cacheControlSyntax() {
    return List.of(
        asked("extension=\"max-age=3600\", max-age=1"),
        asked("max-age=1, extension=\"max-age=3600\""),
        required("leading zeros").origin("Cache-Control: max-age=003600").reusedLater(),
        required("apostrophes").origin("Cache-Control: max-age='3600'").askedLater(),
        chosen("quoted").origin("Cache-Control: max-age=\"3600\"").reusedLater(),
        rejected("1800 before 1").origin("Cache-Control: max-age=1800, max-age=1").reusedLater(),
        rejected("1 before 1800").origin("Cache-Control: max-age=1, max-age=1800").reusedLater(),
        rejected("1800 before 1, two lines")
            .origin("Cache-Control: max-age=1800", "Cache-Control: max-age=1")
            .reusedLater(),
        rejected("1 before 1800, two lines")
            .origin("Cache-Control: max-age=1", "Cache-Control: max-age=1800")
            .reusedLater(),
        chosen("space before =").origin("Cache-Control: max-age =3600").askedLater(),
        chosen("space after =").origin("Cache-Control: max-age= 3600").askedLater(),
        rejected("3600.0").origin("Cache-Control: max-age=3600.0").reusedLater(),
        rejected("3600.5").origin("Cache-Control: max-age=3600.5").reusedLater(),
        rejected("a3600").origin("Cache-Control: max-age=a3600").reusedLater(),
        rejected("3600a").origin("Cache-Control: max-age=3600a").reusedLater());
  }

  /// RFC 9111 §5.1
  static List<CacheRow> age() {
    List<CacheRow> rows = new ArrayList<>();
    for (String invalid : List.of("abc", "-7200", "7200.0")) {
      rows.add(aged(required("invalid: " + invalid), 3600, invalid).reusedLater());
    }
    for (String large : List.of("2147483647", "2147483648", "2147483649")) {
      rows.add(aged(required("large: " + large), 3600, large).askedLater());
    }
    rows.add(aged(required("7200, 0"), 3600, "7200, 0").askedLater());
    rows.add(aged(required("7200 and 0, two lines"), 3600, "7200", "0").askedLater());
    rows.add(aged(required("0, 7200"), 3600, "0, 7200").reusedLater());
    rows.add(aged(required("0 and 7200, two lines"), 3600, "0", "7200").reusedLater());
    rows.add(aged(required("0, 0"), 3600, "0, 0").reusedLater());
    rows.add(aged(required("0 and 0, two lines"), 3600, "0", "0").reusedLater());
    rows.add(aged(required("3600 and 3600, two lines"), 10000, "3600", "3600").reusedLater());
    rows.add(aged(rejected("7200;foo=bar"), 3600, "7200;foo=bar").askedLater());
    rows.add(aged(rejected("7200;foo=111"), 3600, "7200;foo=111").askedLater());
    return rows;
  }

  private static CacheRow aged(CacheRow row, int maxAge, String... ages) {
    List<String> fields = new ArrayList<>(List.of("Cache-Control: max-age=" + maxAge));
    for (String age : ages) {
      fields.add("Age: " + age);
    }
    return row.origin(fields.toArray(String[]::new));
  }

  /// RFC 9111 §4.2.1, §4.2.3, §5.3
  static List<CacheRow> expires() {
    return List.of(
        optimal("in 30 days").origin(MONTH).reusedLater(),
        required("in the past").origin(PAST).askedLater(),
        required("equal to Date").origin("Date: @0", "Expires: @0").askedAtOnce(),
        required("before a Date ahead of the clock")
            .origin("Date: @400", "Expires: @300")
            .askedLater(),
        required("0").origin("Expires: 0").askedLater(),
        optimal("Date invalid").origin("Date: foo", "Expires: @10").reusedAtOnce(),
        required("lifetime 20, Age 25")
            .origin("Date: @-10", "Expires: @10", "Age: 25")
            .askedAtOnce(),
        required("lifetime 10, Age 15, Date ahead")
            .origin("Date: @10", "Expires: @20", "Age: 15")
            .askedAtOnce());
  }

  /// RFC 9110 §5.6.7, RFC 9111 §4.2
  static List<CacheRow> dates() {
    List<CacheRow> rows = new ArrayList<>();
    for (String good :
        List.of(
            "Tue, 19 Jan 2038 14:14:08 GMT",
            "Sun, 21 Nov 2286 04:46:39 GMT",
            "Thursday, 18-Aug-50 02:01:18 GMT",
            "Mon Aug  8 02:01:18 2050",
            "THU, 18 Aug 2050 02:01:18 GMT",
            "Thu, 18 AUG 2050 02:01:18 GMT",
            "Thu, 18 Aug 2050 02:01:18 gMT")) {
      rows.add(optimal("valid: " + good).origin("Expires: " + good).reusedLater());
    }
    for (String bad :
        List.of(
            "Thu, 18 Aug 2050 02:01:18 UTC",
            "Thu, 18 Aug 2050 02:01:18 AEST",
            "Thu, 18 Aug 50 02:01:18 GMT",
            "Thu 18 Aug 2050 02:01:18 GMT",
            "Thu, 18  Aug  2050  02:01:18  GMT",
            "Thu, 18-Aug-2050 02:01:18 GMT",
            "Thu, 18 Aug 2050 02.01.18 GMT",
            "Thu, 18 Aug 2050 2:01:18 GMT")) {
      rows.add(required("invalid: " + bad).origin("Expires: " + bad).askedLater());
    }
    String line = "Expires: Thu, 18 Aug 2050 2:01:18 GMT";
    rows.add(required("two lines").origin(line, line).askedLater());
    return rows;
  }

  /// RFC 9111 §5.2.2
  static List<CacheRow> directives() {
    String tag = "ETag: \"abc\"";
    return List.of(
        required("private").origin("Cache-Control: private, max-age=3600").askedAtOnce(),
        required("no-store").origin("Cache-Control: no-store").askedAtOnce(),
        required("No-StOrE").origin("Cache-Control: No-StOrE").askedAtOnce(),
        required("no-store with freshness")
            .origin("Cache-Control: max-age=10000, no-store", MONTH)
            .askedAtOnce(),
        keptWhileFresh("no-store"),
        keptWhileFresh("no-store, max-age=0"),
        required("no-cache").origin("Cache-Control: max-age=10000, no-cache", MONTH).askedAtOnce(),
        required("No-CaChE").origin("Cache-Control: max-age=10000, No-CaChE", MONTH).askedAtOnce(),
        optimal("no-cache, validated")
            .origin("Cache-Control: no-cache", tag)
            .reply(Reply.validating())
            .get()
            .get()
            .askedWith("If-None-Match", "\"abc\"")
            .status(200)
            .content(1),
        optimal("no-cache with freshness, validated")
            .origin("Cache-Control: max-age=10000, no-cache", MONTH, tag)
            .reply(Reply.validating())
            .get()
            .get()
            .askedWith("If-None-Match", "\"abc\"")
            .status(200)
            .content(1),
        chosen("no-cache=\"a\"")
            .origin("Cache-Control: max-age=3600, no-cache=\"a\"", "a: 1", "b: 2")
            .reusedAtOnce()
            .without("a")
            .field("b", "2"),
        chosen("no-cache=\"a, b\" and max-age=3600 on two lines")
            .origin(
                "Cache-Control: no-cache=\"a, b\"", "Cache-Control: max-age=3600", "a: 1", "c: 3")
            .reusedAtOnce()
            .without("a")
            .field("c", "3"),
        optimal("must-revalidate while fresh")
            .origin("Cache-Control: max-age=10000, must-revalidate", tag)
            .reusedAtOnce(),
        required("must-revalidate once stale")
            .origin("Cache-Control: max-age=2, must-revalidate", tag)
            .reply(Reply.validating())
            .get()
            .get()
            .cached(1)
            .pause()
            .get()
            .askedWith("If-None-Match", "\"abc\""));
  }

  private static CacheRow keptWhileFresh(String second) {
    return required("fresh, while the origin server has changed to " + second)
        .origin("Cache-Control: max-age=10000")
        .origin("Cache-Control: " + second)
        .get()
        .pause()
        .get()
        .cached(1)
        .get()
        .cached(1);
  }
}
