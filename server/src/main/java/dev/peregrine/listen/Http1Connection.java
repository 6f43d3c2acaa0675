package dev.peregrine.listen;

import dev.peregrine.http.Method;
import dev.peregrine.http.ReasonPhrase;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.RequestParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client connection that speaks HTTP/1.1; runs on its event loop only.
///
/// ```
/// HEAD ──head parsed──► EXCHANGE ──response and content ended──► HEAD
///   │                      ├──101──► TUNNEL
///   └──refused──► LINGER ◄─┘ response ended, content not
/// any ──► CLOSED
/// ```
///
/// `held` has the bytes that were read and not yet understood; nobody else owns it.
final class Http1Connection extends ChannelInboundHandlerAdapter {
  private static final int READ_AHEAD_BYTES = 16 * 1024;
  private static final int LINGER_BYTES = 64 * 1024;
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Peer LOCAL =
      new Peer(NetUtil.LOCALHOST4, "127.0.0.1", 0, "127.0.0.1", 0, false);

  private enum State {
    HEAD,
    EXCHANGE,
    TUNNEL,
    LINGER,
    CLOSED
  }

  final Front front;
  final LoopContext loop;
  final Channel channel;
  int tickerIndex = -1;

  private final RequestParser parser;
  private Peer peer = LOCAL;
  private State state = State.HEAD;
  private @Nullable ByteBuf held;
  private @Nullable Http1Stream stream;
  private boolean isProcessing;
  private boolean isReading = true;
  private boolean isInputClosed;
  private boolean isCounted;
  private int requestCount;
  private int lingerBytes;
  private long lastReadNanos;
  private boolean isFlushedForGood;
  final WriteProgress writes;

  /// Start of the state as far as its deadline is concerned: of the rest, the head, the linger.
  private long sinceNanos;

