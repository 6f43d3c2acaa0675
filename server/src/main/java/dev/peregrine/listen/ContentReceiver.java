package dev.peregrine.listen;

import io.netty.buffer.ByteBuf;

/// Who takes the content of one request and what happens to its client, on the stream's event loop.
public interface ContentReceiver {
  /// A piece of content; the receiver owns the buffer.
  void content(ByteBuf data);

  /// All content has come.
  void contentEnd();

  /// The client closed its sending side; it may still read.
  void inputClosed();

  /// The client is gone or was refused; nothing more can be sent to it.
  void clientGone();

  /// The client takes more again.
  void writable();

  /// Called about twice a second, for deadlines.
  void tick(long nowNanos);
}
