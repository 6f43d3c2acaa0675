package dev.peregrine.listen;

import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.epoll.EpollSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request and its response on an HTTP/1.1 connection; runs on the connection's event loop
/// only.
///
/// Content in is `RequestContent`'s; this class frames what goes out. Small content is joined with
/// the head into one buffer, so that a short response is one write.
final class Http1Stream implements ClientStream {
  private static final int HEAD_BYTES = 768;

  /// Room for the status line and what `commit` adds.
  private static final int START_BYTES = 256;

  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n");
  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

  private final Http1Connection connection;
  private final Channel channel;
  private final RequestHead head;
  private final long startNanos;
  private final RequestContent content;
  private @Nullable ContentReceiver receiver;

  /// The response head, from `beginHead` until it is handed to the channel.
  private @Nullable ByteBuf pending;

  private @Nullable FieldSection trailers;
  private Framing framing = Framing.NONE;
  private int status;
  private long contentBytes;
  private boolean isCommitted;
  private boolean isPersistent;
  private boolean isOver;
  private boolean isTunnel;
  private boolean isContinueSent;
  private boolean isInputClosedTold;
  private @Nullable String worker;
  private @Nullable String requestId;

  Http1Stream(Http1Connection connection, RequestHead head, long startNanos) {
    this.connection = connection;
    this.channel = connection.channel;
    this.head = head;
    this.startNanos = startNanos;
    this.content = new RequestContent(head.framing(), connection.front.config.limits(), startNanos);
  }

  @Override
  public RequestHead head() {
    return head;
  }

  @Override
  public EventLoop loop() {
    return connection.loop.loop;
  }

