package dev.peregrine.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A nameless temporary file that takes content in the background. Its methods are called on one
/// event loop; opening and writing happen on a thread of the executor, one batch at a time.
final class SpoolFile {
  /// Told on the event loop how the file gets on.
  interface Watcher {
    /// More bytes are in the file.
    void spooled();

    /// The disk failed: nothing more will be written, what is in the file can still be read.
    void spoolFailed(IOException cause);
  }

  private final Path directory;
  private final Executor executor;
  private final EventLoop loop;
  private final Watcher watcher;
  private @Nullable FileChannel file;
  private List<ByteBuf> queue = new ArrayList<>();
  private boolean isWriting;
  private boolean hasFailed;
  private boolean isClosed;
  private long pendingBytes;
  private long writtenBytes;
  private long openRegions;

  SpoolFile(Path directory, Executor executor, EventLoop loop, Watcher watcher) {
    this.directory = directory;
    this.executor = executor;
    this.loop = loop;
    this.watcher = watcher;
  }

  /// Bytes handed over and not yet in the file.
  long pendingBytes() {
    return pendingBytes;
  }

  /// Bytes in the file.
  long writtenBytes() {
    return writtenBytes;
  }

  /// Appends; takes the buffer.
  void append(ByteBuf data) {
    if (isClosed) {
      data.release();
      return;
    }
    pendingBytes += data.readableBytes();
    queue.add(data);
    writeNext();
  }

  /// Hands over what the disk did not take, after it has failed.
  List<ByteBuf> takeBack() {
    List<ByteBuf> unwritten = queue;
    queue = new ArrayList<>();
    pendingBytes = 0;
    return unwritten;
  }

  /// A part of what is in the file, to be sent any number of times; the file stays open until all
  /// regions are released.
  FileRegion region(long position, long length) {
    FileChannel open = file;
    if (open == null || position + length > writtenBytes) {
      throw new IllegalStateException("region beyond the " + writtenBytes + " bytes of the file");
    }
    openRegions++;
    return new DefaultFileRegion(open, position, length) {
      @Override
      protected void deallocate() {
        loop.execute(SpoolFile.this::regionReleased);
      }
    };
  }

  /// Whether no part of the file is on its way.
  boolean isUnsent() {
    return openRegions == 0;
  }

  /// Starts again at the beginning; everything written must have been consumed.
  void rewind() {
    writtenBytes = 0;
  }

  void close() {
    isClosed = true;
    for (ByteBuf data : queue) {
      data.release();
    }
    queue.clear();
    closeIfUnused();
  }

  private void regionReleased() {
    openRegions--;
    closeIfUnused();
    if (openRegions == 0 && !isClosed) {
      watcher.spooled();
    }
  }

  private void closeIfUnused() {
    FileChannel open = file;
    if (isClosed && openRegions == 0 && !isWriting && open != null) {
      file = null;
      executor.execute(() -> closeQuietly(open));
    }
  }

  private void writeNext() {
    if (isWriting || isClosed || hasFailed || queue.isEmpty()) {
      return;
    }
    isWriting = true;
    List<ByteBuf> batch = queue;
    queue = new ArrayList<>();
    FileChannel open = file;
    long position = writtenBytes;
    executor.execute(() -> writeBatch(open, batch, position));
  }

  private void writeBatch(@Nullable FileChannel open, List<ByteBuf> batch, long position) {
    FileChannel target = open;
    long bytes = 0;
    IOException failure = null;
    try {
      if (target == null) {
        target = openNameless(directory);
      }
      for (ByteBuf data : batch) {
        ByteBuffer source = data.nioBuffer();
        while (source.hasRemaining()) {
          bytes += target.write(source, position + bytes);
        }
      }
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure = new IOException(e);
    }
    FileChannel used = target;
    long written = bytes;
    IOException cause = failure;
    loop.execute(() -> written(used, batch, written, cause));
  }

  private void written(
      @Nullable FileChannel used, List<ByteBuf> batch, long bytes, @Nullable IOException failure) {
    isWriting = false;
    file = used;
    writtenBytes += bytes;
    pendingBytes -= bytes;
    List<ByteBuf> left = withoutFirst(bytes, batch);
    if (isClosed) {
      left.forEach(ByteBuf::release);
      closeIfUnused();
    } else if (failure != null) {
      hasFailed = true;
      queue.addAll(0, left);
      watcher.spoolFailed(failure);
    } else {
      writeNext();
      watcher.spooled();
    }
  }

  /// Releases what the disk took of a batch and returns the rest.
  private static List<ByteBuf> withoutFirst(long bytes, List<ByteBuf> batch) {
    List<ByteBuf> left = new ArrayList<>();
    long taken = bytes;
    for (ByteBuf data : batch) {
      int part = (int) Math.min(taken, data.readableBytes());
      taken -= part;
      data.skipBytes(part);
      if (data.isReadable()) {
        left.add(data);
      } else {
        data.release();
      }
    }
    return left;
  }

  private static FileChannel openNameless(Path directory) throws IOException {
    byte[] name = new byte[16];
    ThreadLocalRandom.current().nextBytes(name);
    Path path = directory.resolve("spool-" + HexFormat.of().formatHex(name));
    FileChannel file =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.delete(path);
    return file;
  }

  private static void closeQuietly(FileChannel file) {
    try {
      file.close();
    } catch (IOException _) {
      // The file has no name; there is nothing to keep or to tell.
    }
  }
}
