package dev.peregrine.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A control group of the kernel in which a server is started and runs short of something; needs
/// root. Version 1 and version 2 of the kernel's interface.
final class Cgroup implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final Path directory;
  private final boolean isUnified;

  private Cgroup(Path directory, boolean isUnified) {
    this.directory = directory;
    this.isUnified = isUnified;
  }

  static Cgroup with(String controller) throws IOException {
    boolean isUnified = !Files.isDirectory(ROOT.resolve(controller));
    if (isUnified) {
      Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+" + controller);
    }
    Path parent = isUnified ? ROOT : ROOT.resolve(controller);
    String name = "conform-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000;
    return new Cgroup(Files.createDirectory(parent.resolve(name)), isUnified);
  }

  /// What starts a command inside.
  String[] launcher() {
    String join = "echo $$ > " + directory.resolve("cgroup.procs") + " && exec \"$@\"";
    return new String[] {"sh", "-c", join, "sh"};
  }

  void limitMemory(long bytes) throws IOException {
    limit(isUnified ? "memory.max" : "memory.limit_in_bytes", Long.toString(bytes));
  }

  /// Limits processes and threads together; `max` for no limit. One below what there is lets all of
  /// them live and no other begin.
  void limitProcesses(String most) throws IOException {
    limit("pids.max", most);
  }

  private void limit(String file, String value) throws IOException {
    Files.writeString(directory.resolve(file), value);
  }

  @Override
  public void close() {
    Await.until(
        "control group empty",
        () -> {
          try {
            return Files.readString(directory.resolve("cgroup.procs")).isEmpty();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    Commands.run("rmdir", directory.toString());
  }
}
