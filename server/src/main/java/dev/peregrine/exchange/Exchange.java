package dev.peregrine.exchange;

import dev.peregrine.app.WorkerProtocol;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.ContentReceiver;
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
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request carried to a worker and its response back; runs on the client's event loop, to which
/// pool and worker connection hop.
///
/// ```
/// RECEIVING ─content is here─► QUEUED ─leased─► CONNECTING ─► AWAITING ─final head─► RESPONDING ─► DONE
///                                 ▲               │ │            │ ├─app raised─► APP_ERROR ──────► DONE
///                                 └───────────────┴─┼────────────┘ └─101─► TUNNEL ────────────────► DONE
///                          tried again, by the rule │
///                  client gone: ─► DISCARDING (until the worker has answered) ─► DONE
/// ```
///
/// It is tried again only while no byte of an answer was sent, by the rule of `Tries`.
final class Exchange implements Applicant, ContentReceiver, SpoolFile.Watcher {
  private static final int RETRY_PAUSE_MILLIS = 100;
  private static final int APP_ERROR_BYTES = 256 * 1024;

  private enum State {
    RECEIVING,
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
  private final ClientStream stream;
  private final RequestHead head;
  private final EventLoop loop;
  private final String requestId;
  private final Tries tries;
  private final long startMicros = System.currentTimeMillis() * 1000;
  private State state = State.RECEIVING;
  private @Nullable RequestBuffer requestBuffer;
  private @Nullable ResponseBuffer responseBuffer;
  private @Nullable Lease lease;
  private @Nullable WorkerConnection connection;
  private @Nullable ByteBuf appError;
  private long receivedBytes;
  private boolean isContentComplete;
  private boolean isContentSent;
  private boolean isWorkerDone;
  private boolean isWorkerThrottled;
  private long heardNanos;

  Exchange(Services services, ClientStream stream) {
    this.services = services;
    this.stream = stream;
    this.head = stream.head();
    this.loop = stream.loop();
    this.tries = new Tries(head.method());
    this.requestId = RequestIds.of(head.fields().first(FieldName.X_REQUEST_ID));
  }

  void begin() {
    stream.requestId(requestId);
    if (hasContent() && !services.config.requestBuffering()) {
      stream.pauseContent();
      stream.receive(this);
      if (state == State.RECEIVING) {
        checkout(Priority.NORMAL);
      }
      return;
    }
    if (hasContent()) {
      requestBuffer =
          new RequestBuffer(
              services.config.bufferMemoryBytes(),
              services.connector.allocator(),
              spoolFile(),
              services.bufferMemory);
    }
    stream.receive(this);
  }

  @Override
  public EventLoop home() {
    return loop;
  }

  EventLoop loop() {
    return loop;
  }

  Method method() {
    return head.method();
  }

  boolean isUpgradeAsked() {
    return head.upgrade() != null;
  }

  // From the client.

  @Override
  public void content(ByteBuf data) {
    receivedBytes += data.readableBytes();
    RequestBuffer buffer = requestBuffer;
    WorkerConnection worker = connection;
    if (state == State.TUNNEL && worker != null) {
      sendOn(worker, data);
    } else if (receivedBytes > services.config.maxContentBytes()) {
      data.release();
      refuseContent(413, "content-too-large");
    } else if (buffer != null) {
      buffer.add(data);
      if (buffer.isCongested()) {
        stream.pauseContent();
      }
    } else if (state == State.AWAITING || state == State.RESPONDING) {
      sendPiece(data);
    } else {
      data.release();
    }
  }

  @Override
  public void contentEnd() {
    isContentComplete = true;
    if (state == State.RECEIVING) {
      if (requestBuffer == null || requestBuffer.isSettled()) {
        checkout(Priority.NORMAL);
      }
    } else if (requestBuffer == null && connection != null && hasContent()) {
      if (head.framing() instanceof Framing.Chunked) {
        connection.write(
            Unpooled.copiedBuffer("0\r\n\r\n", java.nio.charset.StandardCharsets.US_ASCII));
      }
      connection.flush();
      isContentSent = true;
      heardNanos = System.nanoTime();
    }
  }

