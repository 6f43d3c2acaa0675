package dev.peregrine.listen;

import dev.peregrine.http.RequestHead;
import org.jspecify.annotations.Nullable;

/// Who is told of answered and refused requests, on the event loops; must not block.
public interface TrafficObserver {
  /// Whether `answered` is to be called.
  boolean isInterestedInAnswers();

  /// One request was answered.
  void answered(Answer answer);

  /// A request was refused before it became one.
  void rejected(Peer peer, int status, String reason, String detail);

  /// One answered request.
  ///
  /// @param head what was asked
  /// @param peer who asked
  /// @param status status code sent
  /// @param contentBytes content sent
  /// @param durationNanos from the complete head to the last byte handed to the socket
  /// @param isComplete whether the response was sent whole
  /// @param requestId name of the request
  /// @param worker who answered
  record Answer(
      RequestHead head,
      Peer peer,
      int status,
      long contentBytes,
      long durationNanos,
      boolean isComplete,
      @Nullable String requestId,
      @Nullable String worker) {}
}
