package dev.peregrine.exchange;

import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// An open file of which parts are being sent; closed when its opener and all parts have released
/// it, off the event loop, since the last close of a deleted file gives all its pages back.
final class FileParts {
  private final FileChannel file;
  private final Executor executor;
  private final AtomicInteger holders = new AtomicInteger(1);

  private FileParts(FileChannel file, Executor executor) {
    this.file = file;
    this.executor = executor;
  }

  /// Opens a file; fails if it is not what it was when it was described. Blocks.
  static FileParts of(FileAccess access, StaticFile.Variant variant, Executor executor)
      throws IOException {
    FileParts opened = new FileParts(access.open(variant.path()), executor);
    // Looked at once it is open: had another taken its place before, it would be seen here.
    if (!variant.isUnchanged()) {
      opened.release();
      throw new IOException("the file has changed");
    }
    return opened;
  }

  FileRegion region(long position, long length) {
    holders.incrementAndGet();
    return new DefaultFileRegion(file, position, length) {
      @Override
      protected void deallocate() {
        FileParts.this.release();
      }
    };
  }

  void release() {
    if (holders.decrementAndGet() == 0) {
      executor.execute(this::close);
    }
  }

  private void close() {
    try {
      file.close();
    } catch (IOException _) {
      // The descriptor is gone either way, and nothing was written.
    }
  }
}