  @Override
  public void inputClosed() {
    if (state == State.TUNNEL && connection != null) {
      connection.shutdownOutput();
    } else if (state == State.QUEUED) {
      stream.probeClient();
    }
  }

  @Override
  public void clientGone() {
    WorkerConnection worker = connection;
    Lease held = lease;
    switch (state) {
      case QUEUED -> services.pool.withdraw(this);
      case AWAITING -> {
        boolean isWhole = isRequestSent();
        if (held != null
            && held.protocol() == WorkerProtocol.GATEWAY
            && worker != null
            && isWhole) {
          state = State.DISCARDING;
          closeBuffers();
          worker.read(true);
          watchSilence();
          return;
        }
        dropWorker();
      }
      case RECEIVING, CONNECTING, RESPONDING, APP_ERROR, TUNNEL, DISCARDING, DONE -> dropWorker();
    }
    done();
  }

  @Override
  public void writable() {
    ResponseBuffer waiting = responseBuffer;
    if (waiting != null) {
      drain(waiting);
    } else if (state == State.TUNNEL) {
      throttleWorker(false);
    }
  }

  @Override
  public void tick(long nowNanos) {
    if (state == State.AWAITING
        && services.maxSilenceNanos > 0
        && isRequestSent()
        && nowNanos - heardNanos > services.maxSilenceNanos) {
      endSilence();
      services.answers.failed(stream, 504, requestId);
      done();
    }
  }

