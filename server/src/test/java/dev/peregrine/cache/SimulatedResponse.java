package dev.peregrine.cache;

import dev.peregrine.http.HttpDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A response of a simulated app: what it means, and its text. The model reads the meaning, the
/// policy the text; neither sees what the other does.
final class SimulatedResponse {
  private static final String[] WORDS = {
    "public", "private", "no-store", "no-cache", "must-revalidate", "proxy-revalidate", "foo"
  };
  private static final String[] NUMBERS = {
    "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"
  };
  private static final long[] SECONDS = {0, 1, 2, 5, 10, 30, 100, 3600, 1L << 31};

  /// Directives of one field, `null` while it is not there.
  @Nullable Directives cacheControl;

  @Nullable Directives targeted;

  /// Absolute, in seconds since 1970; `null` while the field is not there.
  @Nullable Long date;

  @Nullable Long expires;
  @Nullable Long lastModified;
  @Nullable Long age;
  @Nullable String entityTag;
  @Nullable Set<String> vary;
  @Nullable Set<String> groups;
  boolean setsCookie;
  int status = 200;
  int number;

  /// Words and numbers of a field.
  record Directives(Set<String> words, Map<String, Long> numbers) {
    String text() {
      List<String> parts = new ArrayList<>(words);
      numbers.forEach((name, seconds) -> parts.add(name + "=" + seconds));
      return String.join(", ", parts);
    }
  }

  /// A response at `clock`, the app's idea of the time.
  static SimulatedResponse random(Random random, long clock, int number) {
    SimulatedResponse response = new SimulatedResponse();
    response.number = number;
    response.cacheControl = random.nextInt(6) == 0 ? null : directives(random);
    response.targeted = random.nextInt(8) == 0 ? directives(random) : null;
    response.date = random.nextInt(4) == 0 ? null : clock - random.nextInt(3);
    response.expires = random.nextInt(4) == 0 ? (Long) (clock + random.nextInt(60) - 20) : null;
    response.age = random.nextInt(6) == 0 ? (Long) (long) random.nextInt(12) : null;
    response.vary = random.nextInt(4) == 0 ? names(random, "foo", "bar", "*") : null;
    response.groups = random.nextInt(4) == 0 ? names(random, "g1", "g2", "g3") : null;
    response.setsCookie = random.nextInt(10) == 0;
    int[] odd = {206, 404, 410, 302, 500, 503, 429, 416, 599};
    response.status = random.nextInt(5) == 0 ? odd[random.nextInt(odd.length)] : 200;
    return response;
  }

  private static Directives directives(Random random) {
    Set<String> words = new TreeSet<>();
    Map<String, Long> numbers = new TreeMap<>();
    for (String word : WORDS) {
      if (random.nextInt(9) == 0) {
        words.add(word);
      }
    }
    for (String name : NUMBERS) {
      int chance = name.equals("max-age") ? 2 : 5;
      if (random.nextInt(chance) == 0) {
        numbers.put(name, SECONDS[random.nextInt(SECONDS.length)]);
      }
    }
    if (words.isEmpty() && numbers.isEmpty()) {
      numbers.put("max-age", 10L);
    }
    return new Directives(words, numbers);
  }

  private static Set<String> names(Random random, String... names) {
    Set<String> chosen = new TreeSet<>();
    for (String name : names) {
      if (random.nextInt(name.equals("*") ? 12 : 2) == 0) {
        chosen.add(name);
      }
    }
    return chosen.isEmpty() ? Set.of(names[0]) : chosen;
  }

  /// The directives in force, and whether they are those of the targeted field.
  @Nullable Directives inForce() {
    return targeted == null ? cacheControl : targeted;
  }

  boolean says(String word) {
    Directives directives = inForce();
    return directives != null && directives.words().contains(word);
  }

  /// The number of a directive; `null` if it is not there.
  @Nullable Long seconds(String name) {
    Directives directives = inForce();
    return directives == null ? null : directives.numbers().get(name);
  }

  /// The text, with the content's length.
  String text(int length) {
    StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " X");
    line(text, "X-Number", status == 304 ? null : Integer.toString(number));
    line(text, "Cache-Control", cacheControl == null ? null : cacheControl.text());
    line(text, "CDN-Cache-Control", targeted == null ? null : targeted.text());
    line(text, "Date", date == null ? null : HttpDate.format(date));
    line(text, "Expires", expires == null ? null : HttpDate.format(expires));
    line(text, "Last-Modified", lastModified == null ? null : HttpDate.format(lastModified));
    line(text, "Age", age == null ? null : age.toString());
    line(text, "ETag", entityTag);
    line(text, "Vary", vary == null ? null : String.join(", ", vary));
    line(text, "Cache-Groups", groups == null ? null : quoted(groups));
    line(text, "Set-Cookie", setsCookie ? "a=1" : null);
    line(text, "Content-Length", Integer.toString(length));
    return text.toString();
  }

  static String quoted(Set<String> groups) {
    return "\"" + String.join("\", \"", groups) + "\"";
  }

  private static void line(StringBuilder text, String name, @Nullable String value) {
    if (value != null) {
      text.append('\n').append(name).append(": ").append(value);
    }
  }
}
