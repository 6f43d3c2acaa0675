package dev.peregrine.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One place that lines are written to, with the bounded queue and the thread that write them.
///
/// Any thread may hand over a line; only the writer thread touches the file. The lock guards the
/// queue alone and is never held over I/O. A target that cannot be written (full disk, closed pipe)
/// costs the lines, one remembered problem, and nothing else. Several logs that share a target
/// share one sink.
public final class LogSink implements AutoCloseable {
  private static final int QUEUE_BYTES = 8 << 20;
  private static final long GATHER_NANOS = 2_000_000;

  private final LogTarget target;
  private final Thread writer;
  private final LongAdder dropped = new LongAdder();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition taken = lock.newCondition();
  // Guarded by lock.
  private ArrayDeque<Line> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long accepted;
  private long written;
  private boolean isClosing;
  private boolean isReopening;
  private int flushers;

  // Owned by the writer thread.
  private FileChannel channel;
  private long fileBytes;
  private long lostBytes;

  private volatile @Nullable String problem;

  /// Something that writes itself as whole lines, on the writer thread.
  interface Line {
    void appendTo(LineBuffer out);

    /// How many bytes this keeps in memory, roughly.
    int weight();
  }

  /// Lines that are bytes already.
  static final class Ready implements Line {
    private final byte[] bytes;

    Ready(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void appendTo(LineBuffer out) {
      out.put(bytes);
    }

    @Override
    public int weight() {
      return bytes.length + 32;
    }
  }

  private LogSink(LogTarget target, FileChannel channel) throws IOException {
    this.target = target;
    this.channel = channel;
    this.fileBytes = target instanceof LogTarget.File ? channel.size() : 0;
    this.writer = Thread.ofPlatform().daemon().name("log-" + nameOf(target)).unstarted(this::run);
  }

  /// Opens the target and starts the writer thread.
  public static LogSink open(LogTarget target) throws IOException {
    LogSink sink = new LogSink(target, channelOf(target));
    sink.writer.start();
    return sink;
  }

  /// Hands over a line, or counts it as dropped if the queue is full. Never blocks.
  boolean offer(Line line) {
    lock.lock();
    try {
      if (queuedBytes >= QUEUE_BYTES || isClosing) {
        dropped.increment();
        return false;
      }
      add(line);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Hands over a line and waits for room while the queue is full.
  void put(Line line) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (queuedBytes >= QUEUE_BYTES && !isClosing) {
        taken.await();
      }
      if (isClosing) {
        dropped.increment();
      } else {
        add(line);
      }
    } finally {
      lock.unlock();
    }
  }

  private void add(Line line) {
    if (queue.isEmpty()) {
      arrived.signal();
    }
    queue.add(line);
    queuedBytes += line.weight();
    accepted++;
  }

