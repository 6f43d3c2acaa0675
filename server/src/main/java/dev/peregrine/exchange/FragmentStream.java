package dev.peregrine.exchange;

import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.RequestHead;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.ContentReceiver;
import dev.peregrine.listen.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request for a fragment as if a client had sent it, and its answer kept in memory. On the event
/// loop of the page's stream.
final class FragmentStream implements ClientStream {
  /// Told once how the request has ended.
  interface Outcome {
    /// The fragment is whole; the receiver owns the buffer.
    void done(ByteBuf content);

    /// There is no fragment, and why.
    void failed(String why);
  }

  private final ClientStream page;
  private final RequestHead head;
  private final int depth;
  private final FragmentCount count;
  private final long maxBytes;
  private final ByteBuf content;
  private final Outcome outcome;
  private final long startNanos = System.nanoTime();
  private @Nullable ContentReceiver receiver;
  private int status;
  private boolean isCommitted;

  /// What makes the answer unfit, once that is known.
  private @Nullable String flaw;

  private boolean isOver;

  FragmentStream(
      ClientStream page,
      RequestHead head,
      FragmentCount count,
      long maxBytes,
      ByteBuf content,
      Outcome outcome) {
    this.page = page;
    this.head = head;
    this.depth = depthOf(page) + 1;
    this.count = count;
    this.maxBytes = maxBytes;
    this.content = content;
    this.outcome = outcome;
  }

  /// How many pages the stream's page is a part of.
  static int depthOf(ClientStream stream) {
    return stream instanceof FragmentStream fragment ? fragment.depth : 0;
  }

  /// The count that fragments of the stream's page go into.
  static FragmentCount countOf(ClientStream stream, FragmentConfig bounds) {
    return stream instanceof FragmentStream fragment
        ? fragment.count
        : new FragmentCount(bounds.maxFragments());
  }

  /// Nobody wants the fragment any more.
  void cancel() {
    if (!isOver) {
      isOver = true;
      content.release();
      ContentReceiver taker = receiver;
      if (taker != null) {
        taker.clientGone();
      }
    }
  }

  /// Gives the fragment up.
  void fail(String why) {
    if (!isOver) {
      cancel();
      outcome.failed(why);
    }
  }

  @Override
  public RequestHead head() {
    return head;
  }

  @Override
  public EventLoop loop() {
    return page.loop();
  }

  @Override
  public Peer peer() {
    return page.peer();
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public void servedBy(String worker) {}

  @Override
  public void requestId(String id) {}

  @Override
  public void receive(ContentReceiver taker) {
    receiver = taker;
    if (isOver) {
      taker.clientGone();
    }
  }

  @Override
  public void pauseContent() {}

  @Override
  public void resumeContent() {}

  @Override
  public void probeClient() {}

  @Override
  public void reject(int code, String reason) {
    receiver = null;
    fail("answered " + code + " " + reason);
  }

  @Override
  public void interim(ByteBuf interim) {
    interim.release();
  }

  @Override
  public ByteBuf beginHead(int code, String reason) {
    status = code;
    return content.alloc().heapBuffer();
  }

  @Override
  public ByteBuf beginHead(int code, String reason, int room) {
    return beginHead(code, reason);
  }

  @Override
  public void commit(ByteBuf fields, Framing framing, boolean hasDate) {
    isCommitted = true;
    String lines = fields.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    fields.release();
    if (status != 200) {
      flaw = "answered " + status;
    } else if (lines.contains("\ncontent-encoding:")) {
      flaw = "coded by the app";
    }
  }

  @Override
  public boolean isCommitted() {
    return isCommitted;
  }

  @Override
  public void write(ByteBuf data) {
    if (isOver) {
      data.release();
    } else if (content.readableBytes() + (long) data.readableBytes() > maxBytes) {
      data.release();
      spoil("longer than " + maxBytes + " bytes");
    } else {
      content.writeBytes(data);
      data.release();
    }
  }

  @Override
  public void write(int length, Consumer<ByteBuf> writer) {
    ByteBuf data = content.alloc().heapBuffer(length);
    writer.accept(data);
    write(data);
  }

  @Override
  public void write(FileRegion region) {
    region.release();
    spoil("answered with a file");
  }

  /// Gives the fragment up, after the writer has finished what it is at.
  private void spoil(String why) {
    if (flaw == null) {
      flaw = why;
      loop().execute(() -> fail(why));
    }
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public void flush() {}

  @Override
  public void trailers(FieldSection trailers) {}

  @Override
  public void end() {
    if (isOver) {
      return;
    }
    receiver = null;
    String found = flaw;
    if (found != null) {
      fail(found);
    } else {
      isOver = true;
      outcome.done(content);
    }
  }

  @Override
  public void abort() {
    receiver = null;
    fail("broken off");
  }

  @Override
  public void tunnel(ByteBuf answer) {
    answer.release();
    abort();
  }
}
