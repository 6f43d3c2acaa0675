package dev.peregrine.exchange;

import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Framing;
import dev.peregrine.http.ReasonPhrase;
import dev.peregrine.http.RequestHead;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.log.EventLog;
import dev.peregrine.pool.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Gives the responses that Peregrine makes in the app's place, and says in the log why; on the
/// event loop of the stream.
final class Answers {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final ErrorPages pages;
  private final EventLog log;

  Answers(ErrorPages pages, EventLog log) {
    this.pages = pages;
    this.log = log;
  }

  /// Answers that the app failed this request, for a reason that only the log tells.
  void failed(ClientStream stream, int status, String requestId) {
    send(stream, pages.generated(status, requestId, format(stream)), requestId, Optional.empty());
  }

  /// Answers that no slot is to be had.
  void refused(ClientStream stream, Refusal refusal, String requestId) {
    switch (refusal) {
      case Refusal.QueueFull(var limit, var wait) -> {
        log.warn("request.refused", "id", requestId, "reason", "queue-full", "limit", limit);
        busy(stream, requestId, wait);
      }
      case Refusal.QueueTimeout(var waited) -> {
        log.warn("request.refused", "id", requestId, "reason", "queue-timeout", "waited", waited);
        busy(stream, requestId, SOON);
      }
      case Refusal.ShuttingDown _ -> busy(stream, requestId, SOON);
      case Refusal.StartFailed(var failure, var wait) -> {
        log.warn(
            "request.refused", "id", requestId, "reason", "start-failed", "error", failure.id());
        ErrorPage page = pages.startFailure(503, failure, format(stream));
        send(stream, page, requestId, Optional.of(wait));
      }
    }
  }

  /// Answers that the app raised an exception, which its loader reports in `report`.
  void raised(ClientStream stream, ByteBuf report, String requestId) {
    RequestHead head = stream.head();
    AppError error =
        AppError.parse(ByteBufUtil.getBytes(report))
            .orElse(new AppError("error", "", java.util.List.of()));
    if (error.isBadField()) {
      badField(stream, error, requestId);
      return;
    }
    log.error(
        "app.raised",
        "id",
        requestId,
        "class",
        error.type(),
        "method",
        head.methodName(),
        "path",
        head.path());
    String request = head.methodName() + " " + head.path();
    send(
        stream,
        pages.appError(error, request, requestId, format(stream)),
        requestId,
        Optional.empty());
  }

  /// Answers in place of a response with a field that no response may have.
  private void badField(ClientStream stream, AppError error, String requestId) {
    log.warn(
        "request.failed",
        "id",
        requestId,
        "fault",
        "malformed",
        "detail",
        error.message(),
        "method",
        stream.head().methodName(),
        "path",
        stream.head().path());
    send(stream, pages.generated(502, requestId, format(stream)), requestId, Optional.empty());
  }

  private void busy(ClientStream stream, String requestId, Duration wait) {
    send(stream, pages.generated(503, requestId, format(stream)), requestId, Optional.of(wait));
  }

  private static ErrorFormat format(ClientStream stream) {
    FieldSection fields = stream.head().fields();
    return ErrorFormat.of(fields);
  }

  private static void send(
      ClientStream stream, ErrorPage page, String requestId, Optional<Duration> retryAfter) {
    if (stream.isCommitted()) {
      stream.abort();
      return;
    }
    ByteBuf out = stream.beginHead(page.status(), ReasonPhrase.of(page.status()));
    for (Map.Entry<String, String> field : page.fields()) {
      ByteBufUtil.writeAscii(out, field.getKey() + ": " + field.getValue() + "\r\n");
    }
    retryAfter.ifPresent(wait ->
        ByteBufUtil.writeAscii(out, "Retry-After: " + Math.max(1, wait.toSeconds()) + "\r\n"));
    RequestIds.line(out, requestId);
    ByteBuf content = Unpooled.wrappedBuffer(page.content());
    stream.commit(out, Framing.Length.of(content.readableBytes()), false);
    stream.write(content);
    stream.end();
  }
}
