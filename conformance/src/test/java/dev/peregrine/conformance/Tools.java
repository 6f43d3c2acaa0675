package dev.peregrine.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Search paths that lack a tool, as on another machine.
final class Tools {
  private Tools() {}

  /// A `PATH` with everything of the system but names that begin as given.
  static String pathWithout(String... beginnings) {
    try {
      Path directory = Apps.deletedAtTheEnd(Files.createTempDirectory("conform-path"));
      Commands.run("chmod", "755", directory.toString());
      for (Path source : new Path[] {Path.of("/usr/bin"), Path.of("/bin")}) {
        link(source, directory, beginnings);
      }
      return directory.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void link(Path source, Path directory, String... beginnings) throws IOException {
    try (Stream<Path> tools = Files.list(source)) {
      for (Path tool : tools.toList()) {
        String name = tool.getFileName().toString();
        Path link = directory.resolve(name);
        if (Stream.of(beginnings).noneMatch(name::startsWith) && !Files.exists(link)) {
          Files.deleteIfExists(link);
          Files.createSymbolicLink(link, tool);
        }
      }
    }
  }
}
