package dev.peregrine.log;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// What the app's processes print, passed on to our own output byte by byte and line by line.
///
/// Lines of different processes never mix: a line longer than 64 KiB is passed on in pieces, and a
/// line end is put where another process prints between two of them. A sink that does not keep up
/// makes the caller wait, and so, through the pipe, the process that prints. Nothing is lost up to
/// [#SUSTAINED_BYTES] a second, with [#BURST_BYTES] on top. Beyond that the surplus is dropped and
/// counted, and reading slows down, so that a process in an endless loop of error messages takes
/// neither the disk nor the processor from the others.
public final class AppOutput {
  /// Longest piece of a line that is kept together.
  public static final int MAX_LINE_BYTES = 64 << 10;

  /// Bytes a second that always pass, over all processes.
  public static final long SUSTAINED_BYTES = 20L << 20;

  /// Bytes that pass at once before the rate counts.
  public static final long BURST_BYTES = 5 * SUSTAINED_BYTES;

  private static final long FLOOD_NANOS_PER_BYTE = 8; // reads at most 125 MB/s of what is dropped
  private static final long REPORT_NANOS = 5_000_000_000L;

  private final LogSink sink;
  private final EventLog log;
  private final boolean isPrefixed;
  private final RecentLines recent = new RecentLines(200);
  private final LongAdder droppedBytes = new LongAdder();

  // Guarded by this.
  private long allowance = BURST_BYTES;
  private long countedAt = System.nanoTime();
  private long reportedAt = countedAt - REPORT_NANOS;
  private long unreported;
  private @Nullable Stream midLine;

  /// Output to a sink.
  ///
  /// @param isPrefixed whether each line starts with `App PID stdout: `
  public AppOutput(LogSink sink, EventLog log, boolean isPrefixed) {
    this.sink = sink;
    this.log = log;
    this.isPrefixed = isPrefixed;
  }

  /// Opens the way for one stream (`stdout` or `stderr`) of one process.
  public Stream stream(int pid, String kind) {
    return new Stream("App " + pid + " " + kind + ": ");
  }

  /// The last lines of all processes, each with its prefix, oldest first.
  public List<String> recent() {
    return recent.lines();
  }

  /// How many bytes were dropped in floods.
  public long droppedBytes() {
    return droppedBytes.sum();
  }

  /// Takes from the allowance; false in a flood.
  private synchronized boolean admit(int length) {
    long now = System.nanoTime();
    double earned = (now - countedAt) * (SUSTAINED_BYTES / 1e9);
    if (earned >= 1) {
      allowance = Math.min(BURST_BYTES, allowance + (long) earned);
      countedAt = now;
    }
    if (allowance >= length) {
      allowance -= length;
      return true;
    }
    unreported += length;
    droppedBytes.add(length);
    if (now - reportedAt >= REPORT_NANOS) {
      log.warn("app.output_dropped", "bytes", unreported, "limit_per_second", SUSTAINED_BYTES);
      unreported = 0;
      reportedAt = now;
    }
    return false;
  }

  /// Ends the unfinished long line of another stream before this one writes.
  private synchronized void breakForeignLine(Stream writing, boolean leavesOpen) {
    if (midLine != null && midLine != writing) {
      sink.offer(new LogSink.Ready(new byte[] {'\n'}));
    }
    midLine = leavesOpen ? writing : null;
  }

  /// One output stream of one process. One thread at a time writes to it.
  public final class Stream implements AutoCloseable {
    private final String prefix;
    private final byte[] prefixBytes;
    private final LineBuffer partial = new LineBuffer(256);
    private boolean isContinued;
    private boolean isSkipping;

    private Stream(String prefix) {
      this.prefix = prefix;
      this.prefixBytes = isPrefixed ? prefix.getBytes(StandardCharsets.UTF_8) : new byte[0];
    }

    /// Passes on what the process printed. May block for a while.
    public void write(byte[] bytes, int length) throws InterruptedException {
      if (!admit(length)) {
        isSkipping = true;
        LockSupport.parkNanos(this, length * FLOOD_NANOS_PER_BYTE);
        return;
      }
      int start = isSkipping ? afterNextLine(bytes, length) : 0;
      LineBuffer whole = new LineBuffer(length + 512);
      for (int i = start; i < length; i++) {
        if (bytes[i] == '\n') {
          append(bytes, start, i, whole);
          endLine(whole);
          start = i + 1;
        }
      }
      append(bytes, start, length, whole);
      send(whole);
    }

    private int afterNextLine(byte[] bytes, int length) {
      for (int i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
          isSkipping = false;
          return i + 1;
        }
      }
      return length;
    }

    /// Adds to the line begun; a piece that has reached the limit is passed on as it is.
    private void append(byte[] bytes, int from, int to, LineBuffer whole) {
      int start = from;
      while (partial.length() + (to - start) > MAX_LINE_BYTES) {
        int count = MAX_LINE_BYTES - partial.length();
        partial.put(bytes, start, count);
        start += count;
        remember();
        flushPartial(whole);
        isContinued = true;
      }
      partial.put(bytes, start, to - start);
    }

    private void endLine(LineBuffer whole) {
      remember();
      flushPartial(whole);
      whole.put('\n');
      isContinued = false;
    }

    private void flushPartial(LineBuffer whole) {
      if (!isContinued) {
        whole.put(prefixBytes);
      }
      whole.put(partial.array(), 0, partial.length());
      partial.clear();
    }

    private void remember() {
      int kept = Math.min(partial.length(), 1024);
      recent.add(prefix + new String(partial.array(), 0, kept, StandardCharsets.UTF_8));
    }

    private void send(LineBuffer whole) throws InterruptedException {
      if (whole.length() > 0) {
        breakForeignLine(this, isContinued);
        sink.put(new LogSink.Ready(whole.toByteArray()));
      }
    }

    /// Passes on the last line if it has no end.
    @Override
    public void close() {
      LineBuffer whole = new LineBuffer(512);
      if (partial.length() > 0) {
        endLine(whole);
      } else if (isContinued) {
        whole.put('\n');
        isContinued = false;
      }
      if (whole.length() > 0) {
        breakForeignLine(this, false);
        sink.offer(new LogSink.Ready(whole.toByteArray()));
      }
    }
  }
}
