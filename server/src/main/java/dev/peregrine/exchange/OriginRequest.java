package dev.peregrine.exchange;

import dev.peregrine.app.WorkerProtocol;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Method;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.pool.Applicant;
import dev.peregrine.pool.Endpoint;
import dev.peregrine.pool.Lease;
import dev.peregrine.pool.Priority;
import dev.peregrine.pool.Refusal;
import dev.peregrine.pool.SlotConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request carried to a worker and its response as it comes; on one event loop, to which pool
/// and worker connection hop.
///
/// ```
/// NEW ─begin─► QUEUED ─leased─► CONNECTING ─► AWAITING ─final head─► RESPONDING ─► DONE
///                 ▲               │ │            │ ├─app raised─► APP_ERROR ──────► DONE
///                 └───────────────┴─┼────────────┘ └─101─► TUNNEL ────────────────► DONE
///          tried again, by the rule │
///    cancelled: ─► DISCARDING (until the worker has answered) ─► DONE
/// ```
///
/// It is tried again only while no byte of an answer has come, by the rule of `Tries`.
final class OriginRequest extends Applicant implements Delivery.Source {
  private static final int RETRY_PAUSE_MILLIS = 100;
  private static final int APP_ERROR_BYTES = 256 * 1024;

  private enum State {
    NEW,
    QUEUED,
    CONNECTING,
    AWAITING,
    RESPONDING,
    APP_ERROR,
    TUNNEL,
    DISCARDING,
    DONE
  }

  private final Services services;
  private final Outgoing request;
  private final EventLoop loop;
  private final Upload upload;
  private final Recipient recipient;
  private final Tries tries;
  private State state = State.NEW;
  private @Nullable Lease lease;
  private @Nullable WorkerConnection connection;
  private @Nullable ByteBuf appError;
  private boolean isThrottled;
  private boolean mayFollow = true;
  private long heardNanos;

  OriginRequest(Services services, Outgoing request, Upload upload, Recipient recipient) {
    this.services = services;
    this.request = request;
    this.loop = request.loop();
    this.upload = upload;
    this.recipient = recipient;
    this.tries = new Tries(request.head().method());
  }

  void begin() {
    checkout(Priority.NORMAL);
  }

  @Override
  public EventLoop home() {
    return loop;
  }

  @Override
  public boolean isPrefetchable() {
    Method method = method();
    return mayFollow
        && (method == Method.GET || method == Method.HEAD)
        && upload.framing() instanceof Framing.None
        && !isUpgradeAsked();
  }

  EventLoop loop() {
    return loop;
  }

  Method method() {
    return request.head().method();
  }

  boolean isUpgradeAsked() {
    return request.head().upgrade() != null;
  }

  boolean isBegun() {
    return state != State.NEW;
  }

  boolean isQueued() {
    return state == State.QUEUED;
  }

  boolean isTunnel() {
    return state == State.TUNNEL;
  }

  // From the requester.

  /// Nobody waits for the response any more.
  @Override
  public void cancel() {
    WorkerConnection worker = connection;
    switch (state) {
      case QUEUED -> services.pool.withdraw(this);
      case AWAITING -> {
        if (protocol() == WorkerProtocol.GATEWAY && worker != null && upload.isSent()) {
          discard(worker);
          watchSilence();
          return;
        }
        dropWorker();
      }
      case RESPONDING, APP_ERROR -> {
        if (worker != null && worker.isFollowed()) {
          discard(worker);
          return;
        }
        dropWorker();
      }
      case NEW, CONNECTING, TUNNEL, DISCARDING, DONE -> dropWorker();
    }
    done();
  }

  private void discard(WorkerConnection worker) {
    state = State.DISCARDING;
    if (isThrottled) {
      isThrottled = false;
      worker.read(true);
    }
  }

  /// Sends a piece of content, or of what goes through the tunnel; takes the buffer.
  void send(ByteBuf data) {
    WorkerConnection worker = connection;
    boolean isTaken = state == State.TUNNEL || state == State.AWAITING || state == State.RESPONDING;
    if (worker == null || !isTaken) {
      data.release();
      return;
    }
    if (state != State.TUNNEL && upload.framing() instanceof Framing.Chunked) {
      ByteBuf size = services.connector.allocator().directBuffer(16);
      ByteBufUtil.writeAscii(size, Integer.toHexString(data.readableBytes()) + "\r\n");
      worker.write(size);
      worker.write(data);
      worker.write(Unpooled.wrappedBuffer(new byte[] {'\r', '\n'}));
    } else {
      worker.write(data);
    }
    worker.flush();
    if (!worker.isWritable()) {
      upload.hold();
    }
  }

