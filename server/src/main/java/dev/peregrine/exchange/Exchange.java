package dev.peregrine.exchange;

import dev.peregrine.http.Framing;
import dev.peregrine.http.RequestHead;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.ContentReceiver;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One client's request to one response: takes the content in, hands the request to an
/// [OriginRequest] and the response to a [Delivery]; on the client's event loop.
final class Exchange implements ContentReceiver, Upload, SpoolFile.Watcher {
  private final Services services;
  private final ClientStream stream;
  private final RequestHead head;
  private final Delivery delivery;
  private final OriginRequest origin;
  private final String id;
  private final boolean hasContent;
  private final boolean isBuffered;
  private @Nullable RequestBuffer buffer;
  private long receivedBytes;
  private boolean isContentComplete;
  private boolean isContentSent;
  private boolean isOver;

  /// The pass tells why the request goes past the cache; `null` if there is none.
  Exchange(Services services, ClientStream stream, String id, @Nullable Pass pass) {
    this.services = services;
    this.stream = stream;
    this.head = stream.head();
    this.hasContent = hasContent(head.framing());
    this.isBuffered = hasContent && services.config.requestBuffering();
    this.id = id;
    delivery = new Delivery(services, stream, id, pass);
    origin =
        new OriginRequest(
            services,
            new Outgoing(
                ResponseCoding.known(head),
                stream.peer(),
                stream.loop(),
                id,
                System.currentTimeMillis() * 1000),
            this,
            delivery);
    delivery.from(origin);
  }

  void begin() {
    if (hasContent && !isBuffered) {
      stream.pauseContent();
      stream.receive(this);
      if (!isOver) {
        origin.begin();
      }
      return;
    }
    if (!hasContent) {
      stream.receive(this);
      contentEnd();
      return;
    }
    buffer =
        new RequestBuffer(
            services.config.bufferMemoryBytes(),
            services.connector.allocator(),
            services.spoolFile(stream.loop(), this),
            services.bufferMemory);
    stream.receive(this);
  }

  // From the client.

  @Override
  public void content(ByteBuf data) {
    receivedBytes += data.readableBytes();
    RequestBuffer whole = buffer;
    if (origin.isTunnel()) {
      origin.send(data);
    } else if (receivedBytes > services.config.maxContentBytes()) {
      data.release();
      refuse(413, "content-too-large");
    } else if (whole != null) {
      whole.add(data);
      if (whole.isCongested()) {
        stream.pauseContent();
      }
    } else {
      origin.send(data);
    }
  }

  @Override
  public void contentEnd() {
    if (isOver || isContentComplete) {
      return;
    }
    isContentComplete = true;
    RequestBuffer whole = buffer;
    if (!origin.isBegun()) {
      if (whole == null || whole.isSettled()) {
        origin.begin();
      }
    } else if (isStreamed()) {
      isContentSent = origin.endContent();
    }
  }

  @Override
  public void inputClosed() {
    if (origin.isTunnel()) {
      origin.shutdownOutput();
    } else if (origin.isQueued()) {
      stream.probeClient();
    }
  }

  @Override
  public void clientGone() {
    end();
  }

  @Override
  public void writable() {
    delivery.writable();
  }

  @Override
  public void tick(long nowNanos) {
    origin.tick(nowNanos);
  }

  // From the disk.

  @Override
  public void spooled() {
    RequestBuffer whole = buffer;
    if (whole == null || origin.isBegun()) {
      return;
    }
    if (isContentComplete && whole.isSettled()) {
      origin.begin();
    } else if (!whole.isCongested()) {
      stream.resumeContent();
    }
  }

  @Override
  public void spoolFailed(IOException cause) {
    services.troubles.diskFailed(id, cause);
    if (!origin.isBegun()) {
      refuse(507, "spool-failed");
    }
  }

  // For the worker.

  @Override
  public Framing framing() {
    RequestBuffer whole = buffer;
    return whole == null ? head.framing() : Framing.Length.of(whole.size());
  }

  @Override
  public boolean isStreamed() {
    return hasContent && !isBuffered;
  }

  @Override
  public boolean isReplayable() {
    return !isStreamed() || receivedBytes == 0;
  }

  @Override
  public boolean isSent() {
    return !isStreamed() || isContentSent;
  }

  @Override
  public void replay(WorkerConnection worker) {
    RequestBuffer whole = buffer;
    if (whole != null && whole.size() > 0) {
      whole.replay(worker::write);
      worker.flush();
    }
  }

  @Override
  public void want() {
    stream.resumeContent();
  }

  @Override
  public void hold() {
    stream.pauseContent();
  }

  @Override
  public void close() {
    RequestBuffer whole = buffer;
    if (whole != null) {
      buffer = null;
      whole.close();
    }
  }

  private void refuse(int status, String reason) {
    end();
    stream.reject(status, reason);
  }

  private void end() {
    isOver = true;
    origin.cancel();
    delivery.close();
    close();
  }

  static boolean hasContent(Framing framing) {
    return !(framing instanceof Framing.None)
        && !(framing instanceof Framing.Length(var length) && length == 0);
  }
}
