package dev.peregrine.exchange;

import dev.peregrine.cache.CacheStatus;
import dev.peregrine.cache.StoredContent;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.listen.ClientStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A response on its way to one client, on the event loop of its stream: content that the client
/// does not take yet waits in memory, then in a file, then at its source.
final class Delivery implements Recipient, SpoolFile.Watcher, Assembly.Out {
  /// Where content comes from.
  interface Source {
    /// Stops or resumes.
    void throttle(boolean wanted);

    /// Nothing more is wanted.
    void cancel();

    /// No source, or none yet.
    Source NONE =
        new Source() {
          @Override
          public void throttle(boolean wanted) {}

          @Override
          public void cancel() {}
        };
  }

  /// Room for the fields that are added to a head.
  private static final int ADDED_BYTES = 256;

  private final Services services;
  private final ClientStream stream;
  private final String requestId;
  private final @Nullable Pass pass;
  private Source source = Source.NONE;
  private @Nullable ResponseCoding coding;
  private @Nullable Assembly assembly;

  /// Begins the response; for a page of fragments only when the first content is there.
  private @Nullable Runnable beginning;

  private @Nullable ResponseBuffer waiting;
  private @Nullable Recording recording;

  /// Whether the page has to wait for its fragments.
  private boolean isHeld;

  private boolean isTunnel;
  private boolean isFile;
  private boolean isSourceDone;

  /// The pass tells why a response to [#head] is not from the cache; `null` where there is none.
  Delivery(Services services, ClientStream stream, String requestId, @Nullable Pass pass) {
    this.services = services;
    this.stream = stream;
    this.requestId = requestId;
    this.pass = pass;
  }

  void from(Source content) {
    source = content;
  }

  @Override
  public void servedBy(String worker) {
    stream.servedBy(worker);
  }

  @Override
  public void interim(ResponseHead head) {
    stream.interim(ResponseFields.whole(services.connector.allocator(), head));
  }

  @Override
  public void tunnel(ResponseHead head) {
    isTunnel = true;
    stream.tunnel(ResponseFields.whole(services.connector.allocator(), head));
  }

  @Override
  public void head(ResponseHead head) {
    Turbocache cache = services.turbocache;
    Pass passed = pass;
    if (cache == null || passed == null) {
      pass(head, "");
    } else {
      recording = cache.passed(stream, passed, head);
      pass(head, passed.statusLine());
    }
  }

  /// Begins a response that is for this client alone.
  void pass(ResponseHead head, String cacheStatusLine) {
    String file = services.sendfile.fileOf(head);
    if (file != null) {
      isFile = true;
      services.sendfile.send(stream, head, file, requestId);
      return;
    }
    if (PageHead.isOfFragments(services, head)) {
      ResponseHead whole = PageHead.of(head);
      assemble(stream.head().method(), () -> begin(whole, cacheStatusLine));
    } else {
      begin(head, cacheStatusLine);
    }
  }

  private void begin(ResponseHead head, String cacheStatusLine) {
    RequestHead request = stream.head();
    Framing plain = head.framing(Method.GET);
    ResponseCoding chosen = coding(head.status(), head.fields(), plain);
    int room = head.fields().bytes().length + ADDED_BYTES + joined(plain);
    ByteBuf out = stream.beginHead(head.status(), head.reason(), room);
    boolean hasDate =
        ResponseFields.copy(
            chosen.applied(request, head), out, request.method(), requestId, services);
    ByteBufUtil.writeAscii(out, chosen.line(head));
    ByteBufUtil.writeAscii(out, cacheStatusLine);
    stream.commit(out, chosen.framing(head.framing(request.method())), hasDate);
  }

  /// How much content is likely to be sent together with the head.
  private static int joined(Framing framing) {
    return framing instanceof Framing.Length(var bytes) && bytes <= ClientStream.JOINED_BYTES
        ? (int) bytes
        : 0;
  }

  /// Answers that the client has what this response brings.
  void notModified(ResponseHead head, String cacheStatusLine) {
    ByteBuf out = stream.beginHead(304, "Not Modified");
    boolean hasDate = ResponseFields.copy(head, out, Method.GET, requestId, services);
    ByteBufUtil.writeAscii(out, cacheStatusLine);
    stream.commit(out, Framing.NONE, hasDate);
    stream.end();
  }

  /// Begins a response that is being stored.
  void stored(StoredHead head, Framing framing, @Nullable CacheStatus cacheStatus) {
    if (PageHead.isOfFragments(services, head)) {
      StoredHead whole = head.withoutValidators();
      assemble(stream.head().method(), () -> begin(whole, Framing.CHUNKED, cacheStatus));
    } else {
      begin(head, framing, cacheStatus);
    }
  }

  /// Sends a stored page, fragments put in; takes over the caller's hold of its content.
  void page(StoredHead head, StoredContent content, @Nullable CacheStatus cacheStatus) {
    stored(head, Framing.CHUNKED, cacheStatus);
    content(StoredBuf.over(content));
    end();
  }

  private void assemble(Method method, Runnable begin) {
    if (method == Method.HEAD) {
      begin.run();
    } else {
      beginning = begin;
      assembly = new Assembly(services, stream, requestId, this);
    }
  }

  private void begin(StoredHead head, Framing framing, @Nullable CacheStatus cacheStatus) {
    ResponseCoding chosen = coding(head.status(), head.fields(), framing);
    new StoredAnswer(stream, chosen.applied(head), cacheStatus, requestId)
        .begin(chosen.framing(framing));
  }