  Http1Connection(Front front, LoopContext loop, Channel channel) {
    this.front = front;
    this.loop = loop;
    this.channel = channel;
    this.parser = new RequestParser(front.config.limits());
    this.writes = new WriteProgress(channel);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    front.traffic.acceptedConnections.increment();
    peer = peerOf(channel);
    sinceNanos = System.nanoTime();
    boolean isRoom =
        front.traffic.openConnections.incrementAndGet() <= front.config.maxConnections()
            || loop.ticker.closeOldestIdle();
    loop.ticker.add(this);
    boolean isOfAddress = peer.port() > 0;
    isCounted = isOfAddress && front.addressCounts.add(peer.address());
    if (!isRoom || isCounted != isOfAddress) {
      front.traffic.refusedConnections.increment();
      reject(503, isRoom ? "too-many-connections-of-address" : "too-many-connections", "");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    lastReadNanos = System.nanoTime();
    switch (state) {
      case LINGER -> {
        lingerBytes += data.readableBytes();
        data.release();
        if (lingerBytes > LINGER_BYTES) {
          close();
        }
      }
      case CLOSED -> data.release();
      case HEAD, EXCHANGE, TUNNEL -> {
        held = held == null ? data : joined(held, data);
        process();
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event != ChannelInputShutdownEvent.INSTANCE || isInputClosed) {
      return;
    }
    isInputClosed = true;
    switch (state) {
      case HEAD, LINGER -> closeAfterFlush();
      case EXCHANGE, TUNNEL -> process();
      case CLOSED -> {}
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (stream != null && channel.isWritable()) {
      stream.writable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    state = State.CLOSED;
    loop.ticker.remove(this);
    front.traffic.openConnections.decrementAndGet();
    if (isCounted) {
      front.addressCounts.remove(peer.address());
    }
    releaseHeld();
    Http1Stream open = stream;
    stream = null;
    if (open != null) {
      open.gone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    close();
  }

  Peer peer() {
    return peer;
  }

  boolean isInputClosed() {
    return isInputClosed;
  }

  long lastReadNanos() {
    return lastReadNanos;
  }

  /// Whether no request is under way and the client has taken all that was sent to it.
  boolean isIdle() {
    return state == State.HEAD && !parser.isStarted() && writes.isAllTaken();
  }

  long idleSinceNanos() {
    return sinceNanos;
  }

  /// Whether the connection may carry another request after this one.
  boolean mayPersist() {
    return !front.isDraining
        && (!isInputClosed || isMoreHeld())
        && requestCount < front.config.maxRequestsPerConnection();
  }

  /// Understands what is held, as far as the state allows; calls from within are folded into one.
  void process() {
    if (isProcessing) {
      return;
    }
    isProcessing = true;
    try {
      while (step()) {}
    } finally {
      isProcessing = false;
    }
    ByteBuf rest = held;
    if (rest != null && !rest.isReadable()) {
      releaseHeld();
    }
    if (state == State.HEAD && isInputClosed) {
      closeAfterFlush();
    }
    steerReading();
  }

  /// The stream has ended both ways.
  void next() {
    stream = null;
    if (state == State.CLOSED) {
      return;
    }
    state = State.HEAD;
    sinceNanos = System.nanoTime();
    process();
  }

  /// Whether bytes of another request are here.
  private boolean isMoreHeld() {
    ByteBuf rest = held;
    return rest != null && rest.isReadable();
  }

  /// The response has ended and the connection must not be used again.
  void finish(boolean isContentComplete) {
    stream = null;
    if (state == State.CLOSED) {
      return;
    }
    ByteBuf rest = held;
    boolean isAllRead = isContentComplete && (rest == null || !rest.isReadable());
    linger();
    if (isAllRead) {
      closeAfterFlush();
    }
  }

  void enterTunnel() {
    state = State.TUNNEL;
  }

  void close() {
    channel.close();
  }

  /// Closes without waiting for what the client has not taken, and so that it cannot mistake what
  /// it got for the whole.
  void reset() {
    if (channel.config() instanceof SocketChannelConfig config) {
      config.setSoLinger(0);
    }
    channel.close();
  }

  void closeAfterFlush() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  void drain() {
    if (isIdle() || state == State.TUNNEL) {
      close();
    }
  }

  /// Sends a short fixed answer without any echo of the input and closes in the orderly way.
  void reject(int status, String reason, String detail) {
    front.traffic.rejected(reason);
    front.observer.rejected(peer, status, reason, detail);
    Http1Stream open = stream;
    boolean isHead = open != null && open.head().method() == Method.HEAD;
    if (open != null) {
      stream = null;
      open.rejected(status);
    }
    String phrase = status + " " + ReasonPhrase.of(status);
    String retry = status == 503 ? "Retry-After: 1\r\n" : "";
    ByteBuf answer = channel.alloc().directBuffer(256);
    ByteBufUtil.writeAscii(answer, "HTTP/1.1 " + phrase + "\r\n");
    answer.writeBytes(loop.dateLine());
    ByteBufUtil.writeAscii(
        answer,
        "Content-Type: text/plain\r\nCache-Control: no-store\r\nContent-Length: "
            + (phrase.length() + 1)
            + "\r\n"
            + retry
            + "Connection: close\r\n\r\n"
            + (isHead ? "" : phrase + "\n"));
    channel.writeAndFlush(answer);
    linger();
  }

  /// Looks at the deadlines; about twice a second.
  void tick(long nowNanos) {
    if (writes.isTooSlow(nowNanos, front.config)) {
      front.traffic.rejected("slow-reader");
      reset();
      return;
    }
    long waited = nowNanos - sinceNanos;
    switch (state) {
      case HEAD -> {
        if (parser.isStarted()) {
          if (waited > front.config.headerTimeout().toNanos()) {
            reject(408, "header-timeout", "");
          }
        } else if (!writes.isAllTaken()) {
          sinceNanos = nowNanos;
        } else if (waited > restLimitNanos()) {
          close();
        }
      }
      case EXCHANGE, TUNNEL -> stream().tick(nowNanos);
      case LINGER -> {
        if (isFlushedForGood && waited > LINGER_NANOS) {
          close();
        }
      }
      case CLOSED -> {}
    }
  }

  /// Moves the deadlines by a time in which nobody could act.
  void forgive(long nanos) {
    sinceNanos += nanos;
    lastReadNanos += nanos;
    writes.forgive(nanos);
    if (stream != null) {
      stream.forgive(nanos);
    }
  }

  private long restLimitNanos() {
    return requestCount == 0
        ? front.config.headerTimeout().toNanos()
        : front.config.idleTimeout().toNanos();
  }

  private Http1Stream stream() {
    Http1Stream open = stream;
    if (open == null) {
      throw new IllegalStateException("no exchange in state " + state);
    }
    return open;
  }

  private boolean step() {
    return switch (state) {
      case HEAD -> readHead();
      case EXCHANGE -> stream().deliver(held);
      case TUNNEL -> stream().deliverRaw(held);
      case LINGER, CLOSED -> {
        releaseHeld();
        yield false;
      }
    };
  }

  private boolean readHead() {
    ByteBuf data = held;
    if (data == null || !data.isReadable()) {
      return false;
    }
    boolean wasStarted = parser.isStarted();
    ByteBuffer in = data.internalNioBuffer(data.readerIndex(), data.readableBytes());
    int start = in.position();
    ParseResult<RequestHead> result = parser.feed(in);
    data.skipBytes(in.position() - start);
    return switch (result) {
      case ParseResult.NeedMore<RequestHead> _ -> {
        if (!wasStarted) {
          sinceNanos = lastReadNanos - sinceNanos > 0 ? lastReadNanos : sinceNanos;
        }
        yield false;
      }
      case ParseResult.Rejected<RequestHead>(var violation, var detail) -> {
        reject(violation.status(), violation.reason(), detail);
        yield false;
      }
      case ParseResult.Parsed<RequestHead>(var head) -> {
        begin(head);
        yield true;
      }
    };
  }

  private void begin(RequestHead head) {
    requestCount++;
    front.traffic.requests.increment();
    state = State.EXCHANGE;
    boolean isNew = lastReadNanos - sinceNanos > 0;
    Http1Stream begun = new Http1Stream(this, head, isNew ? lastReadNanos : sinceNanos);
    stream = begun;
    front.handler.handle(begun);
  }

  /// Reads on while somebody has use for the bytes; otherwise the client is slowed down.
  private void steerReading() {
    boolean wanted =
        switch (state) {
          case HEAD, LINGER -> true;
          case EXCHANGE, TUNNEL -> stream().wantsInput(held == null ? 0 : held.readableBytes());
          case CLOSED -> false;
        };
    if (wanted != isReading && state != State.CLOSED) {
      isReading = wanted;
      channel.config().setAutoRead(wanted);
    }
  }

  static boolean isReadAheadRoom(int heldBytes) {
    return heldBytes < READ_AHEAD_BYTES;
  }

  private void linger() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.LINGER;
    releaseHeld();
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> {
          isFlushedForGood = true;
          sinceNanos = System.nanoTime();
          if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
          }
        });
    if (isInputClosed) {
      closeAfterFlush();
    } else {
      steerReading();
    }
  }

  private void releaseHeld() {
    ByteBuf rest = held;
    held = null;
    if (rest != null) {
      rest.release();
    }
  }

  private ByteBuf joined(ByteBuf first, ByteBuf second) {
    ByteBuf all = channel.alloc().directBuffer(first.readableBytes() + second.readableBytes());
    all.writeBytes(first).writeBytes(second);
    first.release();
    second.release();
    return all;
  }

  private static Peer peerOf(Channel channel) {
    SocketAddress remote = channel.remoteAddress();
    SocketAddress local = channel.localAddress();
    if (remote instanceof InetSocketAddress from && local instanceof InetSocketAddress to) {
      return new Peer(
          from.getAddress(), numeric(from), from.getPort(), numeric(to), to.getPort(), false);
    }
    return LOCAL;
  }

  private static String numeric(InetSocketAddress address) {
    return NetUtil.toAddressString(address.getAddress(), true);
  }
}
