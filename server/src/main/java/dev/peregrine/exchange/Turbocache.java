package dev.peregrine.exchange;

import dev.peregrine.cache.Answered;
import dev.peregrine.cache.Arrival;
import dev.peregrine.cache.CacheKey;
import dev.peregrine.cache.CacheOutcome;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.CacheProbe;
import dev.peregrine.cache.Decision;
import dev.peregrine.cache.Forward;
import dev.peregrine.cache.Freshening;
import dev.peregrine.cache.RefusalReason;
import dev.peregrine.cache.RequestDirectives;
import dev.peregrine.cache.RequestVerdict;
import dev.peregrine.cache.ResponseStore;
import dev.peregrine.cache.StoreVerdict;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.cache.StoredResponse;
import dev.peregrine.cache.Times;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.listen.ClientStream;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The cache as requests meet it: answers from the store what it can, and lets the others wait for
/// [Flight]s, of which there is one at a time for a key. Called on all event loops; never blocks.
final class Turbocache {
  private static final Set<FieldName> CONDITIONS =
      EnumSet.of(
          FieldName.IF_NONE_MATCH,
          FieldName.IF_MODIFIED_SINCE,
          FieldName.IF_RANGE,
          FieldName.RANGE);

  private final Services services;
  private final CachePolicy policy;
  private final ResponseStore store;
  private final Arrivals arrivals;
  private final StoredCodings codings;
  private final Map<CacheKey, Flight> flights = new ConcurrentHashMap<>();

  Turbocache(Services services, CachePolicy policy, ResponseStore store, Arrivals arrivals) {
    this.services = services;
    this.policy = policy;
    this.store = store;
    this.arrivals = arrivals;
    this.codings = new StoredCodings(services, store);
  }

  CachePolicy policy() {
    return policy;
  }

  boolean isOfFragments(StoredHead head) {
    return PageHead.isOfFragments(services, head);
  }

  StoredCodings codings() {
    return codings;
  }

  ResponseStore store() {
    return store;
  }

  Delivery delivery(ClientStream stream, String requestId) {
    return new Delivery(services, stream, requestId, null);
  }

  /// Takes the request: answers it from the store, or has the app asked.
  void handle(ClientStream stream) {
    Arrival arrival = arrivals.of(stream);
    if (store.probes().areThere() && goesPast(stream, arrival)) {
      exchange(stream, RequestIds.given(stream), pass(Forward.BYPASS, null));
      return;
    }
    switch (policy.judge(stream.head(), arrival)) {
      case RequestVerdict.Bypass(var reason) -> {
        store.statistics().bypassed(reason);
        exchange(stream, RequestIds.given(stream), pass(Forward.of(reason), null));
      }
      case RequestVerdict.Lookup lookup -> look(stream, lookup);
    }
  }

  /// Tells an operator's probe that its request is here; whether that wants to pass the store by.
  private boolean goesPast(ClientStream stream, Arrival arrival) {
    String id = stream.head().fields().first(FieldName.X_REQUEST_ID);
    CacheProbe probe = id == null ? null : store.probes().find(id);
    if (probe == null) {
      return false;
    }
    probe.arrived(stream.head(), arrival);
    return probe.route() == CacheProbe.Route.PAST_CACHE;
  }

  /// Shows the app's response to an operator's probe, if it answers one.
  void probed(@Nullable String requestId, ResponseHead response, Times times) {
    CacheProbe probe = requestId == null ? null : store.probes().find(requestId);
    if (probe != null) {
      probe.answered(response, times);
    }
  }

  private Pass pass(Forward forward, RequestVerdict.@Nullable Lookup lookup) {
    return new Pass(forward, lookup, store.generation());
  }

  private void look(ClientStream stream, RequestVerdict.Lookup lookup) {
    StoredResponse found = store.find(lookup.key(), stream.head());
    if (found == null) {
      miss(stream, lookup, missed(lookup.key()));
      return;
    }
    switch (policy.decide(lookup.directives(), found.head(), stream.startNanos())) {
      case Decision.Fresh _ -> hit(stream, lookup, found, CacheOutcome.HIT);
      case Decision.Stale _ -> hit(stream, lookup, found, CacheOutcome.STALE);
      case Decision.StaleWhileRevalidate _ -> {
        hit(stream, lookup, found, CacheOutcome.STALE);
        refresh(stream, lookup, found);
      }
      case Decision.Validate(var reason) -> miss(stream, lookup, Miss.of(found, reason));
    }
  }

  private void hit(
      ClientStream stream,
      RequestVerdict.Lookup lookup,
      StoredResponse found,
      CacheOutcome outcome) {
    if (send(stream, found)) {
      found.countHit();
      store.statistics().answered(outcome, found.content().length());
    } else {
      miss(stream, lookup, Miss.ABSENT);
    }
  }

