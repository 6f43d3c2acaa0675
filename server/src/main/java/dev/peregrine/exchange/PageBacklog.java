package dev.peregrine.exchange;

/// What of a page waits in memory behind a fragment; on the event loop of the page's stream.
///
/// It is taken from the memory for buffered content. What has come is kept even if none is left.
final class PageBacklog {
  private final BufferMemory shared;
  private final long maxBytes;
  private long waitingBytes;
  private long takenBytes;

  PageBacklog(BufferMemory shared, long maxBytes) {
    this.shared = shared;
    this.maxBytes = maxBytes;
  }

  void add(int bytes) {
    waitingBytes += bytes;
  }

  void remove(int bytes) {
    waitingBytes -= bytes;
  }

  /// Takes or gives back memory for what waits by now.
  void settle() {
    if (waitingBytes < takenBytes) {
      shared.giveBack(takenBytes - waitingBytes);
      takenBytes = waitingBytes;
    } else if (waitingBytes > takenBytes && shared.take(waitingBytes - takenBytes)) {
      takenBytes = waitingBytes;
    }
  }

  /// Whether no more may come of this page.
  boolean isLong() {
    return waitingBytes >= maxBytes;
  }

  /// Whether no more should come of any page.
  boolean isShort() {
    return takenBytes < waitingBytes;
  }
}
