package dev.peregrine.listen;

import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import java.util.function.Consumer;

/// One request as it came in, and the way back to its client. Every method is called on `loop()`.
///
/// The order of a response is: any number of `interim`, then `beginHead` and `commit`, content,
/// `end`.
public interface ClientStream {
  /// Content up to this length goes out in one buffer with its head.
  int JOINED_BYTES = 8 * 1024;

  /// The request's head; it stays valid after the stream has ended.
  RequestHead head();

  /// The event loop that owns the stream.
  EventLoop loop();

  /// Who is at the other end.
  Peer peer();

  /// When the head was complete, by the clock of `System.nanoTime`.
  long startNanos();

  /// Names what answers, for the access log.
  void servedBy(String worker);

  /// Names the request, for the access log.
  void requestId(String id);

  /// Starts to deliver content and events to the receiver; sends `100 Continue` where the client
  /// waits for it.
  void receive(ContentReceiver receiver);

  /// Stops the delivery of content until `resumeContent`.
  void pauseContent();

  /// Goes on with the delivery of content.
  void resumeContent();

  /// Asks whether a client that closed its sending side still listens; `clientGone` tells if not.
  void probeClient();

  /// Refuses the request with a short fixed answer and closes; `clientGone` is not called.
  void reject(int status, String reason);

  /// Sends a whole interim head (RFC 9110 §15.2); dropped for HTTP/1.0 clients.
  void interim(ByteBuf head);

  /// A new buffer that holds the status line of the final response.
  ByteBuf beginHead(int status, String reason);

  /// The same with room for that many bytes more: field lines, and content that is to be joined.
  ByteBuf beginHead(int status, String reason, int room);

  /// Completes the head with framing, `Date` and `Connection`; takes the buffer. With
  /// `Framing.None` no framing field is added. `hasDate` says that the head holds `Date` already.
  void commit(ByteBuf head, Framing framing, boolean hasDate);

  /// Whether `commit` or a rejection has happened.
  boolean isCommitted();

  /// Sends content; takes the buffer.
  void write(ByteBuf content);

  /// Sends content that `writer` appends to the buffer that it is given: `length` bytes.
  void write(int length, Consumer<ByteBuf> writer);

  /// Sends a part of a file by `sendfile`; takes the region.
  void write(FileRegion content);

  /// Whether the client takes more; `ContentReceiver.writable` tells when it does again.
  boolean isWritable();

  /// Hands what was written to the socket.
  void flush();

  /// Sets the trailer section that ends chunked content, if the client takes one.
  void trailers(FieldSection trailers);

  /// Ends the response, which must be complete by its framing.
  void end();

  /// Breaks the connection off, since the response cannot be completed.
  void abort();

  /// Turns the connection into a tunnel: content is passed as it is, both ways, until `end`.
  void tunnel(ByteBuf head);
}