  @Override
  public Peer peer() {
    return connection.peer();
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public void servedBy(String name) {
    worker = name;
  }

  @Override
  public void requestId(String id) {
    requestId = id;
  }

  @Override
  public void receive(ContentReceiver taker) {
    if (isOver) {
      taker.clientGone();
      return;
    }
    receiver = taker;
    sendContinue();
    connection.process();
  }

  @Override
  public void pauseContent() {
    content.pause();
    connection.process();
  }

  @Override
  public void resumeContent() {
    content.resume(System.nanoTime());
    sendContinue();
    connection.process();
  }

  /// A closed socket answers a probe with a reset, which the kernel shows as the state CLOSE.
  @Override
  public void probeClient() {
    if (isCommitted || isOver) {
      return;
    }
    if (head.minorVersion() == 0 || !(channel instanceof EpollSocketChannel socket)) {
      abort();
      return;
    }
    channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
    loop().schedule(() -> closeIfReset(socket), 50, TimeUnit.MILLISECONDS);
  }

  @Override
  public void reject(int code, String reason) {
    if (isOver) {
      return;
    }
    if (isCommitted) {
      abort();
    } else {
      receiver = null;
      connection.reject(code, reason, "");
    }
  }

  @Override
  public void interim(ByteBuf interimHead) {
    if (head.minorVersion() == 0 || isCommitted || isOver) {
      interimHead.release();
    } else {
      channel.writeAndFlush(interimHead);
    }
  }

  @Override
  public ByteBuf beginHead(int code, String reason) {
    return beginHead(code, reason, HEAD_BYTES);
  }

  @Override
  public ByteBuf beginHead(int code, String reason, int room) {
    status = code;
    ByteBuf out = channel.alloc().directBuffer(START_BYTES + room);
    if (code == 200 && reason.equals("OK")) {
      return out.writeBytes(OK);
    }
    ByteBufUtil.writeAscii(out, "HTTP/1.1 ");
    out.writeByte('0' + code / 100).writeByte('0' + code / 10 % 10).writeByte('0' + code % 10);
    out.writeByte(' ');
    ByteBufUtil.writeAscii(out, reason);
    return out.writeBytes(CRLF);
  }

  @Override
  public void commit(ByteBuf out, Framing responseFraming, boolean hasDate) {
    if (isOver) {
      out.release();
      return;
    }
    isCommitted = true;
    framing = responseFraming;
    boolean isOld = head.minorVersion() == 0;
    isPersistent = head.isKeepAlive() && connection.mayPersist() && isContentToCome();
    switch (responseFraming) {
      case Framing.None _ -> {}
      case Framing.Length(var length) -> {
        Decimal.write(out.writeBytes(CONTENT_LENGTH), length);
        out.writeBytes(CRLF);
      }
      case Framing.Chunked _ -> writeChunkedOrClose(out, isOld);
      case Framing.UntilClose _ -> writeChunkedOrClose(out, isOld);
    }
    if (!hasDate) {
      out.writeBytes(connection.loop.dateLine());
    }
    if (!isPersistent) {
      out.writeBytes(CLOSE);
    } else if (isOld) {
      out.writeBytes(KEEP_ALIVE);
    }
    pending = out.writeBytes(CRLF);
  }

  @Override
  public boolean isCommitted() {
    return isCommitted;
  }

  @Override
  public void write(ByteBuf data) {
    int length = data.readableBytes();
    if (isOver || length == 0 || head.method() == Method.HEAD) {
      data.release();
      return;
    }
    contentBytes += length;
    if (framing instanceof Framing.Chunked) {
      ByteBuf out = pendingOrNew();
      ByteBufUtil.writeAscii(out, Integer.toHexString(length));
      out.writeBytes(CRLF);
      put(data);
      pendingOrNew().writeBytes(CRLF);
    } else {
      put(data);
    }
  }

  @Override
  public void write(int length, Consumer<ByteBuf> writer) {
    if (isOver || length == 0 || head.method() == Method.HEAD) {
      return;
    }
    if (framing instanceof Framing.Chunked) {
      ByteBuf data = channel.alloc().directBuffer(length);
      writer.accept(data);
      write(data);
    } else {
      contentBytes += length;
      writer.accept(pendingOrNew());
    }
  }

  @Override
  public void write(FileRegion region) {
    if (isOver || head.method() == Method.HEAD) {
      region.release();
      return;
    }
    contentBytes += region.count();
    boolean isChunked = framing instanceof Framing.Chunked;
    if (isChunked) {
      ByteBufUtil.writeAscii(pendingOrNew(), Long.toHexString(region.count()) + "\r\n");
    }
    writePending();
    connection.writes.queued(region);
    channel.write(region, channel.voidPromise());
    if (isChunked) {
      pendingOrNew().writeBytes(CRLF);
    }
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void flush() {
    writePending();
    channel.flush();
  }

  @Override
  public void trailers(FieldSection section) {
    trailers = section;
  }

  @Override
  public void end() {
    if (isOver) {
      return;
    }
    if (framing instanceof Framing.Length(var length)
        && contentBytes != length
        && head.method() != Method.HEAD) {
      abort();
      return;
    }
    if (framing instanceof Framing.Chunked && head.method() != Method.HEAD) {
      writeLastChunk(pendingOrNew());
    }
    flush();
    isOver = true;
    report(true);
    if (isTunnel) {
      endTunnel();
    } else if (!isPersistent) {
      connection.finish(content.isComplete());
    } else if (content.isComplete()) {
      connection.next();
    } else {
      content.resume(System.nanoTime());
      connection.process();
    }
  }

  @Override
  public void abort() {
    if (isOver) {
      return;
    }
    isOver = true;
    releasePending();
    report(false);
    channel.flush();
    if (isCommitted && head.minorVersion() == 0) {
      // The end of the connection would pass for the end of the content.
      connection.reset();
    } else {
      connection.close();
    }
  }

  @Override
  public void tunnel(ByteBuf tunnelHead) {
    if (isOver) {
      tunnelHead.release();
      return;
    }
    status = 101;
    isCommitted = true;
    isTunnel = true;
    isPersistent = false;
    connection.enterTunnel();
    connection.writes.queued(tunnelHead.readableBytes());
    channel.writeAndFlush(tunnelHead, channel.voidPromise());
    connection.process();
  }

  /// Passes content on as far as it has come; true when the connection should look again.
  boolean deliver(@Nullable ByteBuf held) {
    if (isOver) {
      return discard(held);
    }
    ContentReceiver taker = receiver;
    if (taker == null || content.isPaused()) {
      return false;
    }
    if (content.isAnnounced()) {
      tellInputClosed(taker);
      return false;
    }
    return switch (content.next(held)) {
      case RequestContent.Step.Data(var data) -> {
        taker.content(data);
        yield true;
      }
      case RequestContent.Step.End _ -> {
        taker.contentEnd();
        yield true;
      }
      case RequestContent.Step.NeedMore _ -> {
        if (connection.isInputClosed()) {
          abortAndTell();
        }
        yield false;
      }
      case RequestContent.Step.Bad(var violation) -> {
        refuseContent(violation.status(), violation.reason());
        yield false;
      }
    };
  }

  /// Passes tunnelled bytes on.
  boolean deliverRaw(@Nullable ByteBuf held) {
    ContentReceiver taker = receiver;
    if (taker == null || content.isPaused()) {
      return false;
    }
    if (held == null || !held.isReadable()) {
      tellInputClosed(taker);
      return false;
    }
    taker.content(held.readRetainedSlice(held.readableBytes()));
    return true;
  }

  boolean wantsInput(int heldBytes) {
    if (isTunnel || !content.isComplete()) {
      return !content.isPaused() && (receiver != null || isOver || heldBytes == 0);
    }
    return Http1Connection.isReadAheadRoom(heldBytes);
  }

  /// The client sends no more; told once everything that it sent has been passed on.
  private void tellInputClosed(ContentReceiver taker) {
    if (connection.isInputClosed() && !isInputClosedTold) {
      isInputClosedTold = true;
      taker.inputClosed();
    }
  }

  void writable() {
    if (receiver != null) {
      receiver.writable();
    }
  }

  void gone() {
    releasePending();
    if (!isOver) {
      isOver = true;
      report(false);
    }
    tellGone();
  }

  /// The connection answered in this stream's place.
  void rejected(int code) {
    isOver = true;
    releasePending();
    status = code;
    report(true);
    tellGone();
  }

  void tick(long nowNanos) {
    if (!isTunnel
        && content.isTooSlow(nowNanos, connection.lastReadNanos(), connection.front.config)) {
      if (isOver) {
        connection.close();
      } else {
        refuseContent(408, "content-timeout");
      }
      return;
    }
    ContentReceiver taker = receiver;
    if (taker != null && !isOver) {
      taker.tick(nowNanos);
    }
  }

  void forgive(long nanos) {
    content.forgive(nanos);
  }

  /// RFC 9110 §10.1.1: once, when the content is wanted and none of it has come.
  private void sendContinue() {
    boolean isWanted = receiver != null && !content.isPaused() && !isCommitted && !isOver;
    if (isWanted && head.expectsContinue() && content.isUntouched() && !isContinueSent) {
      isContinueSent = true;
      channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
    }
  }

  private void refuseContent(int code, String reason) {
    if (isCommitted) {
      abortAndTell();
    } else {
      connection.reject(code, reason, "");
    }
  }

  private void abortAndTell() {
    abort();
    tellGone();
  }

  private void tellGone() {
    ContentReceiver taker = receiver;
    receiver = null;
    if (taker != null) {
      taker.clientGone();
    }
  }

  private void closeIfReset(EpollSocketChannel socket) {
    if (!isOver && socket.isOpen() && TcpStates.isClosed(socket)) {
      connection.close();
    }
  }

  /// The response ended before the content: the little that is left is read and dropped.
  private boolean discard(@Nullable ByteBuf held) {
    return switch (content.next(held)) {
      case RequestContent.Step.Data(var data) -> {
        data.release();
        yield true;
      }
      case RequestContent.Step.End _ -> {
        connection.next();
        yield true;
      }
      case RequestContent.Step.NeedMore _ -> {
        if (connection.isInputClosed()) {
          connection.closeAfterFlush();
        }
        yield false;
      }
      case RequestContent.Step.Bad _ -> {
        connection.close();
        yield false;
      }
    };
  }

  private void endTunnel() {
    if (connection.isInputClosed()) {
      connection.closeAfterFlush();
    } else {
      connection.finish(false);
    }
  }

  /// Whether the content is complete or its little rest will surely come: a client that was not
  /// told to send it may go on with its next request instead (RFC 9110 §10.1.1).
  private boolean isContentToCome() {
    return content.isComplete()
        || (content.isWorthDraining() && (!head.expectsContinue() || isContinueSent));
  }

  private void writeChunkedOrClose(ByteBuf out, boolean isOld) {
    if (isOld) {
      framing = Framing.UNTIL_CLOSE;
      isPersistent = false;
    } else {
      framing = Framing.CHUNKED;
      out.writeBytes(CHUNKED);
    }
  }

  private void writeLastChunk(ByteBuf out) {
    out.writeBytes(LAST_CHUNK);
    FieldSection section = trailers;
    if (section != null) {
      for (int i = 0; i < section.size(); i++) {
        FieldLine.write(out, section, i);
      }
    }
    out.writeBytes(CRLF);
  }

  private ByteBuf pendingOrNew() {
    ByteBuf out = pending;
    if (out == null) {
      out = channel.alloc().directBuffer(64);
      pending = out;
    }
    return out;
  }

  private void put(ByteBuf data) {
    ByteBuf out = pending;
    if (out != null && data.readableBytes() <= JOINED_BYTES) {
      out.writeBytes(data);
      data.release();
    } else {
      writePending();
      connection.writes.queued(data.readableBytes());
      channel.write(data, channel.voidPromise());
    }
  }

  private void writePending() {
    ByteBuf out = pending;
    if (out != null) {
      pending = null;
      connection.writes.queued(out.readableBytes());
      channel.write(out, channel.voidPromise());
    }
  }

  private void releasePending() {
    ByteBuf out = pending;
    pending = null;
    if (out != null) {
      out.release();
    }
  }

  private void report(boolean isComplete) {
    connection.front.traffic.answered(status);
    TrafficObserver observer = connection.front.observer;
    if (observer.isInterestedInAnswers()) {
      observer.answered(
          new TrafficObserver.Answer(
              head,
              peer(),
              status,
              contentBytes,
              System.nanoTime() - startNanos,
              isComplete,
              requestId,
              worker));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
