package dev.peregrine.exchange;

import dev.peregrine.http.FieldSection;
import dev.peregrine.http.ResponseHead;
import io.netty.buffer.ByteBuf;

/// Who gets the response to an [OriginRequest], on its event loop.
///
/// ```
/// servedBy* interim* ─┬─ head content* trailers? end
///                     │        └─ (anywhere after head) broken
///                     ├─ tunnel content* end
///                     └─ failed
/// ```
///
/// After `end`, `broken` or `failed` nothing more comes, nor after the request was cancelled.
interface Recipient {
  /// A worker has been chosen; told again when another one is tried.
  void servedBy(String worker);

  /// An interim response other than 100 and 101.
  void interim(ResponseHead head);

  /// The connection has become a tunnel; content goes both ways until its end.
  void tunnel(ResponseHead head);

  /// The final response.
  void head(ResponseHead head);

  /// A piece of content; the recipient owns the buffer.
  void content(ByteBuf data);

  /// The trailer section; before the end.
  void trailers(FieldSection section);

  /// The worker has nothing more to say for the moment.
  void paused();

  /// The response is whole.
  void end();

  /// There is no final response, and why.
  void failed(Failure failure);

  /// The response cannot be completed.
  void broken();
}
