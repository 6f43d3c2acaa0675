package dev.peregrine.listen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Tells the address family of an inherited descriptor from the kernel's tables.
final class SocketFamily {
  private static final int UNIX = 1;
  private static final int INET = 2;

  private SocketFamily() {}

  /// `1` for a Unix socket, `2` for a TCP socket (`AF_UNIX`, `AF_INET`).
  static int of(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      String inode = target.replaceAll("\\D", "");
      List<String> lines = Files.readAllLines(Path.of("/proc/net/unix"));
      boolean isUnix =
          lines.stream()
              .anyMatch(line -> line.contains(" " + inode + " ") || line.endsWith(" " + inode));
      return isUnix ? UNIX : INET;
    } catch (IOException _) {
      return INET;
    }
  }
}