  /// Sends a stored response; `false`, and nothing is sent, if its content is gone.
  private boolean send(ClientStream stream, StoredResponse found) {
    String id = RequestIds.given(stream);
    if (isOfFragments(found.head())) {
      return new StoredPage(services, stream, id).send(found);
    }
    StoredCodings.Picked picked = codings.pick(stream.head(), found);
    return new StoredAnswer(stream, picked.head(), null, id).send(policy, picked.content());
  }

  private void miss(ClientStream stream, RequestVerdict.Lookup lookup, Miss miss) {
    if (lookup.directives().isOnlyIfCached()) {
      store.statistics().answered(CacheOutcome.MISS_ONLY_IF_CACHED, 0);
      services.answers.failed(stream, 504, RequestIds.given(stream));
    } else if (stream.head().method() == Method.HEAD || isUncacheable(lookup)) {
      passBy(stream, RequestIds.given(stream), lookup, miss);
    } else {
      new Waiter(this, stream, lookup, miss.outcome()).begin(miss);
    }
  }

  /// Has the app asked for one client alone.
  private void passBy(ClientStream stream, String id, RequestVerdict.Lookup lookup, Miss miss) {
    store
        .statistics()
        .answered(isUncacheable(lookup) ? CacheOutcome.MISS_UNCACHEABLE : miss.outcome(), 0);
    exchange(stream, id, pass(miss.forward(), lookup));
  }

  private boolean isUncacheable(RequestVerdict.Lookup lookup) {
    return store.isUncacheable(lookup.key(), System.nanoTime());
  }

  /// Looks for a response to one who has waited in vain for that flight.
  void again(Waiter waiter, @Nullable Flight unsuited) {
    RequestVerdict.Lookup lookup = waiter.lookup();
    StoredResponse found = store.find(lookup.key(), waiter.request());
    if (found == null) {
      board(waiter, missed(lookup.key()), unsuited);
      return;
    }
    switch (policy.decide(lookup.directives(), found.head(), System.nanoTime())) {
      case Decision.Fresh _, Decision.Stale _, Decision.StaleWhileRevalidate _ -> waiter.hit(found);
      case Decision.Validate(var reason) -> board(waiter, Miss.of(found, reason), unsuited);
    }
  }

  /// Finds a flight for one who waits, other than the one that did not suit; begins one if there is
  /// none.
  void board(Waiter waiter, Miss miss, @Nullable Flight unsuited) {
    RequestVerdict.Lookup lookup = waiter.lookup();
    if (isUncacheable(lookup) || !isShared(waiter, miss)) {
      waiter.retire();
      passBy(waiter.stream(), waiter.requestId(), lookup, miss);
      return;
    }
    Ticket ticket = new Ticket(request(waiter, miss.stale()), lookup, miss.forward(), miss.stale());
    Flight made = new Flight(this, services, ticket);
    Flight present = enter(made, unsuited);
    if (present != made) {
      waiter.boards(present);
      present.join(waiter);
    } else if (isOutdated(waiter.stream(), lookup, miss.stale())) {
      made.callOff();
      again(waiter, null);
    } else {
      waiter.boards(made);
      made.begin(waiter);
    }
  }

  /// Whether another response is found by now than when the request was looked up. A flight stores
  /// before it departs, so that whoever enters one after it learns here what it brought.
  private boolean isOutdated(
      ClientStream stream, RequestVerdict.Lookup lookup, @Nullable StoredResponse seen) {
    return store.find(lookup.key(), stream.head()) != seen;
  }

  /// Has a stored response validated in the background, unless that is being done.
  private void refresh(ClientStream stream, RequestVerdict.Lookup lookup, StoredResponse found) {
    if (flights.containsKey(lookup.key())) {
      return;
    }
    Outgoing request = outgoing(stream, edited(stream.head(), found), RequestIds.make());
    Flight made = new Flight(this, services, new Ticket(request, lookup, Forward.STALE, found));
    if (flights.putIfAbsent(lookup.key(), made) != null) {
      return;
    }
    if (isOutdated(stream, lookup, found)) {
      made.callOff();
    } else {
      store.statistics().refreshed();
      made.begin(null);
    }
  }

  /// Enters a flight for its key; the one that is there already, if that is not the unsuited one.
  private Flight enter(Flight made, @Nullable Flight unsuited) {
    CacheKey key = made.key();
    while (true) {
      Flight present = flights.putIfAbsent(key, made);
      if (present == null || (present == unsuited && flights.replace(key, present, made))) {
        return made;
      }
      if (present != unsuited) {
        return present;
      }
    }
  }

