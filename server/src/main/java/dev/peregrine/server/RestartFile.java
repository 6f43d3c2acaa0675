package dev.peregrine.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/// `restart.txt`: touching it, or making it, asks for a restart.
final class RestartFile {
  private final Path file;
  private Optional<FileTime> seen;

  RestartFile(Path directory) {
    file = directory.resolve("restart.txt");
    seen = time();
  }

  /// Whether the file was touched since the last look; blocks on the disk.
  boolean wasTouched() {
    Optional<FileTime> now = time();
    boolean isTouched = now.isPresent() && !now.equals(seen);
    seen = now;
    return isTouched;
  }

  private Optional<FileTime> time() {
    try {
      return Optional.of(Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
