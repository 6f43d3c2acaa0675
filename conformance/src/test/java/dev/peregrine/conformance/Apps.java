package dev.peregrine.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/// The apps under `conformance/apps`, and copies of them that a test may change.
final class Apps {
  private static final Path ROOT = Path.of(System.getProperty("peregrine.apps", "apps"));

  private static final Queue<Path> MADE = new ConcurrentLinkedQueue<>();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> MADE.stream().filter(Files::exists).forEach(Apps::delete)));
  }

  private Apps() {}

  /// Has a directory deleted when all tests are done.
  static Path deletedAtTheEnd(Path directory) {
    MADE.add(directory);
    return directory;
  }

  static Path named(String name) {
    return ROOT.resolve(name).toAbsolutePath().normalize();
  }

  /// Makes a directory that everyone may enter, as a deployed app's is.
  static Path empty() {
    try {
      Path directory = deletedAtTheEnd(Files.createTempDirectory("conform-app"));
      Commands.run("chmod", "755", directory.toString());
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes an app of one file.
  static Path of(String file, String text) {
    return write(empty(), file, text);
  }

  /// Writes a file below an app's directory and returns the directory.
  static Path write(Path app, String file, String text) {
    try {
      Path path = app.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
      return app;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Copies an app; installed Node.js packages are linked.
  static Path copy(String name) {
    Path target = empty();
    Path source = named(name);
    try (Stream<Path> entries = Files.list(source)) {
      for (Path entry : entries.toList()) {
        Commands.run("cp", "-r", entry.toString(), target.toString());
      }
      Path packages = source.resolveSibling("node_modules");
      if (Files.isDirectory(packages)) {
        Files.createSymbolicLink(target.resolve("node_modules"), packages);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
