package dev.peregrine.exchange;

import dev.peregrine.cache.StoredContent;
import dev.peregrine.cache.StoredResponse;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.ContentReceiver;
import io.netty.buffer.ByteBuf;

/// A stored page on its way to a client, fragments put in; on the stream's event loop.
final class StoredPage implements ContentReceiver {
  private final ClientStream stream;
  private final Delivery delivery;

  StoredPage(Services services, ClientStream stream, String requestId) {
    this.stream = stream;
    this.delivery = new Delivery(services, stream, requestId, null);
  }

  /// Sends the page; `false`, and nothing is sent, if its content is gone.
  boolean send(StoredResponse page) {
    StoredContent content = page.content();
    if (!content.tryRetain()) {
      return false;
    }
    stream.receive(this);
    delivery.page(page.head(), content, null);
    return true;
  }

  @Override
  public void content(ByteBuf data) {
    data.release();
  }

  @Override
  public void contentEnd() {}

  @Override
  public void inputClosed() {}

  @Override
  public void clientGone() {
    delivery.close();
  }

  @Override
  public void writable() {
    delivery.writable();
  }

  @Override
  public void tick(long nowNanos) {}
}
