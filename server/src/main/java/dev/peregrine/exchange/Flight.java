package dev.peregrine.exchange;

import dev.peregrine.cache.Answered;
import dev.peregrine.cache.CacheKey;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.CacheStatus;
import dev.peregrine.cache.Freshening;
import dev.peregrine.cache.RefusalReason;
import dev.peregrine.cache.Selected;
import dev.peregrine.cache.StoreVerdict;
import dev.peregrine.cache.StoredContent;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.cache.StoredResponse;
import dev.peregrine.cache.Times;
import dev.peregrine.http.EntityTag;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.HttpDate;
import dev.peregrine.http.Method;
import dev.peregrine.http.Preconditions;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request to the app for all who wait for the same resource, and what it brings for the cache;
/// on the event loop of whoever began it, to which the others' calls hop.
///
/// ```
/// ASKING ─may be stored─► STORING ─end─► DONE     to all whom it suits, and to the store
///   ├─may not be stored─► PASSING ─end─► DONE     to the leader alone; the others look again
///   └─304, or failed─────► DONE                   a stored response answers, or a failure does
/// ```
///
/// The leader is the first of those who wait. If it leaves, the flight goes on for the others; if
/// all leave, it goes on only for what is known to be storable.
final class Flight implements Recipient {
  private static final int MAX_DROPPED_BYTES = 1 << 20;
  private static final int WATCH_MILLIS = 500;

  private enum State {
    ASKING,
    STORING,
    PASSING,
    DONE
  }

  /// One who waits.
  private static final class Rider {
    final Waiter waiter;

    /// Whether it can only be answered when the response is whole: it wants a part of it.
    boolean isDeferred;

    boolean isThrottling;

    Rider(Waiter waiter) {
      this.waiter = waiter;
    }
  }

  private final Turbocache cache;
  private final Ticket ticket;
  private final EventLoop loop;
  private final OriginRequest origin;
  private final List<Rider> riders = new ArrayList<>();
  private final long generation;
  private final long requestNanos = System.nanoTime();
  private State state = State.ASKING;
  private @Nullable StoredResponse stale;
  private @Nullable Recording recording;
  private int throttling;
  private int dropped;
  private final boolean isSilenceLimited;
  private boolean isRefresh;

  Flight(Turbocache cache, Services services, Ticket ticket) {
    this.cache = cache;
    this.ticket = ticket;
    this.loop = ticket.request().loop();
    this.stale = ticket.stale();
    this.generation = cache.store().generation();
    this.isSilenceLimited = services.maxSilenceNanos > 0;
    this.origin = new OriginRequest(services, ticket.request(), Upload.NONE, this);
  }

  /// Takes off, on its loop, with the first who waits or with nobody.
  void begin(@Nullable Waiter leader) {
    isRefresh = leader == null;
    if (leader != null) {
      riders.add(new Rider(leader));
    }
    origin.begin();
    if (isSilenceLimited) {
      watch();
    }
  }

  /// Does not take off; those who join it nevertheless look again.
  void callOff() {
    finish();
  }

