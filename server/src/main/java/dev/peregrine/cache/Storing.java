package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Judges whether responses may be stored, and makes what is stored of their heads. Sources: RFC
/// 9111 §3, RFC 9213.
final class Storing {
  private final CacheConfig config;

  Storing(CacheConfig config) {
    this.config = config;
  }

  StoreVerdict judge(Answered answered) {
    RequestHead request = answered.request();
    ResponseHead response = answered.response();
    RequestDirectives directives = answered.lookup().directives();
    RefusalReason refusal = messageRefusal(request, directives, response);
    if (refusal != null) {
      return new StoreVerdict.Refuse(refusal);
    }
    if (!config.usesHeuristics() && !directives.hasCredentials() && isSilent(response.fields())) {
      return new StoreVerdict.Refuse(RefusalReason.NOT_EXPLICIT);
    }
    Candidate candidate =
        new Candidate(
            response.status(),
            response.reason(),
            StoredFields.storable(response, answered.times()),
            Freshness.initialAgeNanos(response.fields(), answered.times()),
            answered.times());
    refusal = refusal(candidate, directives.hasCredentials());
    if (refusal == null) {
      refusal = methodOrSizeRefusal(candidate, request, response);
    }
    if (refusal != null) {
      return new StoreVerdict.Refuse(refusal);
    }
    VariantKey variant = VariantKey.of(candidate.vary().names(), request);
    return new StoreVerdict.Store(head(candidate, variant, answered.lookup().key().origin()));
  }

  /// What is stored of a candidate that may be.
  StoredHead head(Candidate candidate, VariantKey variant, String origin) {
    FieldSection all = candidate.fields();
    CacheControl control = candidate.control();
    StoredFields stored =
        StoredFields.of(candidate.status(), candidate.reason(), all, control.withheld);
    Labels labels =
        new Labels(
                variant,
                language(all),
                Tags.of(all),
                Tags.groups(all, FieldName.CACHE_GROUPS, origin),
                SurrogateControl.isEsi(all))
            .shared();
    return new StoredHead(stored, candidate.usage(freshness(candidate)), labels);
  }

  /// Why the message as such is not stored; `null` if nothing speaks against it.
  private static @Nullable RefusalReason messageRefusal(
      RequestHead request, RequestDirectives directives, ResponseHead response) {
    if (request.method() != Method.GET && request.method() != Method.POST) {
      return RefusalReason.METHOD;
    }
    if (directives.isNoStore()) {
      return RefusalReason.CLIENT_NO_STORE;
    }
    RefusalReason status = Statuses.refusal(response.status());
    if (status != null) {
      return status;
    }
    FieldSection fields = response.fields();
    if (fields.contains(FieldName.X_SENDFILE) || fields.contains(FieldName.X_ACCEL_REDIRECT)) {
      return RefusalReason.FILE;
    }
    return response.framing(request.method()) instanceof Framing.UntilClose
        ? RefusalReason.OPEN_END
        : null;
  }

  /// Whether the app says nothing that bears on storing, as most do: the shortest way to a refusal.
  private static boolean isSilent(FieldSection fields) {
    for (int i = 0; i < fields.size(); i++) {
      switch (fields.known(i)) {
        case CACHE_CONTROL,
            CDN_CACHE_CONTROL,
            PEREGRINE_CACHE_CONTROL,
            SURROGATE_CONTROL,
            EXPIRES,
            SET_COOKIE,
            VARY,
            CACHE_TAG,
            CACHE_GROUPS,
            SURROGATE_KEY,
            XKEY -> {
          return false;
        }
        default -> {}
      }
    }
    return true;
  }

  /// Why the app's fields forbid storing; `null` if they do not.
  @Nullable RefusalReason refusal(Candidate candidate, boolean hasCredentials) {
    RefusalReason refusal = sharingRefusal(candidate, hasCredentials);
    return refusal == null ? useRefusal(candidate, candidate.isExplicit()) : refusal;
  }

  /// Why the app's fields forbid that a stored response which has just been validated stays stored;
  /// `null` if they do not. A time that has passed is the app's word all the same: what it was said
  /// of may be validated again. RFC 9111 §4.3.4
  @Nullable RefusalReason updateRefusal(Candidate candidate, boolean hasCredentials) {
    RefusalReason refusal = sharingRefusal(candidate, hasCredentials);
    boolean isTimed = candidate.explicitFreshness().kind() == Freshness.Kind.EXPLICIT;
    return refusal == null ? useRefusal(candidate, isTimed || candidate.isExplicit()) : refusal;
  }

