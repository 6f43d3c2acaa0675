package dev.peregrine.exchange;

import dev.peregrine.http.Framing;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Method;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.http.h1.ChunkedDecoder;
import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.ResponseParser;
import dev.peregrine.pool.SlotConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One connection to a slot of a worker, used for one exchange after the other; its state belongs
/// to its own event loop, which need not be the exchange's: events hop there.
///
/// ```
/// IDLE ──begin──► HEAD ──final head──► CONTENT ──end──► IDLE
///                  ├──101──► TUNNEL ──► CLOSED
/// any ──closed or broken──► CLOSED
/// ```
///
/// A quick worker is sent requests behind the one that it answers, as many as [Pace] says and the
/// pool gives places for. Those whose turn does not come, because the connection ends or the worker
/// has fallen silent, are left out: they were not begun and go elsewhere. That this is so after a
/// silence, too, is agreed with the loaders: no request is begun once this side has been ended, and
/// it is ended some time before anybody is left out.
final class WorkerConnection extends ChannelInboundHandlerAdapter implements SlotConnection {
  /// How long the worker may be silent before this side is ended, and then before those who wait
  /// behind are left out.
  private static final int SILENCE_MILLIS = 10;

  private enum State {
    IDLE,
    HEAD,
    CONTENT,
    TUNNEL,
    CLOSED
  }

  private final Channel channel;
  private final EventLoop loop;
  private final ResponseParser parser;
  private final HeadLimits limits;
  private final Pace pace;
  private State state = State.IDLE;
  private @Nullable OriginRequest exchange;
  private Method method = Method.OTHER;
  private @Nullable ByteBuf held;
  private @Nullable ChunkedDecoder chunks;
  private long remaining;
  private boolean isUntilClose;
  private boolean isPersistent;
  private boolean isUpgradeAsked;
  private boolean isWritten;

  /// Requests that have been sent behind the one that is being answered.
  private final ArrayDeque<OriginRequest> behind = new ArrayDeque<>();

  private final Runnable flushing = this::flushBehind;
  private boolean isFlushDue;
  private boolean isWatched;
  private boolean isHalfClosed;
  private boolean isAbandoned;

  /// Whether the present exchange was sent behind another one.
  private boolean isFollower;

  private int ended;

  /// What other threads have posted to the loop and it has not yet done.
  private final AtomicInteger underway = new AtomicInteger();

  WorkerConnection(Channel channel, HeadLimits limits, Pace pace) {
    this.channel = channel;
    this.pace = pace;
    this.loop = channel.eventLoop();
    this.limits = limits;
    this.parser = new ResponseParser(limits);
  }

  @Override
  public EventLoop home() {
    return loop;
  }

  @Override
  public int prefetch() {
    return pace.prefetch();
  }

  @Override
  public void close() {
    channel.close();
  }

  /// Whether the worker still holds its end, as far as is known; any thread.
  boolean isUsable() {
    return channel.isActive();
  }

  /// Sends the head of a request, on any thread; takes the buffer. Content follows by `write`.
  void begin(OriginRequest next, ByteBuf frame) {
    if (mayActNow()) {
      beginHere(next, frame);
    } else {
      post(() -> beginHere(next, frame));
    }
  }

  /// Sends content (a buffer or a file region) without a flush, on any thread.
  void write(Object content) {
    if (mayActNow()) {
      channel.write(content, channel.voidPromise());
    } else {
      post(() -> channel.write(content, channel.voidPromise()));
    }
  }

  void flush() {
    if (mayActNow()) {
      channel.flush();
    } else {
      post(channel::flush);
    }
  }

  /// Whether nothing that another thread sends is still on its way to the loop: what the loop sends
  /// itself would overtake it, and end up before the rest of an earlier request.
  private boolean mayActNow() {
    return loop.inEventLoop() && underway.get() == 0;
  }

