package dev.peregrine.admin;

import dev.peregrine.admin.api.CacheExplanation;
import dev.peregrine.admin.api.CacheExplanation.Fact;
import dev.peregrine.cache.Advice;
import dev.peregrine.cache.Answered;
import dev.peregrine.cache.CacheConfig;
import dev.peregrine.cache.CacheKey;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.CacheProbe;
import dev.peregrine.cache.Decision;
import dev.peregrine.cache.Grounds;
import dev.peregrine.cache.RefusalReason;
import dev.peregrine.cache.RequestDirectives;
import dev.peregrine.cache.RequestVerdict;
import dev.peregrine.cache.ResponseStore;
import dev.peregrine.cache.StoreVerdict;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.cache.StoredResponse;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts into words what the cache made of one request. Asks the policy again about what the probe
/// has seen, so that the words cannot differ from what is done.
final class Explainer {
  private final CacheConfig config;
  private final CachePolicy policy;
  private final ResponseStore store;
  private final List<Fact> facts = new ArrayList<>();
  private final List<String> remedies = new ArrayList<>();

  Explainer(CacheConfig config, CachePolicy policy, ResponseStore store) {
    this.config = config;
    this.policy = policy;
    this.store = store;
  }

  /// Whether the response that a probe has seen may be stored.
  StoreVerdict verdict(CacheProbe probe) {
    CacheProbe.Arrived arrived = probe.arrived();
    CacheProbe.Answer answer = probe.answer();
    if (arrived == null
        || answer == null
        || !(policy.judge(arrived.request(), arrived.arrival())
            instanceof RequestVerdict.Lookup lookup)) {
      return new StoreVerdict.Refuse(RefusalReason.BYPASSED);
    }
    return policy.judge(new Answered(arrived.request(), lookup, answer.response(), answer.times()));
  }

  /// What became of a request that was answered with such a head.
  CacheExplanation explain(String url, ResponseHead reply, CacheProbe probe) {
    CacheProbe.Arrived arrived = probe.arrived();
    String status = reply.fields().first("cache-status");
    if (status != null) {
      fact("Cache-Status", status);
    }
    if (arrived == null) {
      String verdict = "The request did not come to the cache: the server answered it itself.";
      remedies.add("nothing, if it is a file of public/; else see the server's log");
      return explanation(url, reply.status(), verdict, null);
    }
    return switch (policy.judge(arrived.request(), arrived.arrival())) {
      case RequestVerdict.Bypass(var reason) -> {
        remedies.add(Advice.on(reason));
        yield explanation(
            url, reply.status(), "The cache is passed by: " + reason.words() + ".", null);
      }
      case RequestVerdict.Lookup(var key, var directives) -> {
        request(key, arrived.request());
        yield looked(url, reply, probe, key, directives);
      }
    };
  }

  private CacheExplanation looked(
      String url,
      ResponseHead reply,
      CacheProbe probe,
      CacheKey key,
      RequestDirectives directives) {
    CacheProbe.Arrived arrived = probe.arrived();
    RequestHead request = arrived == null ? null : arrived.request();
    StoredResponse stored =
        store.variants(key).stream()
            .filter(one -> request != null && one.head().selects(request))
            .findFirst()
            .orElse(null);
    String verdict = probe.answer() == null ? hit(stored) : answered(probe);
    if (stored != null) {
      stored(stored, key, directives);
    }
    return explanation(url, reply.status(), verdict, stored);
  }

  private String hit(@Nullable StoredResponse stored) {
    return stored == null
        ? "It was answered without the app, from what is not stored any more."
        : "It was answered from the cache.";
  }

  private String answered(CacheProbe probe) {
    CacheProbe.Answer answer = probe.answer();
    if (answer == null) {
      return "";
    }
    response(answer);
    if (answer.response().status() == 304) {
      return "The app said that the stored response is current (304); it was used.";
    }
    return switch (verdict(probe)) {
      case StoreVerdict.Store _ -> "The app was asked, and its response may be stored.";
      case StoreVerdict.Refuse(var reason) -> {
        remedies.add(Advice.on(reason));
        yield "The app was asked, and its response is not stored: " + reason.words() + ".";
      }
    };
  }

