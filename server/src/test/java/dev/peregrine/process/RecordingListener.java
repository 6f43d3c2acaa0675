package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A listener that remembers everything.
final class RecordingListener implements ChildListener {
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable ExitStatus status;
  private volatile @Nullable Resources usage;

  @Override
  public synchronized void output(OutputStreamKind kind, byte[] bytes, int length) {
    (kind == OutputStreamKind.STDOUT ? stdout : stderr).write(bytes, 0, length);
    notifyAll();
  }

  @Override
  public void exited(ExitStatus how, Resources used) {
    status = how;
    usage = used;
    ended.countDown();
  }

  ExitStatus awaitExit() throws InterruptedException {
    if (!ended.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("no exit within 20 s");
    }
    ExitStatus how = status;
    if (how == null) {
      throw new AssertionError("exit without a status");
    }
    return how;
  }

  Resources usage() {
    Resources used = usage;
    if (used == null) {
      throw new AssertionError("not ended");
    }
    return used;
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /// Waits until stdout has this text.
  synchronized String awaitOutput(String text) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!stdout().contains(text)) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("no '" + text + "' within 20 s in: " + stdout() + stderr());
      }
      wait(left);
    }
    return stdout();
  }

  synchronized String stdout() {
    return stdout.toString(UTF_8);
  }

  synchronized String stderr() {
    return stderr.toString(UTF_8);
  }

  synchronized byte[] stdoutBytes() {
    return stdout.toByteArray();
  }
}