  private void post(Runnable action) {
    underway.incrementAndGet();
    loop.execute(() -> {
      underway.decrementAndGet();
      action.run();
    });
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  /// Stops or goes on reading what the worker sends, on any thread.
  void read(boolean wanted) {
    channel.config().setAutoRead(wanted);
  }

  void shutdownOutput() {
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> {
          if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
          }
        });
  }

  /// Forgets the exchange and closes, on any thread. The worker may have begun on those behind.
  void abandon(OriginRequest by) {
    if (loop.inEventLoop()) {
      forget(by);
    }
    loop.execute(() -> {
      forget(by);
      dismissBehind(true);
      close();
    });
  }

  private void forget(OriginRequest by) {
    isAbandoned = true;
    isPersistent = false;
    pace.stop();
    if (exchange == by) {
      exchange = null;
    }
  }

  void closeAfterFlush() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    ByteBuf before = held;
    if (before != null) {
      ByteBuf all = channel.alloc().directBuffer(before.readableBytes() + data.readableBytes());
      all.writeBytes(before).writeBytes(data);
      before.release();
      data.release();
      data = all;
    }
    held = data;
    while (step()) {}
    pace.measure();
    ByteBuf rest = held;
    if (rest != null && !rest.isReadable()) {
      held = null;
      rest.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    OriginRequest current = exchange;
    if (current != null) {
      if (isHome(current)) {
        current.workerPaused(this);
      } else {
        current.loop().execute(() -> current.workerPaused(this));
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    OriginRequest current = exchange;
    if (current != null && channel.isWritable()) {
      if (isHome(current)) {
        current.workerWritable(this);
      } else {
        current.loop().execute(() -> current.workerWritable(this));
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      ended();
      if (state != State.TUNNEL) {
        close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended();
    pace.stop();
    state = State.CLOSED;
    ByteBuf rest = held;
    held = null;
    if (rest != null) {
      rest.release();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof ChannelOutputShutdownException)) {
      close();
    }
  }

  private void beginHere(OriginRequest next, ByteBuf frame) {
    if (exchange != null) {
      follow(next, frame);
      return;
    }
    exchange = next;
    isFollower = false;
    method = next.method();
    isUpgradeAsked = next.isUpgradeAsked();
    isWritten = false;
    if (state != State.IDLE || !channel.isActive()) {
      frame.release();
      fail(WorkerFault.CLOSED, "");
      return;
    }
    state = State.HEAD;
    pace.begin();
    channel.writeAndFlush(frame, channel.voidPromise());
    isWritten = channel.unsafe().outboundBuffer() != null;
    if (isHome(next)) {
      next.workerTook(this);
    } else {
      next.loop().execute(() -> next.workerTook(this));
    }
  }

  /// Sends a request behind others; such leave together once the loop has nothing else to do.
  private void follow(OriginRequest next, ByteBuf frame) {
    behind.add(next);
    channel.write(frame, channel.voidPromise());
    if (!isFlushDue) {
      isFlushDue = true;
      loop.execute(flushing);
    }
    watch();
  }

  private void flushBehind() {
    isFlushDue = false;
    channel.flush();
  }

  private void watch() {
    if (!isWatched) {
      isWatched = true;
      int before = ended;
      loop.schedule(() -> look(before), SILENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void look(int before) {
    isWatched = false;
    if (behind.isEmpty()) {
      return;
    }
    if (ended == before && isHalfClosed) {
      dismissBehind(false);
      OriginRequest current = exchange;
      if (current != null && state == State.CONTENT) {
        current.workerUnfollowed(this);
      }
      return;
    }
    if (ended == before) {
      halfClose();
    }
    watch();
  }

  /// Ends this side at once, without what has not been sent yet.
  private void halfClose() {
    isHalfClosed = true;
    pace.stop();
    if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
  }

  /// Sends those away whose turn will not come; it was a try if the worker may have begun on them.
  private void dismissBehind(boolean mayBeBegun) {
    pace.stop();
    for (OriginRequest next = behind.poll(); next != null; next = behind.poll()) {
      if (mayBeBegun) {
        next.workerFailed(this, WorkerFault.CLOSED, true, "");
      } else {
        next.workerLeftOut(this);
      }
    }
  }

  /// Whether requests wait behind the present one; such have their home on this loop.
  boolean isFollowed() {
    return loop.inEventLoop() && !behind.isEmpty();
  }

  /// The worker sends no more: the natural end of content without a length, else a fault.
  private void ended() {
    if (state == State.TUNNEL || (state == State.CONTENT && isUntilClose)) {
      isPersistent = false;
      end();
    } else if (exchange != null) {
      fail(WorkerFault.CLOSED, "");
    }
  }

  private boolean step() {
    ByteBuf data = held;
    if (data == null || !data.isReadable()) {
      return false;
    }
    return switch (state) {
      case HEAD -> readHead(data);
      case CONTENT -> readContent(data);
      case TUNNEL -> {
        tell(data.readRetainedSlice(data.readableBytes()));
        yield false;
      }
      case IDLE, CLOSED -> {
        data.skipBytes(data.readableBytes());
        close();
        yield false;
      }
    };
  }

  private boolean readHead(ByteBuf data) {
    ByteBuffer in = data.internalNioBuffer(data.readerIndex(), data.readableBytes());
    int start = in.position();
    ParseResult<ResponseHead> result = parser.feed(in);
    data.skipBytes(in.position() - start);
    return switch (result) {
      case ParseResult.NeedMore<ResponseHead> _ -> false;
      case ParseResult.Rejected<ResponseHead>(var violation, var detail) -> {
        fail(
            WorkerFault.MALFORMED,
            detail.isEmpty() ? violation.reason() : violation.reason() + " " + detail);
        close();
        yield false;
      }
      case ParseResult.Parsed<ResponseHead>(var head) -> {
        took(head);
        yield true;
      }
    };
  }

  private void took(ResponseHead head) {
    if (head.status() == 101) {
      if (isUpgradeAsked) {
        state = State.TUNNEL;
        tell(head, false);
      } else {
        fail(WorkerFault.MALFORMED, "status 101 without an upgrade request");
        close();
      }
      return;
    }
    if (head.status() < 200) {
      tell(head, false);
      return;
    }
    state = State.CONTENT;
    Framing framing = head.framing(method);
    isUntilClose = framing instanceof Framing.UntilClose;
    isPersistent = head.isKeepAlive() && !isUntilClose && !isAbandoned;
    chunks = framing instanceof Framing.Chunked ? new ChunkedDecoder(limits) : null;
    remaining = framing instanceof Framing.Length(var length) ? length : 0;
    tell(head, true);
    if (chunks == null && !isUntilClose && remaining == 0) {
      end();
    }
  }

  private boolean readContent(ByteBuf data) {
    ChunkedDecoder decoder = chunks;
    if (decoder != null) {
      return readChunk(decoder, data);
    }
    if (isUntilClose) {
      tell(data.readRetainedSlice(data.readableBytes()));
      return false;
    }
    int length = (int) Math.min(remaining, data.readableBytes());
    remaining -= length;
    tell(data.readRetainedSlice(length));
    if (remaining == 0) {
      end();
    }
    return true;
  }

  private boolean readChunk(ChunkedDecoder decoder, ByteBuf data) {
    int index = data.readerIndex();
    ByteBuffer in = data.internalNioBuffer(index, data.readableBytes());
    int start = in.position();
    ChunkedDecoder.Event event = decoder.next(in);
    data.skipBytes(in.position() - start);
    return switch (event) {
      case NEED_MORE -> false;
      case DATA -> {
        tell(data.retainedSlice(index + decoder.dataStart() - start, decoder.dataLength()));
        yield true;
      }
      case END -> {
        OriginRequest current = exchange;
        if (current != null && decoder.trailers().size() > 0) {
          tellTrailers(current, decoder);
        }
        end();
        yield true;
      }
      case REJECTED -> {
        fail(WorkerFault.MALFORMED, decoder.violation().reason());
        close();
        yield false;
      }
    };
  }

  /// The response is whole. Anything that is left over was not asked for: the connection is
  /// dropped.
  private void end() {
    ended++;
    pace.count();
    OriginRequest next = isPersistent ? behind.poll() : null;
    if (next != null) {
      advance(next);
      return;
    }
    ByteBuf rest = held;
    boolean isSurplus = rest != null && rest.isReadable();
    if (isSurplus || !isPersistent || isHalfClosed || !isRequestSent()) {
      isPersistent = false;
      state = State.CLOSED;
      if (rest != null) {
        rest.skipBytes(rest.readableBytes());
      }
    } else {
      state = State.IDLE;
    }
    boolean isReusable = isPersistent;
    OriginRequest current = exchange;
    exchange = null;
    if (!isReusable) {
      dismissBehind(isAbandoned);
      closeAfterFlush();
    }
    if (current == null) {
      return;
    }
    if (isHome(current)) {
      current.responseEnd(this, isReusable);
    } else {
      current.loop().execute(() -> current.responseEnd(this, isReusable));
    }
  }

  /// What follows in the stream answers the next request.
  private void advance(OriginRequest next) {
    OriginRequest last = exchange;
    exchange = next;
    isFollower = true;
    method = next.method();
    isUpgradeAsked = false;
    isWritten = true;
    state = State.HEAD;
    if (last != null) {
      last.responseEnd(this, true);
    }
  }

  private boolean isRequestSent() {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    return unsent != null && unsent.isEmpty();
  }

  private void fail(WorkerFault fault, String detail) {
    OriginRequest current = exchange;
    boolean isClosed = fault == WorkerFault.CLOSED;
    boolean isLeftOut = isClosed && isHalfClosed && isFollower && state == State.HEAD;
    exchange = null;
    state = State.CLOSED;
    dismissBehind(!isClosed);
    if (current == null) {
      return;
    }
    if (isLeftOut) {
      current.workerLeftOut(this);
      return;
    }
    boolean wasWritten = isWritten;
    if (isHome(current)) {
      current.workerFailed(this, fault, wasWritten, detail);
    } else {
      current.loop().execute(() -> current.workerFailed(this, fault, wasWritten, detail));
    }
  }

  private void tell(ResponseHead head, boolean isFinal) {
    OriginRequest current = exchange;
    if (current == null) {
      return;
    }
    if (isHome(current)) {
      current.responseHead(this, head, isFinal);
    } else {
      current.loop().execute(() -> current.responseHead(this, head, isFinal));
    }
  }

  private void tell(ByteBuf content) {
    OriginRequest current = exchange;
    if (current == null) {
      content.release();
    } else if (isHome(current)) {
      current.responseContent(this, content);
    } else {
      current.loop().execute(() -> current.responseContent(this, content));
    }
  }

  private void tellTrailers(OriginRequest current, ChunkedDecoder decoder) {
    var trailers = decoder.trailers();
    if (isHome(current)) {
      current.responseTrailers(this, trailers);
    } else {
      current.loop().execute(() -> current.responseTrailers(this, trailers));
    }
  }

  private boolean isHome(OriginRequest current) {
    return current.loop().equals(loop);
  }
}