  /// A stream whose client has gone ticks no more; its worker may yet be stuck.
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
        requestId,
        "worker",
        worker(),
        "limit",
        services.config.maxRequestTime().orElseThrow());
    Lease held = lease;
    WorkerConnection worker = connection;
    connection = null;
    lease = null;
    if (worker != null) {
      worker.abandon();
    }
    if (held != null) {
      held.stalled();
    }
  }

  // From the disk.

  @Override
  public void spooled() {
    RequestBuffer buffer = requestBuffer;
    if (state == State.RECEIVING && buffer != null) {
      if (isContentComplete && buffer.isSettled()) {
        checkout(Priority.NORMAL);
      } else if (!buffer.isCongested()) {
        stream.resumeContent();
      }
    }
    ResponseBuffer waiting = responseBuffer;
    if (waiting != null) {
      drain(waiting);
    }
  }

  @Override
  public void spoolFailed(IOException cause) {
    services.troubles.diskFailed(requestId, cause);
    if (state == State.RECEIVING) {
      refuseContent(507, "spool-failed");
    } else if (responseBuffer != null) {
      dropWorker();
      stream.abort();
      done();
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
      answerRefusal(refusal);
    } else {
      loop.execute(() -> answerRefusal(refusal));
    }
  }

  // From the worker's connection, which hops to this loop.

  void workerTook(WorkerConnection from) {
    if (from == connection && requestBuffer == null && hasContent() && !isExpectPassed()) {
      stream.resumeContent();
    }
  }

  void responseHead(WorkerConnection from, ResponseHead response, boolean isFinal) {
    if (from != connection) {
      return;
    }
    heardNanos = System.nanoTime();
    boolean isUpgrade = response.status() == 101;
    if (state == State.DISCARDING && (isFinal || isUpgrade)) {
      dropWorker();
      done();
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
      respond(response);
    }
  }

  void responseContent(WorkerConnection from, ByteBuf data) {
    ByteBuf error = appError;
    ResponseBuffer waiting = responseBuffer;
    if (from != connection) {
      data.release();
    } else if (state == State.TUNNEL) {
      stream.write(data);
      if (!stream.isWritable()) {
        throttleWorker(true);
      }
    } else if (state == State.APP_ERROR && error != null) {
      if (error.readableBytes() + data.readableBytes() <= APP_ERROR_BYTES) {
        error.writeBytes(data);
      }
      data.release();
    } else if (state != State.RESPONDING) {
      data.release();
    } else if (waiting != null || !stream.isWritable()) {
      store(data);
    } else {
      stream.write(data);
    }
  }

  void responseTrailers(WorkerConnection from, FieldSection trailers) {
    if (from == connection && state == State.RESPONDING && takesTrailers()) {
      stream.trailers(trailers);
    }
  }

  /// The worker has nothing more to say for the moment.
  void workerPaused(WorkerConnection from) {
    if (from == connection && (state == State.RESPONDING || state == State.TUNNEL)) {
      stream.flush();
    }
  }

  void workerWritable(WorkerConnection from) {
    if (from == connection && (requestBuffer == null || state == State.TUNNEL)) {
      stream.resumeContent();
    }
  }

  void responseEnd(WorkerConnection from, boolean isReusable) {
    if (from != connection) {
      return;
    }
    giveBack(from, isReusable);
    ByteBuf error = appError;
    if (state == State.APP_ERROR && error != null) {
      services.answers.raised(stream, error, requestId);
      done();
    } else if (state == State.RESPONDING && responseBuffer != null) {
      isWorkerDone = true;
      drain(responseBuffer);
    } else {
      if (state != State.DISCARDING) {
        stream.end();
      }
      done();
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
        services.troubles.workerFailed(head, requestId, fault, held, detail);
        stream.abort();
        done();
      }
      case RECEIVING, QUEUED, CONNECTING, DISCARDING, DONE -> done();
    }
  }

  // The way to the worker.

  private void checkout(Priority priority) {
    state = State.QUEUED;
    if (requestBuffer == null && hasContent()) {
      stream.pauseContent();
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
    services.log.error("exchange.failed", "id", requestId, "error", fault);
    dropWorker();
    done();
    stream.abort();
  }

  private void use(Lease given) {
    if (state != State.QUEUED) {
      given.release();
      return;
    }
    state = State.CONNECTING;
    lease = given;
    stream.servedBy(given.worker());
    SlotConnection left = given.connection();
    boolean isFreshWanted =
        given.endpoint() instanceof Endpoint.Tcp && !head.method().isIdempotent();
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
    RequestBuffer buffer = requestBuffer;
    Framing framing = buffer == null ? head.framing() : Framing.Length.of(buffer.size());
    RequestFrame frame =
        new RequestFrame(
            head,
            stream.peer(),
            ClientOrigin.of(head, stream.peer(), services.trustedProxies),
            requestId,
            startMicros,
            services.config.passUnderscores(),
            services.via);
    ByteBuf bytes =
        held.protocol() == WorkerProtocol.GATEWAY
            ? frame.gateway(services.connector.allocator(), framing)
            : frame.http(services.connector.allocator(), framing, isExpectPassed());
    worker.begin(this, bytes);
    if (buffer != null && buffer.size() > 0 && connection == worker && state == State.AWAITING) {
      buffer.replay(worker::write);
      worker.flush();
    }
  }

  private void sendPiece(ByteBuf data) {
    WorkerConnection worker = connection;
    if (worker == null) {
      data.release();
      return;
    }
    if (head.framing() instanceof Framing.Chunked) {
      ByteBuf size = services.connector.allocator().directBuffer(16);
      ByteBufUtil.writeAscii(size, Integer.toHexString(data.readableBytes()) + "\r\n");
      worker.write(size);
      worker.write(data);
      worker.write(Unpooled.wrappedBuffer(new byte[] {'\r', '\n'}));
      worker.flush();
    } else {
      sendOn(worker, data);
    }
    if (!worker.isWritable()) {
      stream.pauseContent();
    }
  }

  private void sendOn(WorkerConnection worker, ByteBuf data) {
    worker.write(data);
    worker.flush();
    if (!worker.isWritable()) {
      stream.pauseContent();
    }
  }

  // The way to the client.

  private void interim(ResponseHead response) {
    if (response.status() == 100) {
      stream.resumeContent();
    } else if (state == State.AWAITING) {
      stream.interim(ResponseFields.whole(services.connector.allocator(), response));
    }
  }

  private void upgrade(WorkerConnection worker, ResponseHead response) {
    state = State.TUNNEL;
    stream.tunnel(ResponseFields.whole(services.connector.allocator(), response));
    Lease held = lease;
    if (held != null && held.protocol() == WorkerProtocol.GATEWAY) {
      // A hijacked connection is the app's own; its slot takes requests on a new one.
      lease = null;
      held.connection(null);
      held.release();
    }
    stream.resumeContent();
    worker.flush();
  }

  private void respond(ResponseHead response) {
    String file = services.sendfile.fileOf(response);
    if (file != null) {
      state = State.DISCARDING;
      services.sendfile.send(stream, response, file, requestId);
      return;
    }
    ByteBuf out = stream.beginHead(response.status(), response.reason());
    boolean hasDate = ResponseFields.copy(response, out, head.method(), requestId, services.via);
    stream.commit(out, response.framing(head.method()), hasDate);
  }

  private void store(ByteBuf data) {
    ResponseBuffer waiting = responseBuffer;
    if (waiting == null) {
      waiting =
          new ResponseBuffer(
              services.config.bufferMemoryBytes(),
              services.config.responseHighWatermarkBytes(),
              spoolFile(),
              services.bufferMemory);
      responseBuffer = waiting;
    }
    waiting.add(data);
    if (waiting.isFull()) {
      throttleWorker(true);
    }
    // The worker may be done before it pauses, and what is not flushed never makes room. Last,
    // because room may be made at once.
    stream.flush();
  }

  private void drain(ResponseBuffer waiting) {
    waiting.drainTo(stream);
    if (responseBuffer != waiting) {
      return; // sending made room, and the call from there has finished the work
    }
    if (!waiting.isFull()) {
      throttleWorker(false);
    }
    if (waiting.isEmpty()) {
      responseBuffer = null;
      waiting.close();
      if (isWorkerDone) {
        stream.end();
        done();
      }
    }
  }

  private void throttleWorker(boolean wanted) {
    if (isWorkerThrottled != wanted && connection != null) {
      isWorkerThrottled = wanted;
      connection.read(!wanted);
    }
  }

  // Ends.

  /// A connection that failed before it took a byte does not count as a try.
  private boolean mayReconnect() {
    return isReplayable() && tries.mayReconnect();
  }

  /// Whether the app has all that it may wait for.
  private boolean isRequestSent() {
    return requestBuffer != null || isContentSent || !hasContent();
  }

  private boolean isReplayable() {
    return !hasContent() || requestBuffer != null || receivedBytes == 0;
  }

  private boolean mayRetry(boolean wasWritten) {
    return isReplayable() && tries.mayRepeat(wasWritten);
  }

  private void retry() {
    int number = tries.repeat();
    services.counters.retried.increment();
    services.log.info("request.retried", "id", requestId, "attempt", number + 1);
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
    boolean isCut = hasContent() && requestBuffer == null && !isContentSent;
    if (isCut) {
      from.close();
    }
    if (isWorkerThrottled) {
      isWorkerThrottled = false;
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
      worker.abandon();
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

  private void refuseContent(int status, String reason) {
    dropWorker();
    if (state == State.QUEUED) {
      services.pool.withdraw(this);
    }
    done();
    stream.reject(status, reason);
  }

  private void answerRefusal(Refusal refusal) {
    if (state == State.QUEUED) {
      services.answers.refused(stream, refusal, requestId);
      done();
    }
  }

  private void answerFault(WorkerFault fault, @Nullable Lease held, String detail) {
    services.troubles.workerFailed(head, requestId, fault, held, detail);
    services.answers.failed(stream, 502, requestId);
    done();
  }

  private void done() {
    state = State.DONE;
    closeBuffers();
  }

  private void closeBuffers() {
    RequestBuffer request = requestBuffer;
    if (request != null) {
      requestBuffer = null;
      request.close();
    }
    ResponseBuffer response = responseBuffer;
    if (response != null) {
      responseBuffer = null;
      response.close();
    }
    ByteBuf error = appError;
    if (error != null) {
      appError = null;
      error.release();
    }
  }

  private SpoolFile spoolFile() {
    return new SpoolFile(services.config.bufferDirectory(), services.executor, loop, this);
  }

  private boolean hasContent() {
    return !(head.framing() instanceof Framing.None)
        && !(head.framing() instanceof Framing.Length(var length) && length == 0);
  }

  private boolean takesTrailers() {
    String te = head.fields().first(FieldName.TE);
    return te != null && te.contains("trailers");
  }

  private @Nullable WorkerProtocol protocol() {
    return lease == null ? null : lease.protocol();
  }

  private boolean isExpectPassed() {
    return requestBuffer == null && head.expectsContinue() && protocol() == WorkerProtocol.HTTP;
  }

  private String worker() {
    return lease == null ? "-" : lease.worker();
  }
}