  /// Opens the file of this name anew, after somebody moved the old one away. Standard output and
  /// error stay as they are.
  public void reopen() {
    lock.lock();
    try {
      isReopening = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /// How many lines found no room.
  public long dropped() {
    return dropped.sum();
  }

  /// What keeps lines from being written at the moment.
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /// Waits until all that was handed over before is written, or the limit has passed.
  public boolean flush(Duration limit) {
    lock.lock();
    try {
      long goal = accepted;
      long left = limit.toNanos();
      flushers++;
      arrived.signal();
      LockSupport.unpark(writer);
      while (written < goal && left > 0) {
        left = taken.awaitNanos(left);
      }
      return written >= goal;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      flushers--;
      lock.unlock();
    }
  }

  /// Writes what is queued, for at most two seconds, and ends the writer thread.
  @Override
  public void close() {
    boolean isFlushed = flush(Duration.ofSeconds(2));
    lock.lock();
    try {
      isClosing = true;
      arrived.signal();
      taken.signalAll();
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(writer);
    if (isFlushed) {
      joinWriter();
    }
  }

  private void joinWriter() {
    try {
      writer.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    LineBuffer buffer = new LineBuffer(1 << 16);
    ArrayDeque<Line> batch = new ArrayDeque<>();
    try {
      while (awaitLines()) {
        batch = swap(batch);
        writeAll(batch, buffer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (target instanceof LogTarget.File) {
        closeQuietly(channel);
      }
    }
  }

  /// Waits for lines, then a moment more for others to come, so that a busy log costs few wake-ups.
  private boolean awaitLines() throws InterruptedException {
    boolean isUrgent;
    boolean mustReopen;
    lock.lockInterruptibly();
    try {
      while (queue.isEmpty() && !isClosing && !isReopening) {
        arrived.await();
      }
      if (queue.isEmpty() && isClosing) {
        return false;
      }
      mustReopen = isReopening;
      isReopening = false;
      isUrgent = isClosing || flushers > 0 || queuedBytes > QUEUE_BYTES / 4;
    } finally {
      lock.unlock();
    }
    if (mustReopen) {
      reopenNow();
    }
    if (!isUrgent) {
      LockSupport.parkNanos(this, GATHER_NANOS);
    }
    return true;
  }

  private ArrayDeque<Line> swap(ArrayDeque<Line> empty) {
    lock.lock();
    try {
      ArrayDeque<Line> full = queue;
      queue = empty;
      queuedBytes = 0;
      taken.signalAll();
      return full;
    } finally {
      lock.unlock();
    }
  }

  private void writeAll(ArrayDeque<Line> batch, LineBuffer buffer) {
    int count = batch.size();
    while (!batch.isEmpty()) {
      batch.remove().appendTo(buffer);
      if (buffer.length() >= 1 << 16 || batch.isEmpty()) {
        write(buffer);
        buffer.clear();
      }
    }
    lock.lock();
    try {
      written += count;
      taken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void write(LineBuffer buffer) {
    ByteBuffer bytes = ByteBuffer.wrap(buffer.array(), 0, buffer.length());
    try {
      rotateIfLarge(buffer.length());
      while (bytes.hasRemaining()) {
        fileBytes += channel.write(bytes);
      }
      if (problem != null) {
        String resumed = "log.resumed lost_bytes=" + lostBytes + "\n";
        problem = null;
        lostBytes = 0;
        channel.write(ByteBuffer.wrap(new LineBuffer(64).put(resumed).toByteArray()));
      }
    } catch (IOException e) {
      lostBytes += bytes.remaining();
      problem = "cannot write " + nameOf(target) + ": " + e.getMessage();
    }
  }

  private void rotateIfLarge(int more) throws IOException {
    if (target instanceof LogTarget.File(Path path, var maxBytes)
        && maxBytes.isPresent()
        && fileBytes > 0
        && fileBytes + more > maxBytes.getAsLong()) {
      Files.move(
          path,
          path.resolveSibling(path.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
      reopenNow();
    }
  }

  private void reopenNow() {
    if (!(target instanceof LogTarget.File)) {
      return;
    }
    try {
      FileChannel fresh = channelOf(target);
      closeQuietly(channel);
      channel = fresh;
      fileBytes = fresh.size();
    } catch (IOException e) {
      problem = "cannot reopen " + nameOf(target) + ": " + e.getMessage();
    }
  }

  private static FileChannel channelOf(LogTarget target) throws IOException {
    return switch (target) {
      case LogTarget.Stdout _ -> new FileOutputStream(FileDescriptor.out).getChannel();
      case LogTarget.Stderr _ -> new FileOutputStream(FileDescriptor.err).getChannel();
      case LogTarget.File(Path path, _) -> {
        Set<OpenOption> options =
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND,
                LinkOption.NOFOLLOW_LINKS);
        yield FileChannel.open(
            path,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
      }
    };
  }

  private static String nameOf(LogTarget target) {
    return switch (target) {
      case LogTarget.Stdout _ -> "stdout";
      case LogTarget.Stderr _ -> "stderr";
      case LogTarget.File(Path path, _) -> path.toString();
    };
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // Nothing is lost: every line was handed to the system already.
    }
  }
}