  /// Whoever waits may leave, so that the flight watches the app by itself.
  private void watch() {
    if (state != State.DONE) {
      origin.tick(System.nanoTime());
      loop.schedule(this::watch, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  CacheKey key() {
    return ticket.key();
  }

  boolean isQueued() {
    return origin.isQueued();
  }

  // From those who wait, on their loops.

  void join(Waiter waiter) {
    onLoop(() -> {
      Recording begun = recording;
      if (state == State.ASKING) {
        riders.add(new Rider(waiter));
      } else if (begun != null && !begun.hasFailed() && begun.head().selects(waiter.request())) {
        Rider rider = new Rider(waiter);
        riders.add(rider);
        start(rider, begun);
      } else {
        tell(waiter, w -> w.again(this));
      }
    });
  }

  void leave(Waiter waiter) {
    onLoop(() -> {
      Rider rider = riderOf(waiter);
      if (rider == null) {
        return;
      }
      boolean wasLeader = riders.getFirst() == rider;
      remove(rider);
      if ((wasLeader && state == State.PASSING)
          || (riders.isEmpty() && (!isForTheStore() || isQueued()))) {
        finish();
        origin.cancel();
      }
    });
  }

  private boolean isForTheStore() {
    return switch (state) {
      case ASKING -> stale != null;
      case STORING -> recording != null && !recording.hasFailed();
      case PASSING, DONE -> false;
    };
  }

  void throttle(Waiter waiter, boolean wanted) {
    onLoop(() -> {
      Rider rider = riderOf(waiter);
      if (rider != null && rider.isThrottling != wanted) {
        rider.isThrottling = wanted;
        throttling += wanted ? 1 : -1;
        origin.throttle(throttling > 0);
      }
    });
  }

  // From the app.

  @Override
  public void servedBy(String worker) {
    if (!riders.isEmpty()) {
      tell(riders.getFirst().waiter, w -> w.servedBy(worker));
    }
  }

  @Override
  public void interim(ResponseHead response) {
    tellAll(w -> w.interim(response));
  }

  @Override
  public void tunnel(ResponseHead response) {
    throw new IllegalStateException("a request that asks for no upgrade got one");
  }

  @Override
  public void head(ResponseHead response) {
    Times times = new Times(requestNanos, System.nanoTime(), System.currentTimeMillis());
    StoredResponse old = stale;
    if (cache.store().probes().areThere()) {
      cache.probed(ticket.request().id(), response, times);
    }
    if (old != null && response.status() == 304) {
      freshen(old, response, times);
    } else if (!CachePolicy.isError(response.status()) || !serveStale(times.responseNanos())) {
      judge(response, times);
    }
  }

  @Override
  public void content(ByteBuf data) {
    switch (state) {
      case STORING -> {
        keep(data);
        tellAll(data);
      }
      case PASSING -> leader().delivery().content(data);
      case ASKING, DONE -> drop(data);
    }
  }

  @Override
  public void trailers(FieldSection section) {
    if (state == State.PASSING) {
      leader().delivery().trailers(section);
    }
  }

  @Override
  public void paused() {
    switch (state) {
      case STORING -> tellAll(Waiter::paused);
      case PASSING -> leader().delivery().paused();
      case ASKING, DONE -> {}
    }
  }

  @Override
  public void end() {
    switch (state) {
      case STORING -> land();
      case PASSING -> {
        Waiter leader = leader();
        finish();
        leader.end();
      }
      case ASKING, DONE -> finish();
    }
  }

  @Override
  public void failed(Failure failure) {
    if (serveStale(System.nanoTime())) {
      return;
    }
    Failure told =
        stale != null && failure instanceof Failure.Faulted ? new Failure.Faulted(504) : failure;
    List<Rider> all = finish(true);
    for (int i = 0; i < all.size(); i++) {
      boolean isShared =
          i > 0 && !all.get(i).waiter.isTired() && !(failure instanceof Failure.Refused);
      tell(all.get(i).waiter, isShared ? w -> w.again(this) : w -> w.fail(told));
    }
  }

  @Override
  public void broken() {
    if (state == State.ASKING) {
      failed(new Failure.Faulted(502));
      return;
    }
    for (Rider rider : finish()) {
      tell(rider.waiter, rider.isDeferred ? w -> w.again(this) : Waiter::broken);
    }
  }

  // What the head decides.

  private void freshen(StoredResponse old, ResponseHead response, Times times) {
    switch (cache.policy().freshened(old.head(), answered(response, times))) {
      case Freshening.Updated(var updated) -> {
        StoredResponse current = cache.store().freshen(old, updated, generation);
        answerAll(
            current, new CacheStatus(ticket.forward(), 304, true, false, ttl(updated)), false);
      }
      case Freshening.UpdatedOnce(var updated, _) -> answerOnce(old, updated);
      case Freshening.Mismatch _ -> {
        cache.store().remove(old);
        List<Rider> all = finish();
        all.forEach(rider -> tell(rider.waiter, w -> w.again(this)));
      }
    }
  }

  /// The stored response answers the first of those who wait, with the head that it has by now, and
  /// is stored no longer.
  private void answerOnce(StoredResponse old, StoredHead updated) {
    CacheStatus status = new CacheStatus(ticket.forward(), 304, false, false, 0);
    StoredContent content = old.content();
    boolean isHeld = !riders.isEmpty() && content.tryRetain();
    cache.store().remove(old);
    List<Rider> all = finish();
    for (int i = 0; i < all.size(); i++) {
      tell(
          all.get(i).waiter,
          isHeld && i == 0
              ? w -> {
                w.answer(updated, content, status);
                content.release();
              }
              : w -> w.again(this));
    }
  }

  private void judge(ResponseHead response, Times times) {
    switch (cache.policy().judge(answered(response, times))) {
      case StoreVerdict.Store(var stored) -> store(response, stored);
      case StoreVerdict.Refuse(var reason) -> pass(response, reason);
    }
  }

  private void store(ResponseHead response, StoredHead stored) {
    Recording begun =
        new Recording(
            cache.store(), ticket.key(), stored, response.framing(Method.GET), generation);
    recording = begun;
    state = State.STORING;
    for (Rider rider : List.copyOf(riders)) {
      if (stored.selects(rider.waiter.request())) {
        start(rider, begun);
      } else {
        remove(rider);
        tell(rider.waiter, w -> w.again(this));
      }
    }
  }

  /// Begins the answer to one of those whom the response suits, in its middle perhaps.
  private void start(Rider rider, Recording begun) {
    StoredHead head = begun.head();
    Waiter waiter = rider.waiter;
    boolean isFirst = riders.getFirst() == rider;
    CacheStatus status = new CacheStatus(ticket.forward(), 0, isFirst, !isFirst, ttl(head));
    StoredHead known = ResponseCoding.held(waiter.request(), head);
    Selected selected =
        cache.isOfFragments(head)
            ? new Selected.Whole()
            : cache.policy().select(waiter.request(), known, begun.length(), nowSeconds());
    switch (selected) {
      case Selected.Whole _ -> {
        ByteBuf prefix = begun.copy();
        tell(waiter, w -> w.begin(head, begun.framing(), status, prefix));
      }
      case Selected.NotModified _ -> {
        remove(rider);
        tell(waiter, w -> w.notModified(known, status));
      }
      case Selected.Parts _, Selected.Unsatisfiable _ -> rider.isDeferred = true;
    }
  }

  /// The response is for the leader alone.
  private void pass(ResponseHead response, RefusalReason reason) {
    boolean isError = CachePolicy.isError(response.status());
    cache.refused(ticket.key(), reason, response);
    if (stale != null && !isError) {
      cache.store().remove(stale);
    }
    Rider leader = riders.isEmpty() ? null : riders.getFirst();
    for (Rider rider : List.copyOf(riders)) {
      if (rider != leader) {
        remove(rider);
        tell(rider.waiter, w -> w.again(this));
      }
    }
    if (leader == null || !leader.waiter.loop().inEventLoop()) {
      finish(isError).forEach(rider -> tell(rider.waiter, w -> w.again(this)));
      return;
    }
    String status = CacheStatus.passedLine(ticket.forward());
    if (response.status() == 200 && isMet(leader.waiter.request(), response)) {
      finish();
      leader.waiter.notModified(response, status);
      return;
    }
    cache.depart(this);
    state = State.PASSING;
    leader.waiter.delivery().pass(response, status);
  }

  // Ends.

  private void land() {
    Recording whole = recording;
    StoredResponse stored = whole == null ? null : whole.finish();
    for (Rider rider : finish()) {
      if (!rider.isDeferred) {
        tell(rider.waiter, Waiter::end);
      } else if (stored != null) {
        CacheStatus status = new CacheStatus(ticket.forward(), 0, true, false, ttl(stored.head()));
        tell(rider.waiter, w -> w.answer(stored, status));
      } else {
        tell(rider.waiter, w -> w.again(this));
      }
    }
  }

  /// Whether a stale response stands in for a failure; it is then given to all.
  private boolean serveStale(long nowNanos) {
    StoredResponse old = stale;
    if (state != State.ASKING
        || old == null
        || !cache
            .policy()
            .mayServeStaleOnError(ticket.lookup().directives(), old.head(), nowNanos)) {
      return false;
    }
    answerAll(old, null, true);
    return true;
  }

  private void answerAll(
      @Nullable StoredResponse response, @Nullable CacheStatus status, boolean hasFailed) {
    for (Rider rider : finish(hasFailed)) {
      if (response == null || !response.head().selects(rider.waiter.request())) {
        tell(rider.waiter, w -> w.again(this));
      } else {
        tell(rider.waiter, w -> w.answer(response, status));
      }
    }
  }

  /// Nothing more concerns those who wait; those who still did.
  private List<Rider> finish() {
    return finish(false);
  }

  /// A refresh that failed stays entered for a while, so that not every hit asks anew.
  private List<Rider> finish(boolean hasFailed) {
    state = State.DONE;
    if (hasFailed && isRefresh) {
      loop.schedule(() -> cache.depart(this), 1, TimeUnit.SECONDS);
    } else {
      cache.depart(this);
    }
    if (recording != null) {
      recording.discard();
    }
    List<Rider> all = List.copyOf(riders);
    riders.clear();
    return all;
  }

  // Helpers.

  private void keep(ByteBuf data) {
    if (recording != null && !recording.hasFailed() && !recording.keep(data)) {
      cache.store().markUncacheable(ticket.key(), System.nanoTime());
      cache.depart(this);
      if (riders.isEmpty()) {
        finish();
        origin.cancel();
      }
    }
  }

  /// Whether the response meets the condition of a request, which the app was not told.
  private static boolean isMet(RequestHead request, ResponseHead response) {
    String tag = response.fields().first(FieldName.ETAG);
    String date = response.fields().first(FieldName.LAST_MODIFIED);
    Preconditions preconditions =
        new Preconditions(
            tag == null ? Optional.empty() : EntityTag.parse(tag),
            date == null ? OptionalLong.empty() : HttpDate.parse(date, nowSeconds()));
    return preconditions.judge(Method.GET, request.fields(), nowSeconds())
        == Preconditions.Outcome.NOT_MODIFIED;
  }

  private Answered answered(ResponseHead response, Times times) {
    return new Answered(ticket.request().head(), ticket.lookup(), response, times);
  }

  private Waiter leader() {
    return riders.getFirst().waiter;
  }

  private @Nullable Rider riderOf(Waiter waiter) {
    for (Rider rider : riders) {
      if (rider.waiter == waiter) {
        return rider;
      }
    }
    return null;
  }

  private void remove(Rider rider) {
    riders.remove(rider);
    if (rider.isThrottling) {
      rider.isThrottling = false;
      throttling--;
      origin.throttle(throttling > 0);
    }
  }

  /// What nobody wants is read to its end, lest the worker's connection be lost; but not for ever.
  private void drop(ByteBuf data) {
    dropped += data.readableBytes();
    data.release();
    if (dropped > MAX_DROPPED_BYTES) {
      origin.cancel();
    }
  }

  private void tellAll(ByteBuf data) {
    for (Rider rider : List.copyOf(riders)) {
      if (!rider.isDeferred) {
        ByteBuf share = data.retainedDuplicate();
        tell(rider.waiter, w -> w.take(share));
      }
    }
    data.release();
  }

  private void tellAll(Consumer<Waiter> message) {
    for (Rider rider : List.copyOf(riders)) {
      if (!rider.isDeferred) {
        tell(rider.waiter, message);
      }
    }
  }

  private static void tell(Waiter waiter, Consumer<Waiter> message) {
    if (waiter.loop().inEventLoop()) {
      message.accept(waiter);
    } else {
      waiter.loop().execute(() -> message.accept(waiter));
    }
  }

  private void onLoop(Runnable action) {
    if (loop.inEventLoop()) {
      action.run();
    } else {
      loop.execute(action);
    }
  }

  private static long ttl(StoredHead stored) {
    return stored.ttlSeconds(System.nanoTime());
  }

  private static long nowSeconds() {
    return System.currentTimeMillis() / 1000;
  }
}
