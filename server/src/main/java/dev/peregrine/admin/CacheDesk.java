package dev.peregrine.admin;

import dev.peregrine.admin.api.CacheView;
import dev.peregrine.admin.api.PurgeOutcome;
import dev.peregrine.admin.api.PurgeRequest;
import dev.peregrine.cache.CacheConfig;
import dev.peregrine.cache.CacheOutcome;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.CacheStatistics;
import dev.peregrine.cache.HitRatio;
import dev.peregrine.cache.Purge;
import dev.peregrine.cache.PurgeStrength;
import dev.peregrine.cache.PurgeTarget;
import dev.peregrine.cache.ResponseStore;
import dev.peregrine.cache.StoreTotals;
import dev.peregrine.cache.StoredResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What operators may see of the response cache and do to it. Called on virtual threads, from
/// several at once.
public final class CacheDesk {
  private static final int TOP = 50;

  private final CachePolicy policy;
  private final ResponseStore store;
  private final CacheTrial trial;

  /// The desk of a cache whose server listens at those addresses, such as `http://127.0.0.1:3000`.
  public CacheDesk(
      CacheConfig config, CachePolicy policy, ResponseStore store, List<String> listeners) {
    this.policy = policy;
    this.store = store;
    this.trial = new CacheTrial(config, policy, store, new Loopback(listeners));
  }

  /// Sends requests through the server to see what the cache makes of them.
  CacheTrial trial() {
    return trial;
  }

  /// What the cache holds and does.
  CacheView view() {
    StoreTotals store = this.store.totals();
    CacheStatistics.Totals totals = this.store.statistics().totals();
    long now = System.nanoTime();
    return new CacheView(
        new CacheView.Store(
            store.keys(), store.responses(), store.bytes(), store.contentBytes(), store.maxBytes()),
        new CacheView.HitRatio(
            ratio(totals.hits().minute()),
            ratio(totals.hits().quarter()),
            ratio(totals.hits().hour())),
        counts(totals.outcomes(), CacheOutcome::words),
        counts(totals.bypasses(), reason -> reason.words()),
        counts(totals.refusals(), reason -> reason.words()),
        new CacheView.Work(
            totals.stores().stored(),
            totals.stores().evicted(),
            store.refusedForRoom(),
            totals.stores().refreshed(),
            totals.savedBytes()),
        this.store.top(TOP).stream().map(response -> top(response, now)).toList());
  }

  /// Purges; fails with a text for people if a URL is none.
  PurgeOutcome purge(PurgeRequest request) throws BadRequest {
    List<PurgeTarget> targets = new ArrayList<>();
    if (request.everything()) {
      targets.add(new PurgeTarget.Everything());
    }
    for (String url : request.urls()) {
      targets.add(new PurgeTarget.Url(name(url)));
    }
    for (String prefix : request.prefixes()) {
      targets.add(new PurgeTarget.Prefix(name(prefix)));
    }
    request.tags().forEach(tag -> targets.add(new PurgeTarget.Tag(tag)));
    if (targets.isEmpty()) {
      throw new BadRequest("nothing is named that is to be purged");
    }
    PurgeStrength strength = request.soft() ? PurgeStrength.SOFT : PurgeStrength.HARD;
    return new PurgeOutcome(
        store.purge(targets, strength).stream().map(CacheDesk::purged).toList());
  }

  private String name(String text) throws BadRequest {
    return PurgeTarget.Url.name(policy, text)
        .orElseThrow(() ->
            new BadRequest(
                text
                    + " is neither a URL such as https://example.org/page nor a path such as /page"));
  }

  private static PurgeOutcome.Purged purged(Purge purge) {
    return switch (purge.target()) {
      case PurgeTarget.Everything _ ->
          new PurgeOutcome.Purged("all", "everything", purge.responses());
      case PurgeTarget.Url(var url) -> new PurgeOutcome.Purged("url", url, purge.responses());
      case PurgeTarget.Prefix(var prefix) ->
          new PurgeOutcome.Purged("prefix", prefix, purge.responses());
      case PurgeTarget.Tag(var tag) -> new PurgeOutcome.Purged("tag", tag, purge.responses());
      case PurgeTarget.Group(var group) ->
          new PurgeOutcome.Purged("group", group, purge.responses());
    };
  }

  private static Optional<Double> ratio(HitRatio ratio) {
    return ratio.requests() == 0
        ? Optional.empty()
        : Optional.of((double) ratio.hits() / ratio.requests());
  }

  private static <E extends Enum<E>> List<CacheView.Count> counts(
      Map<E, Long> numbers, Function<E, String> words) {
    return numbers.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .sorted(Map.Entry.<E, Long>comparingByValue(Comparator.reverseOrder()))
        .map(entry ->
            new CacheView.Count(
                entry.getKey().name().toLowerCase(Locale.ROOT),
                words.apply(entry.getKey()),
                entry.getValue(),
                entry.getKey() instanceof CacheOutcome outcome && outcome.isHit()))
        .toList();
  }

  private static CacheView.Top top(StoredResponse response, long now) {
    return new CacheView.Top(
        response.key().url(),
        response.head().status(),
        response.hits(),
        response.bytes(),
        response.head().ageSeconds(now),
        response.head().ttlSeconds(now));
  }
}
