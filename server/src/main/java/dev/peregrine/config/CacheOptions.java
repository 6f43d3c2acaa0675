package dev.peregrine.config;

import dev.peregrine.cache.CacheConfig;
import dev.peregrine.cache.CacheConfig.ClientDirectives;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The options of the response cache, and how they become a [CacheConfig].
final class CacheOptions {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long TIB = 1024 * 1024 * MIB;

  static final Option<Boolean> TURBOCACHE =
      toggle(
              "turbocache",
              "Whether responses are stored and given to others, as far as the app says with"
                  + " `Cache-Control` and its like that they may be.")
          .byDefault(true)
          .aliases("turbocaching")
          .inverse("disable_turbocaching");

  static final Option<Long> TURBOCACHE_SIZE =
      Option.of(
              Section.CACHE,
              "turbocache_size",
              new Numbers.Size(MIB, TIB, 1),
              "Memory for stored responses, outside the Java heap.")
          .byDefault(64 * MIB);

  static final Option<Long> TURBOCACHE_MAX_ENTRY_SIZE =
      Option.of(
              Section.CACHE,
              "turbocache_max_entry_size",
              new Numbers.Size(KIB, 1024 * MIB, 1),
              "Longest response stored, with its header section.")
          .byDefault(MIB);

  static final Option<Integer> TURBOCACHE_MAX_VARIANTS =
      Option.of(
              Section.CACHE,
              "turbocache_max_variants",
              new Numbers.Whole(1, 1000),
              "Most responses stored side by side for one URL because of `Vary`; of more, the oldest"
                  + " goes.")
          .byDefault(16);

  static final Option<Boolean> TURBOCACHE_HEURISTICS =
      toggle(
              "turbocache_heuristics",
              "Whether responses are stored, too, of whose lifetime the app says nothing: for a"
                  + " tenth of the time since `Last-Modified`, at most a day. Risk: an app that does"
                  + " not mark its pages as private gives one visitor's page to another.")
          .byDefault(false);

  static final Option<Boolean> TURBOCACHE_SHARE_SET_COOKIE =
      toggle(
              "turbocache_share_set_cookie",
              "Whether a response with `Set-Cookie` is stored, and the cookie given to everybody who"
                  + " gets it. Risk: if the cookie is a session, all of them are one user.")
          .byDefault(false);

  static final Option<ClientDirectives> TURBOCACHE_CLIENT_DIRECTIVES =
      Option.of(
              Section.CACHE,
              "turbocache_client_directives",
              new Texts.Word<>(clientDirectives(), Map.of("none", ClientDirectives.OFF)),
              "Whose `Cache-Control` in requests is heeded: `no-cache`, `max-age` and the like."
                  + " Risk of `all`: anybody can make the app answer each request.")
          .byDefault(ClientDirectives.TRUSTED);

  static final Option<List<String>> TURBOCACHE_TRUSTED_CLIENTS =
      Option.of(
              Section.CACHE,
              "turbocache_trusted_clients",
              new Composites.Many<>(
                  new Texts.Text(
                      "an IP address or block, such as 10.0.0.0/8",
                      "10.0.0.0/8",
                      RequestOptions::isBlock)),
              "Addresses of the clients whose `Cache-Control` is heeded, as they are after what"
                  + " `trusted_proxies` say. A proxy in front that is not listed there makes all its"
                  + " clients look like itself.")
          .derived(
              "127.0.0.0/8,::1 in the environment `development`, else none",
              values ->
                  Optional.of(
                      values.of(AppOptions.ENVIRONMENT).equals("development")
                          ? List.of("127.0.0.0/8", "::1")
                          : List.of()));

  static final Option<List<String>> VARY_TURBOCACHE_BY_COOKIE =
      Option.of(
              Section.CACHE,
              "vary_turbocache_by_cookie",
              new Composites.Many<>(cookieName("user_level", "")),
              "Cookies whose values are part of what a stored response is found by, so that visitors"
                  + " with different values get different ones. The other cookies do not matter.")
          .byDefault(List.of());