  private void request(CacheKey key, RequestHead request) {
    fact("Key", key.url());
    FieldSection fields = request.fields();
    if (!config.varyCookies().isEmpty()) {
      fact("Key cookies", String.join(", ", config.varyCookies()));
    }
    if (fields.contains("cookie")) {
      fact(
          "Cookie",
          config.varyCookies().isEmpty()
              ? "in the request; not part of the key"
              : "in the request; only the cookies above are part of the key");
    }
    if (fields.contains("authorization")) {
      fact(
          "Authorization",
          "in the request; such a response is shared only with public, s-maxage or"
              + " must-revalidate (RFC 9111 §3.5)");
    }
  }

  private void response(CacheProbe.Answer answer) {
    FieldSection fields = answer.response().fields();
    for (String name :
        List.of(
            "cache-control",
            "cdn-cache-control",
            "peregrine-cache-control",
            "surrogate-control",
            "expires",
            "vary",
            "etag",
            "last-modified",
            "age")) {
      for (String value : fields.all(name)) {
        fact("App sent", title(name) + ": " + value);
      }
    }
    if (fields.contains("set-cookie")) {
      fact("App sent", "Set-Cookie (its value is not shown)");
    }
    Grounds grounds = Grounds.of(config, fields, answer.times());
    fact("Lifetime", seconds(grounds.lifetimeSeconds()) + ", from " + grounds.lifetimeFrom());
    if (grounds.ageSeconds() > 0) {
      fact("Age on arrival", seconds(grounds.ageSeconds()));
    }
    grounds.ignored().forEach(ignored -> fact("Passed over", ignored));
  }

  private void stored(StoredResponse stored, CacheKey key, RequestDirectives directives) {
    long now = System.nanoTime();
    StoredHead head = stored.head();
    long fresh = head.ttlSeconds(now);
    fact(
        "Stored",
        "status "
            + head.status()
            + ", "
            + stored.content().length()
            + " bytes of content, "
            + stored.hits()
            + " hits");
    fact("Age", seconds(head.ageSeconds(now)) + " of " + seconds(head.lifetimeSeconds()));
    fact("Fresh", fresh > 0 ? "for another " + seconds(fresh) : "no more since " + seconds(-fresh));
    if (!head.variant().names().isEmpty()) {
      fact("Variant", head.variant().toString());
    }
    int variants = store.variants(key).size();
    if (variants > 1) {
      fact("Variants", variants + " of at most " + config.maxVariants());
    }
    if (!head.tags().isEmpty()) {
      fact("Tags", String.join(", ", head.tags()));
    }
    if (!head.hasValidator()) {
      remedies.add(
          "with an ETag or Last-Modified, a stale response could be validated instead of being"
              + " made anew");
    }
    fact("Next request", next(policy.decide(directives, head, now)));
  }

  private String next(Decision decision) {
    return switch (decision) {
      case Decision.Fresh _ -> "is answered from the cache";
      case Decision.Stale _ -> "is answered from the cache, as the client takes stale responses";
      case Decision.StaleWhileRevalidate _ ->
          "is answered from the cache, while it is refreshed in the background";
      case Decision.Validate(var reason) -> {
        remedies.add(Advice.on(reason));
        yield "asks the app first: " + reason.words();
      }
    };
  }

  private CacheExplanation explanation(
      String url, int status, String verdict, @Nullable StoredResponse stored) {
    Optional<StoredHead> head = Optional.ofNullable(stored).map(StoredResponse::head);
    return new CacheExplanation(
        url,
        status,
        verdict,
        stored != null,
        head.map(one -> one.ageSeconds(System.nanoTime())),
        head.map(StoredHead::lifetimeSeconds),
        facts,
        remedies.stream().distinct().toList());
  }

  private void fact(String name, String text) {
    facts.add(new Fact(name, text));
  }

  private static String seconds(long seconds) {
    return seconds == 1 ? "1 second" : seconds + " seconds";
  }

  /// A field name as it is mostly written.
  private static String title(String name) {
    StringBuilder out = new StringBuilder();
    for (String part : name.split("-", -1)) {
      String title =
          switch (part) {
            case "etag" -> "ETag";
            case "cdn" -> "CDN";
            default -> Character.toUpperCase(part.charAt(0)) + part.substring(1);
          };
      out.append(out.isEmpty() ? "" : "-").append(title);
    }
    return out.toString();
  }
}
