package dev.peregrine.server;

import java.util.concurrent.CountDownLatch;

/// How often the server was asked to stop: once in the orderly way, twice at once. Any thread.
final class Stopping {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch forced = new CountDownLatch(1);

  synchronized void ask() {
    if (asked.getCount() == 0) {
      forced.countDown();
    }
    asked.countDown();
  }

  /// Stops without waiting for anybody.
  synchronized void force() {
    forced.countDown();
    asked.countDown();
  }

  boolean isAsked() {
    return asked.getCount() == 0;
  }

  boolean isForced() {
    return forced.getCount() == 0;
  }

  void await() throws InterruptedException {
    asked.await();
  }

  /// Waits for the end of the work or for a second request, whichever is first.
  void awaitEndOrForce(Thread work) throws InterruptedException {
    Thread watcher =
        Thread.ofVirtual()
            .start(() -> {
              try {
                forced.await();
                work.interrupt();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
    work.join();
    watcher.interrupt();
  }
}
