package dev.peregrine.process;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A listener that keeps the first part of what a child writes until it ends.
final class OutputCollector implements ChildListener {
  private static final int LIMIT = 1 << 20;

  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable ExitStatus status;

  @Override
  public void output(OutputStreamKind kind, byte[] bytes, int length) {
    ByteArrayOutputStream stream = kind == OutputStreamKind.STDOUT ? stdout : stderr;
    stream.write(bytes, 0, Math.min(length, LIMIT - stream.size()));
  }

  @Override
  public void exited(ExitStatus how, Resources usage) {
    status = how;
    ended.countDown();
  }

  Processes.RunResult await() throws InterruptedException {
    ended.await();
    ExitStatus how = status;
    if (how == null) {
      throw new IllegalStateException("ended without a status");
    }
    return new Processes.RunResult(how, stdout.toByteArray(), stderr.toByteArray());
  }
}