  /// The content that was streamed has come to its end; whether the worker was told.
  boolean endContent() {
    WorkerConnection worker = connection;
    if (worker == null) {
      return false;
    }
    if (upload.framing() instanceof Framing.Chunked) {
      worker.write(Unpooled.copiedBuffer("0\r\n\r\n", StandardCharsets.US_ASCII));
    }
    worker.flush();
    heardNanos = System.nanoTime();
    return true;
  }

  void shutdownOutput() {
    WorkerConnection worker = connection;
    if (worker != null) {
      worker.shutdownOutput();
    }
  }

  @Override
  public void throttle(boolean wanted) {
    WorkerConnection worker = connection;
    if (isThrottled != wanted && worker != null) {
      isThrottled = wanted;
      worker.read(!wanted);
    }
  }

  void tick(long nowNanos) {
    if (state == State.AWAITING
        && services.maxSilenceNanos > 0
        && upload.isSent()
        && nowNanos - heardNanos > services.maxSilenceNanos) {
      endSilence();
      fail(new Failure.Faulted(504));
    }
  }

  /// For a request that nobody ticks: its worker may be stuck all the same.
  private void watchSilence() {
    if (services.maxSilenceNanos > 0) {
      long left = services.maxSilenceNanos - (System.nanoTime() - heardNanos);
      loop.schedule(
          () -> {
            if (state == State.DISCARDING) {
              endSilence();
              done();
            }
          },
          left,
          TimeUnit.NANOSECONDS);
    }
  }

  private void endSilence() {
    services.log.warn(
        "request.timeout",
        "id",
        request.id(),
        "worker",
        worker(),
        "limit",
        services.config.maxRequestTime().orElseThrow());
    Lease held = lease;
    WorkerConnection worker = connection;
    connection = null;
    lease = null;
    if (worker != null) {
      worker.abandon(this);
    }
    if (held != null) {
      held.stalled();
    }
  }

  // From the pool, on any thread.

  @Override
  public void leased(Lease given) {
    if (loop.inEventLoop()) {
      took(given);
    } else {
      loop.execute(() -> took(given));
    }
  }

  @Override
  public void refused(Refusal refusal) {
    if (loop.inEventLoop()) {
      tookRefusal(refusal);
    } else {
      loop.execute(() -> tookRefusal(refusal));
    }
  }

  // From the worker's connection, which hops to this loop.

  void workerTook(WorkerConnection from) {
    if (from == connection && upload.isStreamed() && !isExpectPassed()) {
      upload.want();
    }
  }

  void responseHead(WorkerConnection from, ResponseHead response, boolean isFinal) {
    if (from != connection) {
      return;
    }
    heardNanos = System.nanoTime();
    boolean isUpgrade = response.status() == 101;
    if (state == State.DISCARDING) {
      if (isFinal || isUpgrade) {
        dropUnlessFollowed(from);
      }
    } else if (isUpgrade) {
      upgrade(from, response);
    } else if (!isFinal) {
      interim(response);
    } else if (response.fields().contains(FieldName.X_PEREGRINE_APP_ERROR)
        && protocol() == WorkerProtocol.GATEWAY) {
      state = State.APP_ERROR;
      appError = services.connector.allocator().heapBuffer();
    } else {
      state = State.RESPONDING;
      recipient.head(response);
    }
  }

  void responseContent(WorkerConnection from, ByteBuf data) {
    ByteBuf error = appError;
    if (from == connection && (state == State.RESPONDING || state == State.TUNNEL)) {
      recipient.content(data);
      return;
    }
    if (from == connection && state == State.DISCARDING) {
      dropUnlessFollowed(from);
    } else if (from == connection
        && error != null
        && error.readableBytes() + data.readableBytes() <= APP_ERROR_BYTES) {
      error.writeBytes(data);
    }
    data.release();
  }

  /// Others who wait for the same worker matter more than to spare it the rest of a response.
  private void dropUnlessFollowed(WorkerConnection worker) {
    if (!worker.isFollowed()) {
      dropWorker();
      done();
    }
  }