  private @Nullable RefusalReason sharingRefusal(Candidate candidate, boolean hasCredentials) {
    CacheControl control = candidate.control();
    RefusalReason directive = directiveRefusal(candidate);
    if (directive != null) {
      return directive;
    }
    if (candidate.vary().refusal() != null) {
      return candidate.vary().refusal();
    }
    if (hasCredentials && !candidate.sharesCredentials()) {
      return RefusalReason.CREDENTIALS;
    }
    if (!config.sharesSetCookie()
        && candidate.fields().contains(FieldName.SET_COOKIE)
        && !control.withheld.contains(FieldName.SET_COOKIE.lowerCase())) {
      return RefusalReason.SET_COOKIE;
    }
    return Tags.of(candidate.fields()).size() > Tags.MAX ? RefusalReason.TOO_MANY_TAGS : null;
  }

  private static @Nullable RefusalReason directiveRefusal(Candidate candidate) {
    CacheControl control = candidate.control();
    if (control.isMalformed) {
      return RefusalReason.MALFORMED;
    }
    if (control.isMustUnderstand && !Statuses.isUnderstood(candidate.status())) {
      return RefusalReason.NOT_UNDERSTOOD;
    }
    boolean isNoStore = control.isNoStore && !control.isMustUnderstand;
    if (isNoStore || SurrogateControl.isNoStore(candidate.fields())) {
      return RefusalReason.NO_STORE;
    }
    return control.isPrivate ? RefusalReason.PRIVATE : null;
  }

  /// Why the response would be of no use, or was not meant to be stored.
  private @Nullable RefusalReason useRefusal(Candidate candidate, boolean isExplicit) {
    if (!config.usesHeuristics() && !isExplicit) {
      return RefusalReason.NOT_EXPLICIT;
    }
    if (!isExplicit
        && !candidate.hasWord()
        && !Statuses.isHeuristicallyCacheable(candidate.status())) {
      return RefusalReason.NOT_CACHEABLE;
    }
    Usage usage = candidate.usage(freshness(candidate));
    boolean isFresh = usage.freshNanos(candidate.times().responseNanos()) > 0;
    boolean mayBeStale =
        !usage.forbidsStale()
            && (usage.staleWhileRevalidateNanos() > 0
                || usage.staleIfErrorNanos() > 0
                || !config.staleIfError().isZero());
    boolean isUsable = candidate.hasValidator() || (isFresh && !usage.isNoCache()) || mayBeStale;
    return isUsable ? null : RefusalReason.USELESS;
  }

  private Freshness freshness(Candidate candidate) {
    Freshness explicit = candidate.explicitFreshness();
    boolean isGuessed =
        explicit.kind() == Freshness.Kind.NONE
            && config.usesHeuristics()
            && (candidate.control().isPublic
                || Statuses.isHeuristicallyCacheable(candidate.status()));
    return isGuessed ? Freshness.heuristic(candidate.fields(), candidate.times()) : explicit;
  }

  /// The response to a POST needs a time. RFC 9110 §9.3.3
  private @Nullable RefusalReason methodOrSizeRefusal(
      Candidate candidate, RequestHead request, ResponseHead response) {
    if (request.method() == Method.POST && candidate.explicitFreshness().lifetimeSeconds() == 0) {
      return RefusalReason.NOT_EXPLICIT;
    }
    Framing framing = response.framing(request.method());
    long content = framing instanceof Framing.Length(long bytes) ? bytes : 0;
    return content > config.maxEntryBytes() - candidate.fields().bytes().length
        ? RefusalReason.TOO_LARGE
        : null;
  }

  /// The one language that the response is in; empty if it does not say or is in several.
  private static String language(FieldSection fields) {
    String value = fields.first(FieldName.CONTENT_LANGUAGE);
    if (value == null || !value.chars().allMatch(c -> c == '-' || Character.isLetterOrDigit(c))) {
      return "";
    }
    return value.toLowerCase(Locale.ROOT);
  }
}
