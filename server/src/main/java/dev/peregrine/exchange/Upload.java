package dev.peregrine.exchange;

import dev.peregrine.http.Framing;

/// The content of a request on its way to a worker, as an [OriginRequest] sees it; on its event
/// loop.
interface Upload {
  /// No content.
  Upload NONE =
      new Upload() {
        @Override
        public Framing framing() {
          return Framing.NONE;
        }

        @Override
        public boolean isStreamed() {
          return false;
        }

        @Override
        public boolean isReplayable() {
          return true;
        }

        @Override
        public boolean isSent() {
          return true;
        }

        @Override
        public void replay(WorkerConnection worker) {}

        @Override
        public void want() {}

        @Override
        public void hold() {}

        @Override
        public void close() {}
      };

  /// How the worker is told where the content ends.
  Framing framing();

  /// Whether the content is passed on as it comes and not kept.
  boolean isStreamed();

  /// Whether the content can be sent from its beginning.
  boolean isReplayable();

  /// Whether the worker has all that it may wait for.
  boolean isSent();

  /// Sends what is kept.
  void replay(WorkerConnection worker);

  /// The worker takes content.
  void want();

  /// The worker takes no content for now.
  void hold();

  /// The request is over; nothing will be sent again.
  void close();
}
