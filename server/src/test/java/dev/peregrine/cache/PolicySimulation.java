package dev.peregrine.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.peregrine.cache.CacheConfig.ClientDirectives;
import dev.peregrine.cache.PolicyCache.ConfigBuilder;
import dev.peregrine.http.Heads;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One run of many clients against several apps, each with a clock of its own, through the policy
/// and the store. Whatever is answered from the store is shown to the model.
final class PolicySimulation implements AutoCloseable {
  private static final String[] HOSTS = {"http://a", "http://b", "https://a"};
  private static final int PATHS = 3;
  private static final long SECOND = 1_000_000_000L;

  final List<String> objections = new ArrayList<>();
  int hits;
  int stale;
  int validated;
  int invalidated;

  private final Random random;
  private final CacheConfig config;
  private final CachePolicy policy;
  private final CheckedMemory memory = new CheckedMemory();
  private final ResponseStore store;
  private final ReferenceModel model;
  private final long[] clockErrors = new long[HOSTS.length];
  private long nowNanos = 5_000 * SECOND;
  private long wallErrorMillis;
  private int number;

  PolicySimulation(long seed) {
    random = new Random(seed);
    ClientDirectives[] whose = ClientDirectives.values();
    config =
        new ConfigBuilder()
            .heuristics(random.nextBoolean())
            .sharesSetCookie(random.nextBoolean())
            .clientDirectives(whose[random.nextInt(whose.length)])
            .varyCookies("user")
            .staleIfError(Duration.ofSeconds(random.nextInt(3) * 20L))
            .build();
    policy = new CachePolicy(config, random.nextLong());
    store = new ResponseStore(config, memory, Runnable::run);
    model = new ReferenceModel(config);
    for (int i = 0; i < clockErrors.length; i++) {
      clockErrors[i] = random.nextInt(3) == 0 ? random.nextInt(120) - 60 : 0;
    }
  }

  @Override
  public void close() {
    store.close();
  }

  /// Lets a client ask for something.
  void step() {
    nowNanos += random.nextLong((random.nextInt(4) == 0 ? 20 : 2) * SECOND) + 1;
    if (random.nextInt(200) == 0) {
      long[] jumps = {3_600_000, -3_600_000, 86_400_000, -86_400_000};
      wallErrorMillis += jumps[random.nextInt(jumps.length)];
    }
    int app = random.nextInt(HOSTS.length);
    String url = HOSTS[app] + "/" + random.nextInt(PATHS);
    if (random.nextInt(25) == 0) {
      change(url);
    } else {
      read(app, url);
    }
  }

  private void read(int app, String url) {
    Map<String, String> fields = new TreeMap<>();
    choose(fields, "foo", 2);
    choose(fields, "bar", 4);
    boolean hasCredentials = random.nextInt(8) == 0;
    String user = random.nextInt(3) == 0 ? "u" + random.nextInt(2) : null;
    Trust trust = random.nextInt(3) == 0 ? Trust.TRUSTED : Trust.UNTRUSTED;
    Map<String, Long> demands = demands();
    RequestHead head = head("GET", url, fields, user, hasCredentials, demands);
    boolean isHeeded =
        config.clientDirectives() == ClientDirectives.ALL
            || (config.clientDirectives() == ClientDirectives.TRUSTED && trust == Trust.TRUSTED);
    ReferenceModel.Request request =
        new ReferenceModel.Request(
            url, user, fields, hasCredentials, isHeeded ? demands : Map.of());
    RequestVerdict.Lookup lookup =
        (RequestVerdict.Lookup) policy.judge(head, Arrival.of(scheme(url), trust, Trust.UNTRUSTED));
    StoredResponse found = store.find(lookup.key(), head);
    Trip trip = new Trip(app, request, head, lookup, found);
    if (found == null) {
      ask(trip);
      return;
    }
    switch (policy.decide(lookup.directives(), found.head(), nowNanos)) {
      case Decision.Fresh(long age) -> used(found, request, age, "fresh");
      case Decision.Stale(long age) -> used(found, request, age, "max-stale");
      case Decision.StaleWhileRevalidate(long age) -> {
        used(found, request, age, "while-revalidate");
        ask(trip);
      }
      case Decision.Validate _ -> ask(trip);
    }
  }

  /// Sends a request to the app, which may be down, answer 304, or anything else.
  private void ask(Trip trip) {
    long sent = nowNanos;
    long generation = store.generation();
    nowNanos += random.nextInt(8) == 0 ? random.nextLong(4 * SECOND) : random.nextLong(SECOND / 50);
    long wallMillis = PolicyCache.START * 1000 + nowNanos / 1_000_000 + wallErrorMillis;
    double[] times = {sent / 1e9, nowNanos / 1e9, wallMillis / 1000.0};
    StoredResponse found = trip.found;
    if (random.nextInt(10) == 0) {
      if (found != null
          && policy.mayServeStaleOnError(trip.lookup.directives(), found.head(), nowNanos)) {
        used(found, trip.request, found.head().ageSeconds(nowNanos), "error");
      }
      return;
    }
    long clock = Math.floorDiv(wallMillis, 1000) + clockErrors[trip.app];
    SimulatedResponse response = SimulatedResponse.random(random, clock, ++number);
    StoredResponse current =
        found != null && found.head().hasValidator() && random.nextInt(3) > 0 ? found : null;
    if (current != null) {
      response.status = 304;
      response.cacheControl = random.nextBoolean() ? null : response.cacheControl;
      response.entityTag = random.nextBoolean() ? null : current.head().entityTag();
    } else {
      response.lastModified = random.nextInt(3) == 0 ? (Long) (clock - random.nextInt(900)) : null;
      response.entityTag = random.nextInt(2) == 0 ? "\"" + number + "\"" : null;
      response.entityTag = random.nextInt(6) == 0 ? "W/\"" + number + "\"" : response.entityTag;
      model.received(trip.request, response, times);
    }
    ResponseHead head = Heads.response(response.text(5));
    Answered answered =
        new Answered(trip.head, trip.lookup, head, new Times(sent, nowNanos, wallMillis));
    if (current != null) {
      freshen(trip, current, response, answered, times, generation);
    } else if (policy.judge(answered) instanceof StoreVerdict.Store(StoredHead stored)) {
      store.put(trip.lookup.key(), stored, content(number), generation);
    }
  }