  private ResponseCoding coding(int status, FieldSection fields, Framing framing) {
    long length = framing instanceof Framing.Length(var bytes) ? bytes : Long.MAX_VALUE;
    CodingChoice.Subject subject = new CodingChoice.Subject(status, fields, length);
    ResponseCoding chosen = ResponseCoding.of(services, stream.head(), subject);
    coding = chosen;
    return chosen;
  }

  @Override
  public void content(ByteBuf data) {
    if (recording != null) {
      recording.keep(data);
    }
    if (isFile) {
      data.release();
    } else if (isTunnel) {
      stream.write(data);
      if (!stream.isWritable()) {
        source.throttle(true);
      }
    } else if (assembly != null) {
      assembly.feed(data);
    } else {
      emit(data);
    }
  }

  private void emit(ByteBuf data) {
    pass(coding == null ? data : coding.content(data));
  }

  @Override
  public void assembled(ByteBuf data) {
    beginAssembled();
    emit(data);
  }

  @Override
  public void assembledSoFar() {
    paused();
  }

  @Override
  public void assembledAll() {
    beginAssembled();
    ended();
  }

  @Override
  public void hold(boolean wanted) {
    isHeld = wanted;
    source.throttle(wanted || (waiting != null && waiting.isFull()));
  }

  @Override
  public void unassembled() {
    source.cancel();
    if (beginning == null) {
      broken();
    } else {
      close();
      services.answers.failed(stream, 502, requestId);
    }
  }

  private void beginAssembled() {
    Runnable begin = beginning;
    if (begin != null) {
      beginning = null;
      begin.run();
    }
  }

  private void pass(ByteBuf data) {
    if (!data.isReadable()) {
      data.release();
    } else if (waiting != null || !stream.isWritable()) {
      store(data);
    } else {
      stream.write(data);
    }
  }

  @Override
  public void trailers(FieldSection section) {
    String te = stream.head().fields().first(FieldName.TE);
    if (te != null && te.contains("trailers")) {
      stream.trailers(section);
    }
  }

  @Override
  public void paused() {
    ByteBuf rest = coding == null ? null : coding.flush();
    if (rest != null) {
      pass(rest);
    }
    if (!isFile && beginning == null) {
      stream.flush();
    }
  }

  @Override
  public void end() {
    if (recording != null) {
      recording.finish();
    }
    if (assembly != null) {
      assembly.finish();
    } else {
      ended();
    }
  }

  private void ended() {
    ByteBuf rest = coding == null ? null : coding.finish();
    if (rest != null) {
      pass(rest);
    }
    endCoding();
    ResponseBuffer left = waiting;
    if (left != null) {
      isSourceDone = true;
      drain(left);
    } else if (!isFile) {
      stream.end();
    }
  }

  @Override
  public void failed(Failure failure) {
    switch (failure) {
      case Failure.Refused(var refusal) -> services.answers.refused(stream, refusal, requestId);
      case Failure.Raised(var report) ->
          services.answers.raised(stream, Unpooled.wrappedBuffer(report), requestId);
      case Failure.Faulted(var status) -> services.answers.failed(stream, status, requestId);
    }
  }

  @Override
  public void broken() {
    close();
    stream.abort();
  }

  /// The client takes more again.
  void writable() {
    ResponseBuffer left = waiting;
    if (left != null) {
      drain(left);
    } else if (isTunnel) {
      source.throttle(false);
    }
  }

  private void endCoding() {
    ResponseCoding chosen = coding;
    if (chosen != null) {
      coding = null;
      chosen.close();
    }
  }

  void close() {
    if (recording != null) {
      recording.discard();
    }
    if (assembly != null) {
      assembly.close();
    }
    endCoding();
    ResponseBuffer left = waiting;
    if (left != null) {
      waiting = null;
      left.close();
    }
  }

  @Override
  public void spooled() {
    ResponseBuffer left = waiting;
    if (left != null) {
      drain(left);
    }
  }

  @Override
  public void spoolFailed(IOException cause) {
    services.troubles.diskFailed(requestId, cause);
    ResponseBuffer left = waiting;
    if (left != null) {
      left.diskFailed();
      if (left.isFull()) {
        source.throttle(true);
      }
      drain(left);
    }
  }

  private void store(ByteBuf data) {
    ResponseBuffer buffer = waiting;
    if (buffer == null) {
      buffer =
          new ResponseBuffer(
              services.config.bufferMemoryBytes(),
              services.config.responseHighWatermarkBytes(),
              services.spoolFile(stream.loop(), this),
              services.bufferMemory);
      waiting = buffer;
    }
    buffer.add(data);
    if (buffer.isFull()) {
      source.throttle(true);
    }
    // The worker may be done before it pauses, and what is not flushed never makes room. Last,
    // because room may be made at once.
    stream.flush();
  }

  private void drain(ResponseBuffer buffer) {
    buffer.drainTo(stream);
    if (waiting != buffer) {
      return; // sending made room, and the call from there has finished the work
    }
    if (!buffer.isFull() && !isHeld) {
      source.throttle(false);
    }
    if (buffer.isEmpty()) {
      waiting = null;
      buffer.close();
      if (isSourceDone) {
        stream.end();
      }
    }
  }
}
