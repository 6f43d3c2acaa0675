package dev.peregrine.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;

/// Notices that `restart.txt` was made or touched, by looking once a second.
///
/// The first look only takes note: a file that is there at the start restarts nothing. A link is
/// looked at, not followed.
public final class RestartWatcher implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String NAME = "restart.txt";

  private final Path file;
  private final Timing timing;
  private final Runnable onTouch;
  private Optional<FileTime> seen = Optional.empty(); // owned by the one look under way
  private volatile boolean isClosed;

  /// Makes a watcher of a directory, which need not exist.
  ///
  /// @param onTouch called on a thread that may block; the next look waits for it
  public RestartWatcher(Path directory, Timing timing, Runnable onTouch) {
    this.file = directory.resolve(NAME);
    this.timing = timing;
    this.onTouch = onTouch;
  }

  /// Looks for the first time and goes on.
  public void start() {
    seen = modified();
    scheduleNext();
  }

  private void scheduleNext() {
    if (!isClosed) {
      timing.after(INTERVAL, this::look);
    }
  }

  private void look() {
    if (isClosed) {
      return;
    }
    Optional<FileTime> now = modified();
    boolean isTouched = now.isPresent() && !now.equals(seen);
    seen = now;
    try {
      if (isTouched) {
        onTouch.run();
      }
    } finally {
      scheduleNext();
    }
  }

  private Optional<FileTime> modified() {
    try {
      return Optional.of(Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    isClosed = true;
  }
}