  /// Nobody can board the flight any more.
  void depart(Flight flight) {
    flights.remove(flight.key(), flight);
  }

  /// Heeds what a response that came past the store says of it: freshens, invalidates, or is to be
  /// stored itself, then as a recording.
  @Nullable Recording passed(ClientStream stream, Pass pass, ResponseHead response) {
    RequestHead request = stream.head();
    RequestVerdict.Lookup lookup = pass.lookup();
    if (store.probes().areThere()) {
      probed(request.fields().first(FieldName.X_REQUEST_ID), response, times(stream));
    }
    if (lookup != null && request.method() == Method.HEAD) {
      freshenByHead(stream, lookup, response, pass.generation());
    } else if (lookup != null) {
      return record(stream, lookup, response, pass.generation());
    } else if (!request.method().isSafe()) {
      return changed(stream, request, response);
    }
    return null;
  }

  /// After a method that is not safe.
  private @Nullable Recording changed(
      ClientStream stream, RequestHead request, ResponseHead response) {
    Arrival arrival = arrivals.of(stream);
    store.invalidate(policy.invalidated(request, arrival, response), System.nanoTime());
    return policy
        .represented(request, arrival, response)
        .map(lookup -> record(stream, lookup, response, store.generation()))
        .orElse(null);
  }

  private @Nullable Recording record(
      ClientStream stream, RequestVerdict.Lookup lookup, ResponseHead response, long generation) {
    return switch (policy.judge(answered(stream, lookup, response))) {
      case StoreVerdict.Store(var head) ->
          new Recording(store, lookup.key(), head, response.framing(Method.GET), generation);
      case StoreVerdict.Refuse(var reason) -> {
        refused(lookup.key(), reason, response);
        yield null;
      }
    };
  }

  /// Keeps requests for what is not storable from waiting for each other.
  void refused(CacheKey key, RefusalReason reason, ResponseHead response) {
    store.statistics().refused(reason);
    if (!reason.isOfRequest() && !CachePolicy.isError(response.status())) {
      store.markUncacheable(key, System.nanoTime());
    }
  }

  private static Answered answered(
      ClientStream stream, RequestVerdict.Lookup lookup, ResponseHead response) {
    return new Answered(stream.head(), lookup, response, times(stream));
  }

  private static Times times(ClientStream stream) {
    return new Times(stream.startNanos(), System.nanoTime(), System.currentTimeMillis());
  }

  private void freshenByHead(
      ClientStream stream, RequestVerdict.Lookup lookup, ResponseHead response, long generation) {
    StoredResponse found = store.find(lookup.key(), stream.head());
    if (found == null) {
      return;
    }
    Answered answered = answered(stream, lookup, response);
    switch (policy.freshenedByHead(found.head(), found.content().length(), answered)) {
      case Freshening.Updated(var updated) -> store.freshen(found, updated, generation);
      case Freshening.UpdatedOnce _, Freshening.Mismatch _ -> store.remove(found);
    }
  }

  private Miss missed(CacheKey key) {
    return store.contains(key) ? Miss.VARIANT : Miss.ABSENT;
  }

  /// Whether the response may be for others as well.
  private static boolean isShared(Waiter waiter, Miss miss) {
    RequestDirectives directives = waiter.lookup().directives();
    return !waiter.isTired()
        && !directives.hasCredentials()
        && !directives.isNoStore()
        && !directives.isNoCache()
        && !(directives.hasRange() && miss.stale() == null);
  }

  /// A request whose response may be for others asks for the whole, on no other condition than that
  /// the stale response is out of date.
  private static Outgoing request(Waiter waiter, @Nullable StoredResponse stale) {
    RequestHead head = waiter.request();
    boolean isEdited = stale != null || waiter.lookup().directives().isConditional();
    return outgoing(waiter.stream(), isEdited ? edited(head, stale) : head, waiter.requestId());
  }

  private void exchange(ClientStream stream, String id, Pass pass) {
    new Exchange(services, stream, id, pass).begin();
  }

  private static Outgoing outgoing(ClientStream stream, RequestHead head, String id) {
    return new Outgoing(head, stream.peer(), stream.loop(), id, System.currentTimeMillis() * 1000);
  }

  private static RequestHead edited(RequestHead head, @Nullable StoredResponse stale) {
    Map<FieldName, String> validators = new EnumMap<>(FieldName.class);
    if (stale != null) {
      String tag = stale.head().entityTag();
      String date = stale.head().lastModified();
      if (tag != null) {
        validators.put(FieldName.IF_NONE_MATCH, tag);
      }
      if (date != null) {
        validators.put(FieldName.IF_MODIFIED_SINCE, date);
      }
    }
    return head.edited(CONDITIONS, validators);
  }
}