  static final Option<List<String>> TURBOCACHE_BYPASS_COOKIE =
      Option.of(
              Section.CACHE,
              "turbocache_bypass_cookie",
              new Composites.Many<>(cookieName("session", "*")),
              "Cookies with which a request goes to the app, and its response to nobody else. A name"
                  + " may end in `*`.")
          .byDefault(List.of());

  static final Option<Boolean> TURBOCACHE_SORT_QUERY =
      toggle(
              "turbocache_sort_query",
              "Whether the order of the parameters of a query does not matter: those of the same"
                  + " name keep theirs. Risk: an app to which it matters gives the wrong page.")
          .byDefault(false);

  static final Option<List<String>> TURBOCACHE_DROP_PARAMETERS =
      Option.of(
              Section.CACHE,
              "turbocache_drop_parameters",
              new Composites.Many<>(
                  new Texts.Text(
                      "the name of a parameter, which may end in *",
                      "utm_*",
                      text -> isName(text, "-._~*"))),
              "Parameters of the query that do not change the page, such as `utm_*` and `fbclid`. The"
                  + " app still gets them. Risk: if one of them shows up in the page, whoever comes"
                  + " first puts it in everybody's.")
          .byDefault(List.of());

  static final Option<Duration> TURBOCACHE_STALE_IF_ERROR =
      Option.of(
              Section.CACHE,
              "turbocache_stale_if_error",
              new Numbers.Time(Duration.ZERO, Duration.ofDays(365)),
              "How long after its freshness a response may serve while the app fails or cannot be"
                  + " reached, unless the app forbids it. `stale-if-error` of the app holds anyway.")
          .byDefault(Duration.ZERO);

  private CacheOptions() {}

  private static Option<Boolean> toggle(String name, String doc) {
    return Option.of(Section.CACHE, name, new Texts.Switch(), doc);
  }

  private static Texts.Text cookieName(String example, String also) {
    return new Texts.Text(
        "the name of a cookie", example, text -> isName(text, "!#$%&'+-.^_`|~" + also));
  }

  private static boolean isName(String text, String others) {
    return !text.equals("*")
        && !text.isEmpty()
        && text.length() <= 200
        && text.chars()
            .allMatch(c ->
                (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || others.indexOf(c) >= 0);
  }

  private static Map<String, ClientDirectives> clientDirectives() {
    Map<String, ClientDirectives> words = new LinkedHashMap<>();
    words.put("off", ClientDirectives.OFF);
    words.put("trusted", ClientDirectives.TRUSTED);
    words.put("all", ClientDirectives.ALL);
    return words;
  }

  static List<Option<?>> all() {
    return List.of(
        TURBOCACHE,
        TURBOCACHE_SIZE,
        TURBOCACHE_MAX_ENTRY_SIZE,
        TURBOCACHE_MAX_VARIANTS,
        TURBOCACHE_HEURISTICS,
        TURBOCACHE_SHARE_SET_COOKIE,
        TURBOCACHE_CLIENT_DIRECTIVES,
        TURBOCACHE_TRUSTED_CLIENTS,
        VARY_TURBOCACHE_BY_COOKIE,
        TURBOCACHE_BYPASS_COOKIE,
        TURBOCACHE_SORT_QUERY,
        TURBOCACHE_DROP_PARAMETERS,
        TURBOCACHE_STALE_IF_ERROR);
  }

  static CacheConfig assemble(Values values) {
    return new CacheConfig(
        values.of(TURBOCACHE),
        values.of(TURBOCACHE_SIZE),
        values.of(TURBOCACHE_MAX_ENTRY_SIZE),
        values.of(TURBOCACHE_MAX_VARIANTS),
        values.of(TURBOCACHE_HEURISTICS),
        values.of(TURBOCACHE_SHARE_SET_COOKIE),
        values.of(TURBOCACHE_CLIENT_DIRECTIVES),
        values.of(TURBOCACHE_TRUSTED_CLIENTS),
        values.of(VARY_TURBOCACHE_BY_COOKIE),
        values.of(TURBOCACHE_BYPASS_COOKIE),
        values.of(TURBOCACHE_SORT_QUERY),
        values.of(TURBOCACHE_DROP_PARAMETERS),
        values.of(TURBOCACHE_STALE_IF_ERROR));
  }
}