  void responseTrailers(WorkerConnection from, FieldSection trailers) {
    if (from == connection && state == State.RESPONDING) {
      recipient.trailers(trailers);
    }
  }

  /// The worker has nothing more to say for the moment.
  void workerPaused(WorkerConnection from) {
    if (from == connection && (state == State.RESPONDING || state == State.TUNNEL)) {
      recipient.paused();
    }
  }

  void workerWritable(WorkerConnection from) {
    if (from == connection) {
      upload.want();
    }
  }

  void responseEnd(WorkerConnection from, boolean isReusable) {
    if (from != connection) {
      return;
    }
    giveBack(from, isReusable);
    ByteBuf error = appError;
    State was = state;
    if (was == State.APP_ERROR && error != null) {
      byte[] report = ByteBufUtil.getBytes(error);
      fail(new Failure.Raised(report));
      return;
    }
    done();
    if (was != State.DISCARDING) {
      recipient.end();
    }
  }

  /// The worker has not come to this request and will not.
  void workerLeftOut(WorkerConnection from) {
    Lease held = lease;
    if (from == connection && held != null) {
      held.connection(null);
      leftOut(held);
    }
  }

  /// Nobody waits any more behind this request, whose response has begun.
  void workerUnfollowed(WorkerConnection from) {
    if (from == connection && state == State.DISCARDING) {
      dropWorker();
      done();
    }
  }

  private void leftOut(Lease held) {
    connection = null;
    lease = null;
    mayFollow = false;
    held.unused();
    if (state == State.DISCARDING) {
      done();
    } else {
      checkout(Priority.RETRY);
    }
  }

  void workerFailed(WorkerConnection from, WorkerFault fault, boolean wasWritten, String detail) {
    if (from != connection) {
      return;
    }
    Lease held = lease;
    connection = null;
    lease = null;
    if (held != null) {
      held.connection(null);
      if (fault == WorkerFault.MALFORMED) {
        held.release();
      } else {
        held.broken();
      }
    }
    switch (state) {
      case AWAITING -> {
        if (fault == WorkerFault.CLOSED && !wasWritten && mayReconnect()) {
          checkout(Priority.RETRY);
        } else if (fault == WorkerFault.CLOSED && mayRetry(wasWritten)) {
          retry();
        } else {
          answerFault(fault, held, detail);
        }
      }
      case RESPONDING, APP_ERROR, TUNNEL -> {
        services.troubles.workerFailed(request.head(), request.id(), fault, held, detail);
        done();
        recipient.broken();
      }
      case NEW, QUEUED, CONNECTING, DISCARDING, DONE -> done();
    }
  }

  // The way to the worker.

  private void checkout(Priority priority) {
    state = State.QUEUED;
    if (upload.isStreamed()) {
      upload.hold();
    }
    services.pool.checkout(this, priority);
  }

  private void took(Lease given) {
    try {
      use(given);
    } catch (RuntimeException | OutOfMemoryError e) {
      giveUp(e);
    }
  }

  /// What goes wrong in our own code, memory running out included, costs a request and never a
  /// slot.
  private void giveUp(Throwable fault) {
    services.log.error("exchange.failed", "id", request.id(), "error", fault);
    dropWorker();
    done();
    recipient.broken();
  }

  private void use(Lease given) {
    if (state != State.QUEUED) {
      given.release();
      return;
    }
    state = State.CONNECTING;
    lease = given;
    recipient.servedBy(given.worker());
    SlotConnection left = given.connection();
    if (given.isBehind()
        && !(left instanceof WorkerConnection line && line.isUsable() && line.prefetch() > 0)) {
      leftOut(given);
      return;
    }
    boolean isFreshWanted = given.endpoint() instanceof Endpoint.Tcp && !method().isIdempotent();
    if (left instanceof WorkerConnection open && open.isUsable() && !isFreshWanted) {
      dispatch(open, given);
      return;
    }
    if (left != null) {
      left.close();
      given.connection(null);
    }
    services.connector.connect(given.endpoint(), loop, this::connected);
  }

