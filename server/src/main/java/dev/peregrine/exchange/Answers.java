package dev.peregrine.exchange;

import dev.peregrine.http.Framing;
import dev.peregrine.http.RequestHead;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.pool.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// The responses that Peregrine gives in the app's place.
final class Answers {
  /// One such response.
  ///
  /// @param status status code
  /// @param contentType value of `Content-Type`
  /// @param content what it says
  /// @param retryAfter value of `Retry-After`
  record Answer(int status, String contentType, String content, Optional<Duration> retryAfter) {

    void sendTo(ClientStream stream, String requestId) {
      if (stream.isCommitted()) {
        stream.abort();
        return;
      }
      ByteBuf out = stream.beginHead(status, phrase(status));
      ByteBufUtil.writeAscii(
          out,
          "Content-Type: "
              + contentType
              + "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: "
              + requestId
              + "\r\n");
      retryAfter.ifPresent(wait ->
          ByteBufUtil.writeAscii(out, "Retry-After: " + Math.max(1, wait.toSeconds()) + "\r\n"));
      ByteBuf bytes = Unpooled.copiedBuffer(content, StandardCharsets.UTF_8);
      stream.commit(out, Framing.Length.of(bytes.readableBytes()), false);
      stream.write(bytes);
      stream.end();
    }
  }

  Answer plain(RequestHead head, int status, String text, String requestId) {
    String content = status + " " + phrase(status) + ": " + text + "\n";
    return new Answer(status, "text/plain; charset=utf-8", content, Optional.empty());
  }

  Answer refusal(RequestHead head, Refusal refusal, String requestId) {
    return switch (refusal) {
      case Refusal.QueueFull(var _, var wait) -> busy(head, requestId, wait);
      case Refusal.QueueTimeout _ -> busy(head, requestId, Duration.ofSeconds(1));
      case Refusal.StartFailed(var failure, var wait) -> {
        Answer page = plain(head, 503, "the app did not start, error " + failure.id(), requestId);
        yield new Answer(503, page.contentType(), page.content(), Optional.of(wait));
      }
      case Refusal.ShuttingDown _ -> busy(head, requestId, Duration.ofSeconds(5));
    };
  }

  Answer appError(RequestHead head, ByteBuf error, String requestId) {
    return plain(head, 500, "the app raised an error", requestId);
  }

  private Answer busy(RequestHead head, String requestId, Duration wait) {
    Answer answer = plain(head, 503, "the app has more requests than it can take", requestId);
    return new Answer(503, answer.contentType(), answer.content(), Optional.of(wait));
  }

  static String phrase(int status) {
    return switch (status) {
      case 404 -> "Not Found";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Error";
    };
  }
}
