package dev.peregrine.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What RFC 9111 allows to be done with each response that an app has ever given, written down as
/// plainly as can be: no bytes, no keys, no store, and nothing taken from what it judges.
final class ReferenceModel {
  private static final Set<Integer> HEURISTIC =
      Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);
  private static final Set<Integer> UNSTORABLE =
      Set.of(206, 304, 412, 416, 417, 428, 429, 431, 511);

  /// A request as far as it matters.
  ///
  /// @param url scheme, host, path and query
  /// @param user value of the cookie in the key; `null` if it is not there
  /// @param fields what `Vary` may name, in lower case
  /// @param hasCredentials whether it has `Authorization`
  /// @param demands directives that are heeded
  record Request(
      String url,
      @Nullable String user,
      Map<String, String> fields,
      boolean hasCredentials,
      Map<String, Long> demands) {}

  /// A response, the request that it answered, and when. Times are in seconds.
  private static final class Known {
    final Request request;
    final SimulatedResponse response;
    final double sent;
    final double received;
    final double wall;
    final int event;

    Known(Request request, SimulatedResponse response, double[] times, int event) {
      this.request = request;
      this.response = response;
      this.sent = times[0];
      this.received = times[1];
      this.wall = times[2];
      this.event = event;
    }
  }

  private final CacheConfig config;
  private final Map<Integer, Known> known = new HashMap<>();
  private final Map<String, Integer> changedUrls = new HashMap<>();
  private final Map<String, Integer> changedGroups = new HashMap<>();
  private int event;

  ReferenceModel(CacheConfig config) {
    this.config = config;
  }

  /// The app gave a response. Times: sent, received, wall time at the receipt.
  void received(Request request, SimulatedResponse response, double[] times) {
    known.put(response.number, new Known(request, response, times, ++event));
  }

  /// The app said by a 304 that a response is current, and is what it would give to that request.
  void freshened(int number, Request request, SimulatedResponse update, double[] times) {
    Known old = known.get(number);
    if (old == null) {
      throw new IllegalStateException("never given: " + number);
    }
    SimulatedResponse merged = new SimulatedResponse();
    SimulatedResponse before = old.response;
    merged.number = number;
    merged.status = before.status;
    merged.cacheControl = update.cacheControl == null ? before.cacheControl : update.cacheControl;
    merged.targeted = update.targeted == null ? before.targeted : update.targeted;
    merged.date = update.date == null ? (Long) (long) Math.floor(times[2]) : update.date;
    merged.expires = update.expires == null ? before.expires : update.expires;
    merged.lastModified = update.lastModified == null ? before.lastModified : update.lastModified;
    merged.age = update.age;
    merged.entityTag = update.entityTag == null ? before.entityTag : update.entityTag;
    merged.vary = update.vary == null ? before.vary : update.vary;
    merged.groups = update.groups == null ? before.groups : update.groups;
    merged.setsCookie = before.setsCookie;
    known.put(number, new Known(request, merged, times, ++event));
  }

  /// A request that is not safe was answered without an error.
  void changed(String url, Set<String> groups) {
    event++;
    changedUrls.put(url, event);
    String origin = url.substring(0, url.indexOf('/', 8));
    groups.forEach(group -> changedGroups.put(origin + " " + group, event));
  }

  /// Seconds since the response was made, as far as one can tell. RFC 9111 §4.2.3
  double age(int number, double now) {
    Known it = known(number);
    double date = it.response.date == null ? Math.floor(it.wall) : it.response.date;
    double apparentAge = Math.max(0, Math.floor(it.wall) - date);
    double responseDelay = it.received - it.sent;
    double ageValue = it.response.age == null ? 0 : it.response.age;
    double correctedInitialAge = Math.max(apparentAge, ageValue + responseDelay);
    return correctedInitialAge + (now - it.received);
  }

  /// What is wrong with answering the request with that response; empty if nothing is.
  List<String> objections(int number, Request request, double now, String how) {
    Known it = known(number);
    List<String> objections = new ArrayList<>();
    matching(it, request, objections);
    storing(it, objections);
    if (request.hasCredentials() && !isForCredentials(it.response)) {
      objections.add("not for requests with credentials");
    }
    double age = age(number, now);
    double staleness = age - lifetime(it);
    demands(request, age, -staleness, objections);
    if (it.response.says("no-cache")) {
      objections.add("no-cache");
    }
    if (staleness >= 0) {
      stale(it.response, request, staleness, how, objections);
    }
    return objections;
  }

  private static void matching(Known it, Request request, List<String> objections) {
    if (!it.request.url().equals(request.url())) {
      objections.add("another URL");
    }
    if (!Objects.equals(it.request.user(), request.user())) {
      objections.add("another user");
    }
    for (String name : it.response.vary == null ? Set.<String>of() : it.response.vary) {
      String one = it.request.fields().get(name);
      if (name.equals("*") || !Objects.equals(one, request.fields().get(name))) {
        objections.add("Vary: " + name);
      }
    }
  }

  private void storing(Known it, List<String> objections) {
    SimulatedResponse response = it.response;
    if (response.says("no-store") || response.says("private")) {
      objections.add("no-store or private");
    }
    if (UNSTORABLE.contains(response.status)) {
      objections.add("status " + response.status);
    }
    if (it.request.hasCredentials() && !isForCredentials(response)) {
      objections.add("to a request with credentials");
    }
    if (it.request.demands().containsKey("no-store")) {
      objections.add("to a request with no-store");
    }
    if (response.setsCookie && !config.sharesSetCookie()) {
      objections.add("sets a cookie");
    }
    boolean isExplicit =
        (response.inForce() != null && (response.targeted != null || response.says("public")))
            || response.seconds("max-age") != null
            || response.seconds("s-maxage") != null
            || response.seconds("stale-while-revalidate") != null
            || response.expires != null;
    if (!isExplicit && !(config.usesHeuristics() && HEURISTIC.contains(response.status))) {
      objections.add("nothing says that it may be stored");
    }
    String origin = it.request.url().substring(0, it.request.url().indexOf('/', 8));
    boolean isChanged = changedUrls.getOrDefault(it.request.url(), 0) > it.event;
    for (String group : response.groups == null ? Set.<String>of() : response.groups) {
      isChanged |= changedGroups.getOrDefault(origin + " " + group, 0) > it.event;
    }
    if (isChanged) {
      objections.add("changed since");
    }
  }

  /// RFC 9111 §3.5
  private static boolean isForCredentials(SimulatedResponse response) {
    return response.says("public")
        || response.says("must-revalidate")
        || response.seconds("s-maxage") != null;
  }

  /// RFC 9111 §4.2.1, §4.2.2
  private double lifetime(Known it) {
    SimulatedResponse response = it.response;
    Long shared = response.seconds("s-maxage");
    Long maxAge = response.seconds("max-age");
    double date = response.date == null ? Math.floor(it.wall) : response.date;
    if (shared != null) {
      return shared;
    }
    if (maxAge != null) {
      return maxAge;
    }
    if (response.expires != null && response.targeted == null) {
      return Math.max(0, response.expires - date);
    }
    Long changed = response.lastModified;
    boolean isGuessed =
        config.usesHeuristics() && (response.says("public") || HEURISTIC.contains(response.status));
    if (changed == null || !isGuessed) {
      return 0;
    }
    return Math.clamp(Math.floor((date - changed) / 10), 0, 86_400);
  }

  /// RFC 9111 §5.2.1
  private static void demands(
      Request request, double age, double freshFor, List<String> objections) {
    Map<String, Long> demands = new TreeMap<>(request.demands());
    if (demands.containsKey("no-cache")) {
      objections.add("the client says no-cache");
    }
    if (age > demands.getOrDefault("max-age", Long.MAX_VALUE)) {
      objections.add("older than the client takes");
    }
    if (demands.containsKey("min-fresh") && freshFor < demands.get("min-fresh")) {
      objections.add("not fresh for long enough");
    }
  }

  /// RFC 9111 §4.2.4, RFC 5861
  private void stale(
      SimulatedResponse response,
      Request request,
      double staleness,
      String how,
      List<String> objections) {
    if (response.says("must-revalidate")
        || response.says("proxy-revalidate")
        || response.seconds("s-maxage") != null) {
      objections.add("must not be used stale");
    }
    long window = request.demands().getOrDefault("max-stale", 0L);
    if (how.equals("while-revalidate")) {
      window = Math.max(window, number(response.seconds("stale-while-revalidate")));
    }
    if (how.equals("error")) {
      Duration configured = config.staleIfError();
      window = Math.max(window, number(response.seconds("stale-if-error")));
      window = Math.max(window, request.demands().getOrDefault("stale-if-error", 0L));
      window = Math.max(window, configured.toSeconds());
    }
    if (staleness > window) {
      objections.add("stale for " + staleness + " s, may be " + window);
    }
  }

  private Known known(int number) {
    Known it = known.get(number);
    if (it == null) {
      throw new IllegalStateException("never given: " + number);
    }
    return it;
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }
}