  private void freshen(
      Trip trip,
      StoredResponse found,
      SimulatedResponse update,
      Answered answered,
      double[] times,
      long generation) {
    validated++;
    switch (policy.freshened(found.head(), answered)) {
      case Freshening.Updated(StoredHead head) -> {
        model.freshened(numberOf(found), trip.request, update, times);
        store.freshen(found, head, generation);
      }
      case Freshening.UpdatedOnce _, Freshening.Mismatch _ -> store.remove(found);
    }
  }

  /// Sends a request that is not safe.
  private void change(String url) {
    SimulatedResponse response = new SimulatedResponse();
    response.status = random.nextInt(4) == 0 ? 500 : 200;
    Set<String> groups = random.nextInt(3) == 0 ? Set.of("g" + (1 + random.nextInt(3))) : Set.of();
    String text = response.text(0);
    if (!groups.isEmpty()) {
      text += "\nCache-Group-Invalidation: " + SimulatedResponse.quoted(groups);
    }
    RequestHead head = head("POST", url, Map.of(), null, false, Map.of());
    Arrival arrival = Arrival.of(scheme(url), Trust.UNTRUSTED, Trust.UNTRUSTED);
    store.invalidate(policy.invalidated(head, arrival, Heads.response(text)), nowNanos);
    if (response.status == 200) {
      invalidated++;
      model.changed(url, groups);
    }
  }

  private void used(StoredResponse response, ReferenceModel.Request request, long age, String how) {
    hits++;
    stale += how.equals("fresh") ? 0 : 1;
    int used = numberOf(response);
    double now = nowNanos / 1e9;
    List<String> found = new ArrayList<>(model.objections(used, request, now, how));
    long expected = (long) Math.floor(Math.min(model.age(used, now), 1L << 31));
    if (age != expected) {
      found.add("Age is " + age + ", not " + expected);
    }
    response.content().tryRetain();
    String content = ISO_8859_1.decode(response.content().buffer()).toString();
    response.content().release();
    if (!content.equals(Integer.toString(used))) {
      found.add("content of " + content);
    }
    if (!found.isEmpty()) {
      String lines = new String(response.head().lines(), ISO_8859_1);
      objections.add(used + " for " + request + " " + how + ": " + found + " of\n" + lines);
    }
  }

  private StoredContent content(int of) {
    ContentWriter writer = store.writer();
    writer.write(ByteBuffer.wrap(Integer.toString(of).getBytes(ISO_8859_1)));
    StoredContent content = writer.finish();
    if (content == null) {
      throw new IllegalStateException("no memory");
    }
    return content;
  }

  private Map<String, Long> demands() {
    Map<String, Long> demands = new TreeMap<>();
    String[] names = {
      "no-cache", "no-store", "max-age", "min-fresh", "max-stale", "stale-if-error"
    };
    for (String name : names) {
      if (random.nextInt(20) == 0) {
        demands.put(name, (long) random.nextInt(30));
      }
    }
    return demands;
  }

  private void choose(Map<String, String> fields, String name, int chance) {
    if (random.nextInt(chance) == 0) {
      fields.put(name, Integer.toString(random.nextInt(2)));
    }
  }

  private static RequestHead head(
      String method,
      String url,
      Map<String, String> fields,
      @Nullable String user,
      boolean hasCredentials,
      Map<String, Long> demands) {
    StringBuilder text = new StringBuilder(method);
    int path = url.indexOf('/', 8);
    text.append(' ').append(url.substring(path)).append(" HTTP/1.1\nHost: ");
    text.append(url, url.indexOf("//") + 2, path);
    fields.forEach((name, value) -> text.append('\n').append(name).append(": ").append(value));
    text.append(user == null ? "\nCookie: x=1" : "\nCookie: x=2; user=" + user);
    text.append(hasCredentials ? "\nAuthorization: Basic x" : "");
    List<String> directives = new ArrayList<>();
    demands.forEach(
        (name, seconds) -> directives.add(name.startsWith("no-") ? name : name + "=" + seconds));
    text.append(directives.isEmpty() ? "" : "\nCache-Control: " + String.join(",", directives));
    return Heads.request(text.toString());
  }

  private static Scheme scheme(String url) {
    return url.startsWith("https") ? Scheme.HTTPS : Scheme.HTTP;
  }

  private static int numberOf(StoredResponse response) {
    String value = response.head().fields().first("x-number");
    if (value == null) {
      throw new IllegalStateException("no number");
    }
    return Integer.parseInt(value);
  }

  /// A request on its way to an app.
  private record Trip(
      int app,
      ReferenceModel.Request request,
      RequestHead head,
      RequestVerdict.Lookup lookup,
      @Nullable StoredResponse found) {}
}