  private void connected(@Nullable WorkerConnection opened, @Nullable Throwable failure) {
    Lease held = lease;
    if (state != State.CONNECTING || held == null) {
      if (opened != null) {
        opened.close();
      }
    } else if (opened != null) {
      held.connection(opened);
      try {
        dispatch(opened, held);
      } catch (RuntimeException | OutOfMemoryError e) {
        giveUp(e);
      }
    } else {
      lease = null;
      held.broken();
      if (mayReconnect()) {
        checkout(Priority.RETRY);
      } else {
        answerFault(WorkerFault.UNREACHABLE, held, String.valueOf(failure));
      }
    }
  }

  private void dispatch(WorkerConnection worker, Lease held) {
    state = State.AWAITING;
    connection = worker;
    heardNanos = System.nanoTime();
    RequestFrame frame =
        new RequestFrame(
            request,
            ClientOrigin.of(request.head(), request.peer(), services.trustedProxies),
            services);
    ByteBuf bytes =
        held.protocol() == WorkerProtocol.GATEWAY
            ? frame.gateway(services.connector.allocator(), upload.framing())
            : frame.http(services.connector.allocator(), upload.framing(), isExpectPassed());
    worker.begin(this, bytes);
    if (connection == worker && state == State.AWAITING) {
      upload.replay(worker);
    }
  }

  // The way back.

  private void interim(ResponseHead response) {
    if (response.status() == 100) {
      upload.want();
    } else if (state == State.AWAITING) {
      recipient.interim(response);
    }
  }

  private void upgrade(WorkerConnection worker, ResponseHead response) {
    state = State.TUNNEL;
    recipient.tunnel(response);
    Lease held = lease;
    if (held != null && held.protocol() == WorkerProtocol.GATEWAY) {
      // A hijacked connection is the app's own; its slot takes requests on a new one.
      lease = null;
      held.connection(null);
      held.release();
    }
    upload.want();
    worker.flush();
  }

  // Ends.

  /// A connection that failed before it took a byte does not count as a try.
  private boolean mayReconnect() {
    return upload.isReplayable() && tries.mayReconnect();
  }

  private boolean mayRetry(boolean wasWritten) {
    return upload.isReplayable() && tries.mayRepeat(wasWritten);
  }

  private void retry() {
    int number = tries.repeat();
    services.counters.retried.increment();
    services.log.info("request.retried", "id", request.id(), "attempt", number + 1);
    if (number == 1) {
      checkout(Priority.RETRY);
      return;
    }
    // Where several workers died at once, all of them are known to be dead after a pause.
    state = State.QUEUED;
    loop.schedule(
        () -> {
          if (state == State.QUEUED) {
            checkout(Priority.RETRY);
          }
        },
        RETRY_PAUSE_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  private void giveBack(WorkerConnection from, boolean isReusable) {
    Lease held = lease;
    connection = null;
    lease = null;
    boolean isCut = !upload.isSent();
    if (isCut) {
      from.close();
    }
    if (isThrottled) {
      isThrottled = false;
      from.read(true);
    }
    if (held != null) {
      if (isCut || !isReusable) {
        held.connection(null);
      }
      held.release();
    }
  }

  private void dropWorker() {
    WorkerConnection worker = connection;
    Lease held = lease;
    connection = null;
    lease = null;
    if (worker != null) {
      worker.abandon(this);
    }
    if (held != null) {
      held.connection(null);
      if (worker != null && held.protocol() == WorkerProtocol.GATEWAY) {
        held.broken();
      } else {
        held.release();
      }
    }
  }

  private void tookRefusal(Refusal refusal) {
    if (state == State.QUEUED) {
      fail(new Failure.Refused(refusal));
    }
  }

  private void answerFault(WorkerFault fault, @Nullable Lease held, String detail) {
    services.troubles.workerFailed(request.head(), request.id(), fault, held, detail);
    fail(new Failure.Faulted(502));
  }

  private void fail(Failure failure) {
    done();
    recipient.failed(failure);
  }

  private void done() {
    state = State.DONE;
    upload.close();
    ByteBuf error = appError;
    if (error != null) {
      appError = null;
      error.release();
    }
  }

  private @Nullable WorkerProtocol protocol() {
    return lease == null ? null : lease.protocol();
  }

  private boolean isExpectPassed() {
    return upload.isStreamed()
        && request.head().expectsContinue()
        && protocol() == WorkerProtocol.HTTP;
  }

  private String worker() {
    return lease == null ? "-" : lease.worker();
  }
}
