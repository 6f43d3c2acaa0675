package dev.peregrine.exchange;

import dev.peregrine.cache.CacheOutcome;
import dev.peregrine.cache.CacheStatus;
import dev.peregrine.cache.RequestVerdict;
import dev.peregrine.cache.StoredContent;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.cache.StoredResponse;
import dev.peregrine.http.Framing;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.ContentReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/// A client whose request no stored response may answer: it waits for the response of a [Flight],
/// which may be on another event loop. All methods run on the client's loop; the flight hops there.
///
/// ```
/// WAITING ─begin─► TAKING ─end─► OVER        content as it comes
///    │ ▲───again───┘ (before begin)          what came is not for this client: it looks again
///    ├─answer─► OVER                         from a stored response
///    └─fail─► OVER
/// ```
final class Waiter implements ContentReceiver, Delivery.Source {
  /// Flights that a client shares, before it gets one of its own.
  private static final int MAX_SHARED = 2;

  private final Turbocache cache;
  private final RequestVerdict.Lookup lookup;
  private final ClientStream stream;
  private final String requestId;
  private final Delivery delivery;
  private @Nullable Flight flight;
  private final CacheOutcome missed;
  private int flights;
  private boolean isCounted;
  private boolean isOver;

  Waiter(Turbocache cache, ClientStream stream, RequestVerdict.Lookup lookup, CacheOutcome missed) {
    this.cache = cache;
    this.stream = stream;
    this.requestId = RequestIds.given(stream);
    this.lookup = lookup;
    this.missed = missed;
    this.delivery = cache.delivery(stream, requestId);
    delivery.from(this);
  }

  /// Begins to wait.
  void begin(Miss miss) {
    stream.receive(this);
    if (!isOver) {
      cache.board(this, miss, null);
    }
  }

  RequestVerdict.Lookup lookup() {
    return lookup;
  }

  ClientStream stream() {
    return stream;
  }

  RequestHead request() {
    return stream.head();
  }

  EventLoop loop() {
    return stream.loop();
  }

  String requestId() {
    return requestId;
  }

  /// What a response for this client alone is given to.
  Delivery delivery() {
    return delivery;
  }

  /// Whether it has shared flights enough.
  boolean isTired() {
    return flights >= MAX_SHARED;
  }

  void boards(Flight taken) {
    flights++;
    flight = taken;
  }

  /// Leaves its client to somebody else.
  void retire() {
    over();
  }

  // From the client.

  @Override
  public void content(ByteBuf data) {
    data.release();
  }

  @Override
  public void contentEnd() {}

  @Override
  public void inputClosed() {
    if (flight != null && flight.isQueued()) {
      stream.probeClient();
    }
  }

  @Override
  public void clientGone() {
    delivery.close();
    isOver = true;
    if (flight != null) {
      flight.leave(this);
    }
  }

  @Override
  public void writable() {
    delivery.writable();
  }

  @Override
  public void tick(long nowNanos) {}

  // From the delivery.

  @Override
  public void throttle(boolean wanted) {
    if (flight != null) {
      flight.throttle(this, wanted);
    }
  }

  @Override
  public void cancel() {
    Flight left = flight;
    over();
    if (left != null) {
      left.leave(this);
    }
  }

  // From the flight.

  void interim(ResponseHead head) {
    if (!isOver) {
      delivery.interim(head);
    }
  }

  void servedBy(String worker) {
    stream.servedBy(worker);
  }

  /// A response that is stored as it comes begins; `prefix` is what has come of its content.
  void begin(StoredHead head, Framing framing, CacheStatus status, ByteBuf prefix) {
    if (isOver) {
      prefix.release();
      return;
    }
    count(status, 0);
    delivery.stored(head, framing, status);
    boolean isLate = prefix.isReadable();
    delivery.content(prefix);
    if (isLate) {
      delivery.paused();
    }
  }

  /// More content; takes the buffer.
  void take(ByteBuf data) {
    if (isOver) {
      data.release();
    } else {
      delivery.content(data);
    }
  }

  void paused() {
    if (!isOver) {
      delivery.paused();
    }
  }

  void end() {
    if (!isOver) {
      over();
      delivery.end();
    }
  }

  void broken() {
    if (!isOver) {
      over();
      delivery.broken();
    }
  }

  void fail(Failure failure) {
    if (!isOver) {
      count(missed, 0);
      over();
      delivery.failed(failure);
    }
  }

  /// The condition of the request is met by a response that has just begun.
  void notModified(StoredHead head, CacheStatus status) {
    if (!isOver) {
      count(status, 0);
      over();
      new StoredAnswer(stream, head, status, requestId).notModified();
    }
  }

  /// The condition of the request is met by a response that is for this client alone.
  void notModified(ResponseHead head, String cacheStatusLine) {
    if (!isOver) {
      count(missed, 0);
      over();
      delivery.notModified(head, cacheStatusLine);
    }
  }

  /// A stored response answers; without a status it is a hit.
  void answer(StoredHead head, StoredContent content, @Nullable CacheStatus status) {
    if (isOver) {
      return;
    }
    StoredHead plain = cache.codings().plain(request(), head, content.length());
    if (send(new StoredCodings.Picked(plain, content), status)) {
      count(status, content.length());
    } else {
      again(null);
    }
  }

  /// A stored response answers, under the best of its codings.
  void answer(StoredResponse response, @Nullable CacheStatus status) {
    if (isOver) {
      return;
    }
    StoredCodings.Picked picked = cache.codings().pick(request(), response);
    if (send(picked, status)) {
      response.countHit();
      count(status, picked.content().length());
    } else {
      again(null);
    }
  }

  /// A response that has been stored meanwhile answers.
  void hit(StoredResponse found) {
    if (send(cache.codings().pick(request(), found), null)) {
      found.countHit();
      count(CacheOutcome.HIT, found.content().length());
    } else {
      cache.board(this, Miss.ABSENT, null);
    }
  }

  /// Sends a stored response; `false`, and nothing is sent, if its content is gone.
  private boolean send(StoredCodings.Picked picked, @Nullable CacheStatus status) {
    StoredContent content = picked.content();
    if (!content.tryRetain()) {
      return false;
    }
    over();
    if (cache.isOfFragments(picked.head())) {
      delivery.page(picked.head(), content, status);
    } else {
      new StoredAnswer(stream, picked.head(), status, requestId).send(cache.policy(), content);
      content.release();
    }
    return true;
  }

  /// What the flight brought is not for this client.
  void again(@Nullable Flight unsuited) {
    if (!isOver) {
      flight = null;
      cache.again(this, unsuited);
    }
  }

  private void count(@Nullable CacheStatus status, long savedBytes) {
    if (status == null) {
      count(CacheOutcome.STALE_ON_ERROR, savedBytes);
    } else if (status.isCollapsed()) {
      count(CacheOutcome.COLLAPSED, savedBytes);
    } else {
      count(status.status() == 304 ? CacheOutcome.VALIDATED : missed, savedBytes);
    }
  }

  /// Counts the request, once.
  private void count(CacheOutcome outcome, long savedBytes) {
    if (!isCounted) {
      isCounted = true;
      cache.store().statistics().answered(outcome, savedBytes);
    }
  }

  private void over() {
    isOver = true;
    flight = null;
  }
}
